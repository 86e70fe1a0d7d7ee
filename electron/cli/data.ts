import { stat } from 'node:fs/promises'
import { classCountOf, countsByClass, type DatasetInfo, isWithin, LabError, nearest, type NumberRange, plainText, rangeText, type TestShare, testShareLimits, usualTestShare } from '@core'
import { type DatasetEntry, type FoundImages, type ImportFile, type ImportFiles, readIdxFiles, readSource } from '@files'
import { table } from './columns'
import { type Command, commonFlags, exitCodes, type CommandEnvironment } from './command'
import type { Arguments } from './flags'
import type { Terminal } from './terminal'
import { numberOf } from './values'

const actions = ['import', 'list', 'verify', 'rename', 'remove'] as const
const importFlags = ['test-images', 'test-labels', 'name', 'classes', 'test-share', 'seed', 'dry-run'] as const

export const data: Command = {
  name: 'data',
  positional: 'import IMAGES LABELS | import FOLDER | import FILE.npz | list | verify | rename NAME NEW | remove NAME',
  flags: [
    { name: 'name', value: 'NAME' },
    { name: 'test-images', value: 'FILE' },
    { name: 'test-labels', value: 'FILE' },
    { name: 'classes', value: 'NAMES' },
    { name: 'test-share', value: 'X', fallback: String(usualTestShare.share) },
    { name: 'seed', text: 'testSeed', value: 'N', fallback: String(usualTestShare.seed) },
    { name: 'dry-run' },
    ...commonFlags,
  ],
  example: 'data import train-images.gz train-labels.gz --test-images t10k-images.gz --test-labels t10k-labels.gz --name Clothes',
  run,
}

async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const [given, ...rest] = args.positional
  const wanted = actions.join(', ')
  if (given === undefined) throw new LabError('cli.missingArgument', 'an action is missing', { wanted })
  const action = actions.find(name => name === plainText(given).text.trim())
  if (action === 'import') return await importFiles(rest, args, environment)
  if (action === 'list' || action === 'verify') return await list(action, rest, args, environment)
  if (action === 'rename') return await rename(rest, args, environment)
  if (action === 'remove') return await remove(rest, args, environment)
  const suggestion = nearest(given, actions)
  throw new LabError('cli.value', `data: wanted ${wanted}, found ${given}`, { flag: 'data', wanted, found: given, ...suggestion === undefined ? {} : { suggestion } })
}

async function importFiles(given: readonly string[], { flags }: Arguments, { terminal, datasets }: CommandEnvironment): Promise<number> {
  const testShare = shareOf(flags)
  const file = (name: string): ImportFile => ({ path: terminal.path(name), name })
  const [first] = given
  const isFolder = first !== undefined && await stat(terminal.path(first)).then(found => found.isDirectory(), () => false) // its reader names a missing one
  const found = first !== undefined && (isFolder || /\.npz$/i.test(first)) ? await readSource(given.map(file)) : await readIdxFiles(pairsOf(given, flags, file))
  for (const problem of found.problems) terminal.say(terminal.errorText(problem))
  const name = flags.get('name')
  if (flags.has('dry-run')) return preview(found, name, flags, terminal)
  if (name === undefined) throw new LabError('cli.missingArgument', 'a name is missing', { wanted: '--name NAME' })
  const { info, isNew, isRepaired, renamedFrom } = await datasets.add(found, { name, classes: flags.get('classes')?.split(','), testShare })
  if (!isNew) terminal.say(terminal.text(isRepaired ? 'data.repaired' : 'data.known', { name: info.name }))
  if (!isNew && plainText(name).text.trim() !== info.name) terminal.say(terminal.text('data.keptName', { name: info.name, given: name }))
  if (renamedFrom) terminal.say(terminal.text('data.renamed', { before: renamedFrom.join(', '), after: info.classes.join(', ') }))
  if (isNew) terminal.say(terminal.text('data.imported', { name: info.name }))
  if (info.testSource === 'heldOut') terminal.say(terminal.text('data.heldOut', { n: terminal.number(info.counts.test) }))
  terminal.say(terminal.text('data.folder', { folder: datasets.folder }))
  terminal.print(flags.has('json') ? JSON.stringify({ ...info, isNew, isRepaired }) : readable([{ id: info.id, info, problem: null }], terminal))
  return exitCodes.done
}

