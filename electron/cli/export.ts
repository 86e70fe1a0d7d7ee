import { stat } from 'node:fs/promises'
import { extname, sep } from 'node:path'
import { projectTexts } from '@contract'
import { checkpointOf, continuedFrom, type Continued, type DatasetInfo, type ExportFiles, LabError, lossesAfter, networkWriters, pytorchProject, pytorchSource, type WrittenFormat, writtenFormats } from '@core'
import { atomicWrite, checkExportFolder, checkWritable, exportFolder, weightsSha256, writeHashedWeights } from '@files'
import { type Command, commonFlags, type CommandEnvironment, exitCodes } from './command'
import { datasetOf } from './dataset-of'
import { backendFlag, engineChoiceOf, openEngine, threadsFlag } from './engine'
import { type Arguments, onlyArgument } from './flags'
import { isFile } from './inspect'
import { Interrupt } from './interrupt'
import { choiceFlags, networkInput } from './network-input'
import { reach, recordedIn } from './past'
import { Progress } from './progress'
import { isSameFile } from './save-path'
import { datasetOfCheckpoint } from './start'
import { wrongValue } from './values'

/** The result for `--json`. */
interface ExportResult {
  readonly file: string
  readonly to: string
  readonly format: Target['format']
  /** Mini-batches learned before */
  readonly step: number
  readonly weightsSha256: string
  /** Whether the optimizer's state was exported: only a folder has it */
  readonly withState: boolean
  readonly files: readonly { readonly name: string, readonly bytes: number }[]
}

/** Where the result goes, and as what. */
interface Target {
  readonly path: string
  readonly format: WrittenFormat | 'pytorch'
}

export const exportCommand: Command = {
  name: 'export',
  positional: 'FILE|ID',
  flags: [{ name: 'to', value: 'FILE|FOLDER' }, { name: 'dataset', value: 'NAME' }, ...choiceFlags, { name: 'without-data' }, { name: 'force', text: 'forceExport' }, backendFlag, threadsFlag, ...commonFlags],
  example: 'export checkpoint.safetensors --to pytorch/',
  run,
}

async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { terminal } = environment
  const given = onlyArgument(args, 'export', 'FILE|ID')
  const to = args.flags.get('to')
  if (to === undefined) throw new LabError('cli.missingArgument', 'a target is missing', { wanted: '--to FILE|FOLDER' })
  const target = await targetOf(to, given, args, environment)
  const source = await sourceIn(given, args, environment)
  if (!source) {
    terminal.say(terminal.text('export.interrupted'))
    return exitCodes.interrupted
  }
  const { continued: { weights, checkpoint } } = source
  const hash = weightsSha256(weights)
  const files = target.format === 'pytorch'
    ? await folderOf(source, args, environment)
    : new Map([['', networkWriters[target.format]({ ...weights, weightsSha256: hash })]])
  if (target.format === 'pytorch') await exportFolder(target.path, files)
  else await atomicWrite(target.path, files.get('')!)
  const withState = target.format === 'pytorch' && checkpoint !== null
  if (target.format === 'pytorch' && !checkpoint) terminal.say(terminal.text('export.fresh', { file: given }))
  const sizes = [...files].map(([name, content]) => ({ name, bytes: typeof content === 'string' ? Buffer.byteLength(content) : content.length }))
  const result: ExportResult = { file: given, to, format: target.format, step: weights.step, weightsSha256: hash, withState, files: target.format === 'pytorch' ? sizes : sizes.map(({ bytes }) => ({ name: to, bytes })) }
  if (args.flags.has('json')) terminal.print(JSON.stringify(result))
  else terminal.print(terminal.text(target.format === 'pytorch' ? 'export.folder' : 'export.done', { to, step: terminal.number(weights.step), n: terminal.number(sizes.reduce((sum, { bytes }) => sum + bytes, 0)) }))
  return exitCodes.done
}

/**
 * Checks where the result goes before any work.
 * @throws LabError cli.value for an unknown ending, cli.input, cli.exists, export.notEmpty, file.*
 */
