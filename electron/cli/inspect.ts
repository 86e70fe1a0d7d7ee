import { stat } from 'node:fs/promises'
import { type Architecture, countParameters, type DatasetMark, LabError, learnedDataset, type NetworkFormat, type Normalization, type OpenChoice, orderOf, printLayers, type RunConfig, type RunEvent, stateAtStep, tensorsOf, unitRange, type WeightsFile, type WeightsGap, type WeightsMetrics } from '@core'
import { fileError, readNetworkOnDisk, stateSha256, weightsSha256 } from '@files'
import { table } from './columns'
import { type Command, commonFlags, type CommandEnvironment, exitCodes } from './command'
import { type Arguments, onlyArgument } from './flags'
import { recordedIn } from './past'
import type { Terminal } from './terminal'

/** A tensor with its range. */
interface InspectedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly min: number
  readonly max: number
  readonly mean: number
}

/** The result for `--json`, of weights and checkpoints. */
interface InspectedNetwork {
  readonly file: string
  readonly kind: 'weights' | 'checkpoint'
  readonly format: NetworkFormat
  readonly bytes: number
  /** When the file was written, milliseconds since 1970 */
  readonly modified: number
  readonly weightsSha256: string
  readonly architecture: Architecture
  readonly parameters: number
  readonly step: number
  readonly metrics: WeightsMetrics
  readonly config: RunConfig | null
  /** Null: the file names none */
  readonly dataset: DatasetMark | null
  readonly normalization: Normalization
  readonly classes: readonly string[]
  readonly version: string
  readonly gaps: readonly WeightsGap[]
  readonly open: readonly OpenChoice[]
  readonly tensors: readonly InspectedTensor[]
  /** Of a checkpoint alone */
  readonly checkpoint: { readonly stateSha256: string, readonly updates: number, readonly epoch: number, readonly events: readonly RunEvent[], readonly goal: number | null, readonly backend: string } | null
}

/** The result for `--json`, of a run. */
interface InspectedRun {
  readonly file: string
  readonly kind: 'run'
  readonly id: string
  readonly name: string
  readonly note: string
  readonly created: number
  readonly parent: { readonly run: string, readonly step: number } | null
  readonly step: number
  readonly config: RunConfig
  readonly events: readonly RunEvent[]
  readonly dataset: DatasetMark
  readonly classes: readonly string[]
  readonly version: string
}

export const inspect: Command = {
  name: 'inspect',
  positional: 'FILE|ID',
  flags: commonFlags,
  example: 'inspect weights.safetensors --json',
  run,
}

/** Nothing is computed or written, so Ctrl-C may end it at any time. */
async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { terminal } = environment
  const given = onlyArgument(args, 'inspect', 'FILE|ID')
  const result = await isFile(terminal.path(given), given) ? await inspectNetwork(given, terminal) : await inspectRun(given, environment)
  terminal.print(args.flags.has('json') ? JSON.stringify(result) : readable(result, terminal))
  return exitCodes.done
}

const isNetworkName = (given: string): boolean => /\.(?:safetensors|npz|pkl)$/.test(given)

/** Whether an argument is a file: otherwise it names a run. @throws LabError file.* */
export async function isFile(path: string, given: string): Promise<boolean> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR' || cause.code === 'ENAMETOOLONG') return null
    throw fileError(cause, given)
  })
  if (!found && (/[\\/]/.test(given) || isNetworkName(given))) throw new LabError('file.missing', `${given} does not exist`, { file: given })
  if (found?.isDirectory() && isNetworkName(given)) throw new LabError('file.isFolder', `${given} is a folder`, { file: given })
  return found !== null && !found.isDirectory()
}

async function inspectNetwork(file: string, terminal: Terminal): Promise<InspectedNetwork> {
  const path = terminal.path(file)
  const { size, mtimeMs } = await stat(path)
  const { format, weights, open, checkpoint } = await readNetworkOnDisk(path, file)
  const { architecture, step, metrics, config, classes, version, gaps = [] } = weights
  const dataset = learnedDataset(weights)
  return {
    file, kind: checkpoint ? 'checkpoint' : 'weights', format: format === 'checkpoint' ? 'safetensors' : format, bytes: size, modified: Math.round(mtimeMs),
    weightsSha256: weightsSha256(weights), architecture, parameters: countParameters(architecture), step, metrics, config, dataset,
    normalization: dataset?.normalization ?? unitRange, classes, version, gaps, open, tensors: tensorsIn(weights),
    checkpoint: checkpoint && {
      stateSha256: stateSha256(checkpoint.snapshot), updates: checkpoint.snapshot.updates, epoch: checkpoint.snapshot.position.epoch,
      events: checkpoint.events, goal: checkpoint.goal ?? null, backend: checkpoint.backend,
    },
  }
}