/** The files of an IDX pair, and of its test pair. @throws LabError cli.missingArgument, cli.value */
function pairsOf([images, labels, extra]: readonly string[], flags: Arguments['flags'], file: (name: string) => ImportFile): ImportFiles {
  if (images === undefined) throw new LabError('cli.missingArgument', 'a file of images is missing', { wanted: 'IMAGES' })
  if (labels === undefined) throw new LabError('cli.missingArgument', 'a file of labels is missing', { wanted: 'LABELS' })
  if (extra !== undefined) throw new LabError('cli.value', `two files, found ${extra}, too`, { flag: 'data import', wanted: 'IMAGES LABELS', found: extra })
  const [testImages, testLabels] = [flags.get('test-images'), flags.get('test-labels')]
  if ((testImages === undefined) !== (testLabels === undefined))
    throw new LabError('cli.missingArgument', 'test images and test labels belong together', { wanted: testImages === undefined ? '--test-images FILE' : '--test-labels FILE' })
  const tests = testImages !== undefined && testLabels !== undefined ? { testImages: file(testImages), testLabels: file(testLabels) } : {}
  return { trainImages: file(images), trainLabels: file(labels), ...tests }
}

/** How test images are held out. @throws LabError cli.value */
function shareOf(flags: Arguments['flags']): TestShare {
  const valueOf = (flag: 'test-share' | 'seed', range: NumberRange, whole: boolean): number => {
    const text = flags.get(flag)
    if (text === undefined) return flag === 'seed' ? usualTestShare.seed : usualTestShare.share
    const value = numberOf(text, { whole })
    if (isWithin(value, range)) return value
    throw new LabError('cli.value', `--${flag}: ${text}`, { flag: `--${flag}`, wanted: rangeText(range), found: text })
  }
  return { share: valueOf('test-share', testShareLimits, false), seed: valueOf('seed', { min: 0, max: 2 ** 32 - 1 }, true) }
}

/** Prints what was found; nothing is written. */
function preview({ kind, name, images, preprocessing, sizes, problems }: FoundImages, wanted: string | undefined, flags: Arguments['flags'], terminal: Terminal): number {
  const { rows, columns, train, test, classes } = images
  const n = classCountOf(images)
  const counts = [train, ...test ? [test] : []].map(({ labels }) => countsByClass(labels, n))
  const perClass = Array.from({ length: n }, (_, c) => ({ name: classes?.[c] ?? String(c), train: counts[0]![c]!, test: counts[1]?.[c] ?? 0 }))
  terminal.say(terminal.text('data.dryRun'))
  terminal.print(flags.has('json')
    ? JSON.stringify({ kind, name: wanted ?? name, shape: [1, rows, columns], preprocessing, sizes, classes: perClass, problems: problems.map(({ code, message }) => ({ code, message })) })
    : [`${rows}×${columns}`, table([['', terminal.text('data.train'), terminal.text('data.test')], ...perClass.map(({ name, train, test }) => [name, terminal.number(train), terminal.number(test)])], [1, 2])].join('\n'))
  return exitCodes.done
}

/** Lists the datasets; all their files are verified. After `verify`, one that has changed makes the exit code 1. */
async function list(action: 'list' | 'verify', [extra]: readonly string[], { flags }: Arguments, { terminal, datasets }: CommandEnvironment): Promise<number> {
  const found = extra ?? importFlags.map(name => `--${name}`).find(flag => flags.has(flag.slice(2)))
  if (found !== undefined) throw new LabError('cli.value', `data ${action} takes no ${found}`, { flag: `data ${action}`, wanted: '--json', found })
  const entries = await datasets.verifiedList()
  for (const { problem } of entries) if (problem) terminal.say(terminal.errorText(problem))
  terminal.say(terminal.text('data.folder', { folder: datasets.folder }))
  terminal.print(flags.has('json')
    ? JSON.stringify(entries.map(({ id, info, problem }) => ({ id, ...info, problem: problem && { code: problem.code, message: problem.message } })))
    : readable(entries, terminal))
  return action === 'verify' && entries.some(({ problem }) => problem) ? exitCodes.failed : exitCodes.done
}

async function rename([wanted, name]: readonly string[], { flags }: Arguments, { terminal, datasets }: CommandEnvironment): Promise<number> {
  if (wanted === undefined || name === undefined) throw new LabError('cli.missingArgument', 'a name is missing', { wanted: wanted === undefined ? 'NAME' : 'NEW' })
  const { id } = await datasets.entryOf(wanted)
  const info = await datasets.change(id, { name, classes: flags.get('classes')?.split(',') })
  terminal.print(flags.has('json') ? JSON.stringify(info) : readable([{ id, info, problem: null }], terminal))
  return exitCodes.done
}

async function remove([wanted]: readonly string[], { flags }: Arguments, { terminal, datasets }: CommandEnvironment): Promise<number> {
  if (wanted === undefined) throw new LabError('cli.missingArgument', 'a name is missing', { wanted: 'NAME' })
  const { id, info } = await datasets.entryOf(wanted)
  await datasets.remove(id)
  terminal.say(terminal.text('data.removed', { name: info?.name ?? id }))
  terminal.print(flags.has('json') ? JSON.stringify({ id, name: info?.name ?? null }) : id)
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
