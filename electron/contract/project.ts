import { type DatasetInfo, printLayers, type ProjectTexts, type RunConfig } from '@core'
import type { Locale } from './locales/list'
import { translate } from './text'

/** What the README of a PyTorch project names. */
export interface ProjectFacts {
  readonly config: RunConfig
  readonly dataset: Pick<DatasetInfo, 'name' | 'licence' | 'source'>
  /** Mini-batches learned so far */
  readonly step: number
  /** Updates of the optimizer that its state comes from; null: only weights were exported */
  readonly updates: number | null
  readonly withData: boolean
  /** Of the lab */
  readonly version: string
}

/** Names of the dataset's files in a project that was written without them. */
const dataNames = ['train-images.idx', 'train-labels.idx', 'test-images.idx', 'test-labels.idx']

/** README and notebook of a PyTorch project in a person's language. */
export function projectTexts(locale: Locale, facts: ProjectFacts): ProjectTexts {
  const t = (key: string, parameters = {}): string => translate(locale, `project.${key}`, parameters)
  const title = t('title', { dataset: facts.dataset.name })
  const cell = (key: string): string => t(`cells.${key}`)
  return {
    readme: readme(locale, facts, title),
    notebook: { title, load: cell('load'), check: cell('check'), weights: cell('weights'), answers: cell('answers'), goOn: cell('goOn') },
  }
}

function readme(locale: Locale, { config, dataset, step, updates, withData, version }: ProjectFacts, title: string): string {
  const t = (key: string, parameters = {}): string => translate(locale, `project.${key}`, parameters)
  const { network: { layers, loss }, optimizer: { kind }, batchSize, seed } = config
  const named = (group: 'layer' | 'optimizer', name: string): string => {
    const key = `terms.${group}.${name}`
    const text = translate(locale, key)
    return text === key ? name : text
  }
  const rows: readonly (readonly [file: string, text: string])[] = [
    ['model.py', t('model')], ['train.py', t('train')], ['dataset.py', t('datasetFile')], ['check.py', t('check')], ['check.json', t('checkFile')],
    ['notebook.ipynb', t('notebook')], ['weights.safetensors', t('weights')],
    ['optimizer.safetensors', updates === null ? t('fresh') : t('state', { updates })],
    ...withData ? [['data/', t('data', { dataset: dataset.name })] as const] : [],
  ]
  return `${[
    `# ${title}`,
    t('from', { version, step, layers: `\`${printLayers(layers)}\``, loss: named('layer', loss), optimizer: named('optimizer', kind) }),
    [`| ${t('file')} | ${t('contents')} |`, '|---|---|', ...rows.map(([file, text]) => `| \`${file}\` | ${text} |`)].join('\n'),
    ...withData ? [] : [t('noData', { names: dataNames.map(name => `\`${name}\``).join(', ') })],
    t('licence', { licence: dataset.licence || '–', source: dataset.source || '–' }),
    `## ${t('start')}`,
    shell('pip install -r requirements.txt', 'python check.py', 'python train.py --epochs 5'),
    t('begin'),
    t('order', { seed }),
    `## ${t('several')}`,
    t('torchrun'),
    shell('torchrun --nproc_per_node 2 train.py'),
    t('debian'),
    t('machines'),
    shell('torchrun --nnodes 2 --nproc_per_node 1 --rdzv_backend c10d --rdzv_endpoint HOST:29500 --rdzv_id lab train.py'),
    t('batch', { half: batchSize, whole: 2 * batchSize }),
    t('unequal'),
  ].join('\n\n')}\n`
}

const shell = (...lines: readonly string[]): string => ['```sh', ...lines, '```'].join('\n')