function tensorsIn({ architecture, tensors }: WeightsFile): readonly InspectedTensor[] {
  const shapes = new Map(tensorsOf(architecture).map(({ path, shape }) => [path, shape]))
  return tensors.map(({ path, data }) => {
    let [min, max, sum] = [Infinity, -Infinity, 0]
    for (const x of data) {
      min = Math.min(min, x)
      max = Math.max(max, x)
      sum += x
    }
    return { name: path, shape: shapes.get(path)!, min, max, mean: sum / data.length }
  })
}

async function inspectRun(given: string, environment: CommandEnvironment): Promise<InspectedRun> {
  const { record, last } = await recordedIn(given, environment)
  const { id, name, note, created, parent, events, dataset, classes, version } = record
  return { file: given, kind: 'run', id, name, note, created, parent, step: last, config: stateAtStep(record, last).config, events, dataset, classes, version }
}

function readable(result: InspectedNetwork | InspectedRun, terminal: Terminal): string {
  const text = (key: string): string => terminal.text(`inspect.${key}`)
  const date = new Intl.DateTimeFormat(terminal.locale, { dateStyle: 'medium', timeStyle: 'short' })
  const of = (config: RunConfig | null): readonly (readonly string[])[] => config
    ? [[terminal.text('train.optimizer'), Object.entries(config.optimizer).map(([name, value]) => name === 'kind' ? value : `${name} ${value}`).join(', ')], [terminal.text('train.batchSize'), terminal.number(config.batchSize)], [text('seeds'), `${config.seed}, ${orderOf(config)}`]]
    : []
  if (result.kind === 'run') {
    const { id, name, created, step, config, events, dataset } = result
    return table([
      [text('kind'), text('run')], [terminal.text('runs.name'), name || '–'], ['id', id], [terminal.text('runs.created'), date.format(created)], [terminal.text('evaluate.step'), terminal.number(step)],
      [terminal.text('train.network'), `${printLayers(config.network.layers)}, ${config.network.loss}`], [terminal.text('train.dataset'), dataset.name], ...of(config), [text('changes'), terminal.number(events.length)],
    ])
  }
  const { kind, format, bytes, modified, architecture, parameters, step, metrics, config, dataset, classes, version, open, tensors } = result
  const accuracies = [['train', metrics.trainAccuracy], ['validation', metrics.validationAccuracy], ['test', metrics.testAccuracy]] as const
  return [
    table([
      [text('kind'), `${text(kind)} (${format})`], [text('size'), terminal.number(bytes)], [text('modified'), date.format(modified)], [terminal.text('train.weightsSha256'), result.weightsSha256],
      [terminal.text('train.network'), `${printLayers(architecture.layers)}, ${architecture.loss}`], [text('parameters'), terminal.number(parameters)], [terminal.text('evaluate.step'), terminal.number(step)],
      ...accuracies.flatMap(([split, share]) => share === undefined ? [] : [[terminal.text(`train.${split}Accuracy`), terminal.percent(share)]]),
      ...metrics.loss === undefined ? [] : [[terminal.text('train.lastLoss'), terminal.short(metrics.loss)]],
      [terminal.text('train.dataset'), dataset?.name ?? '–'], [text('classes'), classes.join(', ')], ...of(config), [text('version'), version || '–'],
      ...open.length === 0 ? [] : [[text('open'), open.map(name => `--${name}`).join(', ')]],
    ]),
    table([
      [text('tensor'), text('shape'), text('min'), text('max'), text('mean')],
      ...tensors.map(({ name, shape, min, max, mean }) => [name, shape.join('×'), terminal.short(min), terminal.short(max), terminal.short(mean)]),
    ], [1, 2, 3, 4]),
  ].join('\n\n')
}
