import { architectureOn, type Checkpoint, type Dataset, type DatasetInfo, type DatasetMark, LabError, type Ops, positionAfterChange, presentConfig, type RunConfig, Trainer, trainerOf } from '@core'
import { type DatasetStore, entryWithFiles, readCheckpointFile } from '@files'
import type { CommandEnvironment } from './command'
import type { Arguments, Flag } from './flags'
import { changesOf, differencesOf, settableIn } from './set'
import { configOfFlags, datasetOfFlags, iterationsOf } from './values'

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
  /** @throws LabError train.memory */
  build: (dataset: Dataset, ops: Ops) => Trainer
}

export const usualIterations = 10_000

/**
 * The training that the flags describe; with `--resume` the checkpoint's training, with the changes of `--set`.
 * @param recipe flags that define a training; not allowed with `--resume`
 * @throws LabError cli.*, dataset.*, checkpoint.*, file.*; ConfigError
 */
export async function startOf(args: Arguments, recipe: readonly Flag[], environment: CommandEnvironment): Promise<Start> {
  const { flags } = args
  const file = flags.get('resume')
  if (file !== undefined) return await continuation(file, args, recipe, environment)
  if (flags.has('set')) throw new LabError('cli.needs', '--set without --resume', { flag: '--set', wanted: '--resume FILE' })
  const info = await datasetOfFlags(args, environment)
  const config = configOfFlags(args, info, environment.terminal)
  const iterations = iterationsOf(args, { config, dataset: info, iterations: usualIterations }, environment.terminal)
  return { info, config, iterations, differences: [], resumed: null, build: (dataset, ops) => new Trainer(config, dataset, { ops }) }
}

async function continuation(file: string, args: Arguments, recipe: readonly Flag[], { terminal, datasets }: CommandEnvironment): Promise<Start> {
  const fixed = recipe.find(({ name }) => args.flags.has(name))?.name
  const checkpoint = await readCheckpointFile(terminal.path(file), file)
  const before = presentConfig(checkpoint)
  const { input } = architectureOn(before.network, checkpoint.dataset)
  if (fixed !== undefined) {
    const settable = settableIn(before, input).includes(fixed)
    throw new LabError('cli.fixed', `--${fixed} with --resume`, { flag: `--${fixed}`, ...settable && { suggestion: `--set ${fixed}=${args.flags.get(fixed)!}` } })
  }
  const { changes, config } = changesOf(args, before, input, terminal)
  const position = positionAfterChange(checkpoint.snapshot.position, before, config)
  const iterations = iterationsOf(args, { config, dataset: checkpoint.dataset, position, iterations: checkpoint.goal ?? usualIterations }, terminal)
  if (changes.length > 0 && position.step >= iterations) throw new LabError('cli.nothingLeft', `--set after the last of ${iterations} steps`, { flag: '--set', file, step: terminal.number(position.step) })
  const info = await datasetOfCheckpoint(checkpoint.dataset, datasets, file)
  return { info, config, iterations, differences: differencesOf(before, config, input), resumed: { file, checkpoint }, build: (dataset, ops) => changes.reduce((trainer, change) => trainer.change(change), trainerOf(checkpoint, dataset, ops)) }
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
