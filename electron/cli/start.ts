import { architectureOn, type Checkpoint, type Dataset, type DatasetInfo, type DatasetMark, LabError, limits, type Ops, type Position, positionAfterChange, presentConfig, type RunConfig, type SettingsChange, stateAtStep, Trainer, trainerOf } from '@core'
import { type DatasetStore, entryWithFiles, readCheckpointFile } from '@files'
import type { CommandEnvironment } from './command'
import type { Arguments, Flag } from './flags'
import { checkStep, reach, type Reaching, type Recorded, recordedIn } from './past'
import { changesOf, differencesOf, settableIn } from './set'
import { configOfFlags, countOf, datasetOfFlags, iterationsOf } from './values'

/** A training that is about to begin or to continue. */
export interface Start {
  readonly info: DatasetInfo
  /** The settings from now on */
  readonly config: RunConfig
  /** Mini-batches in all */
  readonly iterations: number
  /** Changes made by `--set`: 'learning-rate 0.1 → 0.01' */
  readonly differences: readonly string[]
  /** The checkpoint that is continued; null for a new training */
  readonly resumed: { readonly file: string, readonly checkpoint: Checkpoint } | null
  /** The training that is gone back to, and the step from which another way is taken; null for none */
  readonly forked: { readonly past: Recorded, readonly step: number } | null
  /** @returns null when interrupted @throws LabError train.memory, train.diverged */
  build: (dataset: Dataset, ops: Ops, reaching: Reaching) => Promise<Trainer | null>
}

export const usualIterations = 10_000

/**
 * The training that the flags describe; with `--resume` the checkpoint's training, with `--fork` one from a step of another
 * one's past, with the changes of `--set`.
 * @param recipe flags that define a training; not allowed with `--resume` and `--fork`
 * @throws LabError cli.*, dataset.*, checkpoint.*, file.*; ConfigError
 */
export async function startOf(args: Arguments, recipe: readonly Flag[], environment: CommandEnvironment): Promise<Start> {
  const { flags } = args
  const [file, origin] = [flags.get('resume'), flags.get('fork')]
  if (file !== undefined && origin !== undefined) throw new LabError('cli.conflict', '--resume with --fork', { flag: '--resume', found: '--fork' })
  if (origin === undefined && flags.has('at')) throw new LabError('cli.needs', '--at without --fork', { flag: '--at', wanted: '--fork FILE|ID' })
  if (file !== undefined) return await continuation(file, args, recipe, environment)
  if (origin !== undefined) return await fork(origin, args, recipe, environment)
  if (flags.has('set')) throw new LabError('cli.needs', '--set without --resume', { flag: '--set', wanted: '--resume FILE, --fork FILE|ID' })
  const info = await datasetOfFlags(args, environment)
  const config = configOfFlags(args, info, environment.terminal)
  const iterations = iterationsOf(args, { config, dataset: info, iterations: usualIterations }, environment.terminal)
  return { info, config, iterations, differences: [], resumed: null, forked: null, build: (dataset, ops) => Promise.resolve(new Trainer(config, dataset, { ops })) }
}

/** A state from which a training goes on with other settings. */
interface Continued {
  readonly flag: '--resume' | '--fork'
  readonly file: string
  /** The settings until then */
  readonly before: RunConfig
  readonly dataset: DatasetMark
  readonly position: Position
  readonly goal: number | undefined
}

/** What `--set` and the number of steps make of it. @throws LabError cli.*, dataset.* */
async function changedStart({ flag, file, before, dataset, position: at, goal }: Continued, args: Arguments, recipe: readonly Flag[], { terminal, datasets }: CommandEnvironment): Promise<Pick<Start, 'info' | 'config' | 'iterations' | 'differences'> & { readonly changes: readonly SettingsChange[] }> {
  const fixed = recipe.find(({ name }) => args.flags.has(name))?.name
  const { input } = architectureOn(before.network, dataset)
  if (fixed !== undefined) {
    const settable = settableIn(before, input).includes(fixed)
    throw new LabError('cli.fixed', `--${fixed} with ${flag}`, { flag: `--${fixed}`, found: flag, ...settable && { suggestion: `--set ${fixed}=${args.flags.get(fixed)!}` } })
  }
  const { changes, config } = changesOf(args, before, input, terminal)
  const position = positionAfterChange(at, before, config)
  const iterations = iterationsOf(args, { config, dataset, position, iterations: goal ?? usualIterations }, terminal)
  if (changes.length > 0 && position.step >= iterations) throw new LabError('cli.nothingLeft', `--set after the last of ${iterations} steps`, { flag: '--set', file, step: terminal.number(position.step) })
  return { info: await datasetOfCheckpoint(dataset, datasets, file), config, iterations, differences: differencesOf(before, config, input), changes }
}

const withChanges = (trainer: Trainer, changes: readonly SettingsChange[]): Trainer => changes.reduce((changed, change) => changed.change(change), trainer)

async function continuation(file: string, args: Arguments, recipe: readonly Flag[], environment: CommandEnvironment): Promise<Start> {
  const checkpoint = await readCheckpointFile(environment.terminal.path(file), file)
  const { dataset, snapshot: { position }, goal } = checkpoint
  const { changes, ...start } = await changedStart({ flag: '--resume', file, before: presentConfig(checkpoint), dataset, position, goal }, args, recipe, environment)
  return { ...start, resumed: { file, checkpoint }, forked: null, build: (dataset, ops) => Promise.resolve(withChanges(trainerOf(checkpoint, dataset, ops), changes)) }
}

async function fork(file: string, args: Arguments, recipe: readonly Flag[], environment: CommandEnvironment): Promise<Start> {
  const past = await recordedIn(file, environment)
  const { record, last, goal } = past
  const step = countOf(args, 'at', { min: 0, max: limits.iterations, fallback: last }, environment.terminal)
  checkStep(past, step, environment.terminal, past.run === null)
  const { position, config: before } = stateAtStep(record, step)
  const { changes, ...start } = await changedStart({ flag: '--fork', file, before, dataset: record.dataset, position, goal }, args, recipe, environment)
  return {
    ...start, resumed: null, forked: { past, step },
    build: async (dataset, ops, reaching) => {
      const reached = await reach(past, step, { dataset, ops }, reaching)
      return reached && withChanges(reached.trainer, changes)
    },
  }
}

/**
 * The dataset of a checkpoint, found by its files' hashes: its name on this computer may differ.
 * @throws LabError checkpoint.dataset, checkpoint.otherDataset; dataset.* when its files are damaged
 */
export async function datasetOfCheckpoint(mark: DatasetMark, datasets: DatasetStore, file: string): Promise<DatasetInfo> {
  const entries = await datasets.list()
  const same = entryWithFiles(entries, mark)
  if (same?.problem) throw same.problem
  if (same) return same.info
  const other = entries.some(({ id, info }) => id === mark.id || info?.name === mark.name)
  throw new LabError(other ? 'checkpoint.otherDataset' : 'checkpoint.dataset', `${file}: ${mark.name} is not here`, { file, name: mark.name })
}
