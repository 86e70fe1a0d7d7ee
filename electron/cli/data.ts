import { type DatasetInfo, LabError, nearest, plainText } from '@core'
import type { DatasetEntry, ImportFile } from '@files'
import { table } from './columns'
import { type Command, commonFlags, exitCodes, type CommandEnvironment } from './command'
import type { Arguments } from './flags'
import type { Terminal } from './terminal'

const actions = ['import', 'list'] as const
const importFlags = ['test-images', 'test-labels', 'name', 'classes'] as const

export const data: Command = {
  name: 'data',
  positional: 'import IMAGES LABELS | list',
  flags: [
    { name: 'name', value: 'NAME' },
    { name: 'test-images', value: 'FILE' },
    { name: 'test-labels', value: 'FILE' },
    { name: 'classes', value: 'NAMES' },
    ...commonFlags,
  ],
  example: 'data import train-images.gz train-labels.gz --test-images t10k-images.gz --test-labels t10k-labels.gz --name Clothes',
  run,
}

async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const [given, ...rest] = args.positional
  const wanted = actions.join(', ')
  if (given === undefined) throw new LabError('cli.missingArgument', 'import or list is missing', { wanted })
  const action = actions.find(name => name === plainText(given).text.trim())
  if (action === 'import') return await importFiles(rest, args, environment)
  if (action === 'list') return await list(rest, args, environment)
  const suggestion = nearest(given, actions)
  throw new LabError('cli.value', `data: wanted ${wanted}, found ${given}`, { flag: 'data', wanted, found: given, ...suggestion === undefined ? {} : { suggestion } })
}

async function importFiles([images, labels, extra]: readonly string[], { flags }: Arguments, { terminal, datasets }: CommandEnvironment): Promise<number> {
  if (images === undefined) throw new LabError('cli.missingArgument', 'a file of images is missing', { wanted: 'IMAGES' })
  if (labels === undefined) throw new LabError('cli.missingArgument', 'a file of labels is missing', { wanted: 'LABELS' })
  if (extra !== undefined) throw new LabError('cli.value', `two files, found ${extra}, too`, { flag: 'data import', wanted: 'IMAGES LABELS', found: extra })
  const name = flags.get('name')
  if (name === undefined) throw new LabError('cli.missingArgument', 'a name is missing', { wanted: '--name NAME' })
  const [testImages, testLabels] = [flags.get('test-images'), flags.get('test-labels')]
  if ((testImages === undefined) !== (testLabels === undefined))
    throw new LabError('cli.missingArgument', 'test images and test labels belong together', { wanted: testImages === undefined ? '--test-images FILE' : '--test-labels FILE' })
  const file = (given: string): ImportFile => ({ path: terminal.path(given), name: given })
  const tests = testImages !== undefined && testLabels !== undefined ? { testImages: file(testImages), testLabels: file(testLabels) } : {}
  const { info, isNew, isRepaired, renamedFrom } = await datasets.import({ trainImages: file(images), trainLabels: file(labels), ...tests }, name, flags.get('classes')?.split(','))
  if (!isNew) terminal.say(terminal.text(isRepaired ? 'data.repaired' : 'data.known', { name: info.name }))
  if (!isNew && plainText(name).text.trim() !== info.name) terminal.say(terminal.text('data.keptName', { name: info.name, given: name }))
  if (renamedFrom) terminal.say(terminal.text('data.renamed', { before: renamedFrom.join(', '), after: info.classes.join(', ') }))
  if (isNew) terminal.say(terminal.text('data.imported', { name: info.name }))
  if (info.testSource === 'heldOut') terminal.say(terminal.text('data.heldOut', { n: terminal.number(info.counts.test) }))
  terminal.say(terminal.text('data.folder', { folder: datasets.folder }))
  terminal.print(flags.has('json') ? JSON.stringify({ ...info, isNew, isRepaired }) : readable([{ id: info.id, info, problem: null }], terminal))
  return exitCodes.done
}

async function list([extra]: readonly string[], { flags }: Arguments, { terminal, datasets }: CommandEnvironment): Promise<number> {
  const found = extra ?? importFlags.map(name => `--${name}`).find(flag => flags.has(flag.slice(2)))
  if (found !== undefined) throw new LabError('cli.value', `data list takes no ${found}`, { flag: 'data list', wanted: '--json', found })
  const entries = await datasets.verifiedList()
  for (const { problem } of entries) if (problem) terminal.say(terminal.errorText(problem))
  terminal.say(terminal.text('data.folder', { folder: datasets.folder }))
  terminal.print(flags.has('json')
    ? JSON.stringify(entries.map(({ id, info, problem }) => ({ id, ...info, problem: problem && { code: problem.code, message: problem.message } })))
    : readable(entries, terminal))
  return exitCodes.done
}

function readable(entries: readonly DatasetEntry[], terminal: Terminal): string {
  const cells = ({ name, shape, classes, counts }: DatasetInfo): readonly string[] =>
    [name, `${shape[1]}×${shape[2]}`, terminal.number(classes.length), terminal.number(counts.train), terminal.number(counts.test)]
  return table([
    ['id', ...['name', 'size', 'classes', 'train', 'test'].map(key => terminal.text(`data.${key}`))],
    ...entries.map(({ id, info, problem }) => [id, ...info && !problem ? cells(info) : [info?.name ?? '–', terminal.text('data.unusable')]]),
  ], [2, 3, 4, 5])
}