async function targetOf(to: string, given: string, { flags }: Arguments, { terminal }: CommandEnvironment): Promise<Target> {
  const path = terminal.path(to)
  const ending = extname(to).slice(1).toLowerCase()
  const isFolder = to.endsWith('/') || to.endsWith(sep) || await stat(path).then(found => found.isDirectory(), () => false)
  if (isFolder || ending === '') {
    await checkExportFolder(path)
    return { path, format: 'pytorch' }
  }
  if (flags.has('without-data')) throw new LabError('cli.needs', '--without-data without a folder', { flag: '--without-data', wanted: '--to FOLDER/' })
  const format = writtenFormats.find(format => format === ending)
  if (!format) throw wrongValue('to', [...writtenFormats.map(format => `FILE.${format}`), 'FOLDER/'].join(', '), to)
  if (await isSameFile(path, terminal.path(given))) throw new LabError('cli.input', `--to names ${given} itself`, { flag: '--to', file: given })
  await checkWritable(path)
  const isThere = await stat(path).then(({ size }) => size > 0, () => false) // overwriting an empty file loses nothing
  if (isThere && !flags.has('force')) throw new LabError('cli.exists', `${to} exists`, { flag: '--to', file: to })
  return { path, format }
}

/** A network to export. */
interface Source {
  readonly continued: Continued
  /** The dataset of its training. @throws LabError dataset.*, weights.*, checkpoint.* */
  readonly info: () => Promise<DatasetInfo>
}

/** A file, or a run at its latest step. @returns null when interrupted @throws LabError as for `networkInput`, `recordedIn` and `reach` */
async function sourceIn(given: string, args: Arguments, environment: CommandEnvironment): Promise<Source | null> {
  const { terminal, datasets, version } = environment
  if (await isFile(terminal.path(given), given)) {
    const { weights, checkpoint } = await networkInput(given, args, environment)
    if (checkpoint) checkNoDataset(given, args)
    return { continued: { weights, checkpoint }, info: () => checkpoint ? datasetOfCheckpoint(checkpoint.dataset, datasets, given) : datasetOf(args, weights, given, environment) }
  }
  checkNoDataset(given, args)
  const choice = engineChoiceOf(args, environment)
  const past = await recordedIn(given, environment)
  const info = await datasetOfCheckpoint(past.record.dataset, datasets, given)
  const dataset = await datasets.load(info)
  const interrupt = new Interrupt().listen()
  const engine = openEngine(choice, environment)
  const progress = new Progress(terminal)
  try {
    const reached = await reach(past, past.last, { dataset, ops: engine.ops }, { interrupt, now: terminal.now, onSlice: (at) => { progress.update(at, past.last, () => [terminal.text('replay.learning')]) } })
    return reached && { continued: continuedFrom(checkpointOf(reached.trainer, { version })), info: () => Promise.resolve(info) }
  }
  finally {
    progress.end()
    interrupt.release()
    engine.dispose()
  }
}

/** A training continues on its own dataset. @throws LabError cli.conflict */
function checkNoDataset(given: string, { flags }: Arguments): void {
  if (flags.has('dataset')) throw new LabError('cli.conflict', `--dataset with ${given}`, { flag: '--dataset', found: given })
}

async function folderOf({ continued, info: find }: Source, args: Arguments, environment: CommandEnvironment): Promise<ExportFiles> {
  const { terminal, datasets, version } = environment
  const info = await find()
  const dataset = await datasets.load(info)
  const engine = openEngine(engineChoiceOf(args, environment), environment)
  try {
    const source = pytorchSource(continued, dataset, lossesAfter(continued, dataset, engine.ops), writeHashedWeights)
    const withData = !args.flags.has('without-data')
    const texts = projectTexts(terminal.locale, { config: source.config, dataset: info, step: continued.weights.step, updates: source.state?.updates ?? null, withData, version })
    return pytorchProject(source, texts, withData)
  }
  finally { engine.dispose() }
}
