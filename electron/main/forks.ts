import { randomBytes } from 'node:crypto'
import type { ForkRequest, ReachedState, RecordedRun, SharedDataset } from '@contract'
import { forkSettings, LabError, parentOf, readCheckpoint, recordOf, type RunParent, seriesUntil } from '@core'
import type { RunStore } from '@files'
import { checkReach, readRecorded, recordedRun } from './recorded-run'
import type { RunRecorder } from './run-recorder'

/** What learns a recorded run again, up to its step. */
export interface LearnsAgain { readonly stateAt: (run: RecordedRun, dataset: SharedDataset) => Promise<ReachedState> }

export interface ForksOptions {
  readonly runs: Pick<RunStore, 'read' | 'stateBefore' | 'create' | 'discard'>
  readonly recorder: Pick<RunRecorder, 'id' | 'flush' | 'keep'>
  readonly past: LearnsAgain
  readonly now?: () => number
  readonly newId?: () => string
}

/** A run that was forked. */
export interface Forked {
  readonly id: string
  /** The first step on the way whose loss is not the parent's; null while all are the same */
  readonly differsAt: number | null
}

/**
 * Puts a fork of a run beside it: a run of its own, with the state at the step and the curves until then, so that it needs its
 * parent no more. The parent is kept.
 * @param load a dataset by its id
 * @throws LabError past.none, past.range, past.left; ConfigError for the change; run.*, dataset.*, file.*, train.memory
 */
export async function forkRun({ id: given, step, change, name = '' }: ForkRequest, load: (dataset: string) => Promise<SharedDataset>, options: ForksOptions): Promise<Forked> {
  const { runs, recorder } = options
  const parent = await readRecorded(given ?? null, { runs, recorder })
  checkReach(parent, step)
  const { record: { id, config }, series } = parent
  const { events } = forkSettings(parent.record, { step, change })
  const recorded = await recordedRun(parent, at => runs.stateBefore(id, at), step)
  return await writeFork({ ...recorded, events }, { parent: parentOf(parent.record, step), series, name }, await load(config.dataset), options)
}

/** What a fork takes along: what it was forked from, null for a run that is not on the disk, and the curves of that run. */
export interface ForkOf {
  readonly parent: RunParent | null
  readonly series: Parameters<typeof seriesUntil>[0]
  readonly name: string
}

/**
 * Writes a fork of a run: its state at a step, after all events until then.
 * @param run whose events are those of the fork
 * @throws LabError past.left; run.*, file.*, train.memory
 */
export async function writeFork(run: RecordedRun, { parent, series, name }: ForkOf, dataset: SharedDataset, { runs, recorder, past, now = Date.now, newId = randomId }: ForksOptions): Promise<Forked> {
  const { step } = run
  const { bytes, differsAt } = await past.stateAt(run, dataset)
  const checkpoint = readCheckpoint(bytes, name)
  const writer = await runs.create(recordOf(checkpoint, { id: newId(), name, created: now(), parent }))
  for (const record of seriesUntil(series, step, checkpoint.events)) writer.append(record)
  await writer.checkpoint(step, bytes)
  await writer.close()
  const { problem } = writer
  if (problem) {
    await runs.discard(writer.id).catch(() => undefined) // the disk refuses
    throw new LabError(problem.code, problem.message, problem.details)
  }
  if (parent) recorder.keep(parent.run)
  return { id: writer.id, differsAt }
}

const randomId = (): string => randomBytes(16).toString('hex')
