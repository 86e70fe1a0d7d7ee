import { type Locale, type NamedWeights, projectTexts, type RecordedRun, type SharedDataset } from '@contract'
import { type Checkpoint, type Continued, continuedFrom, type ExportFiles, pytorchProject, pytorchSource, readCheckpoint, weightsOfCheckpoint } from '@core'
import { type RunStore, writeHashedWeights } from '@files'
import type { Past } from './past'
import { readRecorded, recordedRun } from './recorded-run'
import type { RunRecorder } from './run-recorder'

/** What is written as a PyTorch project: a run at its latest step (null: the current one), or a weights file. */
export type ProjectWanted = { readonly run: string | null } | { readonly weights: NamedWeights }

/** How it is written. */
export interface ProjectChoices {
  /** Of the README */
  readonly locale: Locale
  /** Whether the dataset's images are written, too */
  readonly withData: boolean
}

export interface ProjectOptions {
  readonly runs: Pick<RunStore, 'read' | 'stateBefore'>
  readonly recorder: Pick<RunRecorder, 'id' | 'flush'>
  readonly past: Pick<Past, 'continued'>
  /** The checkpoint with which a run would begin that is opened from weights */
  readonly firstState: (weights: NamedWeights) => Promise<Uint8Array>
  /** A dataset by its id */
  readonly load: (dataset: string) => Promise<SharedDataset>
  /** Of the lab */
  readonly version: string
}

/**
 * The files of a PyTorch project. The thread for the past learns the run's latest state again, and the mini-batches that PyTorch is
 * compared with; the run itself is only read.
 * @throws LabError export.noCode, past.none, past.left, train.memory; run.*, dataset.*, weights.*, file.*, worker.died
 */
export async function projectFiles(wanted: ProjectWanted, { locale, withData }: ProjectChoices, options: ProjectOptions): Promise<ExportFiles> {
  const { past, load, version } = options
  const run = 'run' in wanted ? await runOf(wanted.run, options) : await beginningWith(wanted.weights, options)
  const dataset = await load(run.checkpoint.config.dataset)
  const { bytes, next } = await past.continued(run, dataset)
  const checkpoint = readCheckpoint(bytes, run.name)
  const source = pytorchSource('run' in wanted ? continuedFrom(checkpoint) : weightsAlone(checkpoint), dataset, next, writeHashedWeights)
  const { config, state } = source
  const texts = projectTexts(locale, { config, dataset: dataset.info, step: next.step, updates: state?.updates ?? null, withData, version })
  return pytorchProject(source, texts, withData)
}

/** @throws LabError past.none; run.*, file.* */
export async function runOf(given: string | null, { runs, recorder }: Pick<ProjectOptions, 'runs' | 'recorder'>): Promise<RecordedRun> {
  const run = await readRecorded(given, { runs, recorder })
  return await recordedRun(run, step => runs.stateBefore(run.record.id, step))
}

/** A run that begins with the weights of a file, and has learned nothing yet. */
async function beginningWith(weights: NamedWeights, { firstState }: ProjectOptions): Promise<RecordedRun> {
  const checkpoint = readCheckpoint(await firstState(weights), weights.name)
  const { position: { step } } = checkpoint.snapshot
  return { name: weights.name, checkpoint, step, events: [], parent: null, origin: { from: 'file', name: weights.name, step }, firstLoss: step + 1, losses: new Float32Array(), evaluations: [] }
}

/** Without a state of the optimizer, which begins anew. */
const weightsAlone = (checkpoint: Checkpoint): Continued => ({ weights: weightsOfCheckpoint(checkpoint), checkpoint: null })
