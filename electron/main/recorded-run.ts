import type { RecordedRun } from '@contract'
import { LabError, type StartingPoint } from '@core'
import { reachOf, type RunOnDisk, type RunStore } from '@files'
import type { RunRecorder } from './run-recorder'

/**
 * What a thread needs to learn a run again.
 * @param stateBefore returns the latest known state at or before a step
 * @param step left out: the latest one
 */
export async function recordedRun({ record, series, checkpoints }: Pick<RunOnDisk, 'record' | 'series' | 'checkpoints'>, stateBefore: (step: number) => Promise<StartingPoint>, step = reachOf({ record, series, checkpoints }).last): Promise<RecordedRun> {
  const { id, events, firstStep, fromSeed, name, parent } = record
  return {
    name: name || id, checkpoint: await stateBefore(step), step, events, parent,
    origin: fromSeed ? { from: 'seed' } : { from: 'file', name, step: firstStep },
    firstLoss: series.firstStep ?? firstStep + 1, losses: series.losses, evaluations: series.evaluations,
  }
}

/**
 * Reads a run as far as it has come, also the one that is being recorded.
 * @param given id; null: the current one
 * @throws LabError past.none; run.*, file.* for a damaged run
 */
export async function readRecorded(given: string | null, { runs, recorder }: { readonly runs: Pick<RunStore, 'read'>, readonly recorder: Pick<RunRecorder, 'id' | 'flush'> }): Promise<RunOnDisk> {
  const current = await recorder.id()
  const id = given ?? current
  if (id === null) throw new LabError('past.none', 'the run has no past yet', {})
  if (id === current) await recorder.flush()
  return await runs.read(id)
}

/** @throws LabError past.range for a step that a run does not have */
export function checkReach(run: RunOnDisk, step: number): void {
  const { first, last } = reachOf(run)
  if (step < first || step > last) throw new LabError('past.range', `no step ${step}`, { step, first, last })
}

/** Steps that are learned again for the gradients of a step whose own state is kept */
const maxForGradients = 1000
/** Where a state is looked for from which a step is learned again: before it, so that its gradients are computed, too, unless that is far away. */
export function startFor(run: Pick<RunOnDisk, 'record' | 'series' | 'checkpoints'>, step: number): number {
  const { first } = reachOf(run)
  const before = run.checkpoints.findLast(({ step: at }) => at < step)?.step ?? first
  return step > first && step - before <= maxForGradients ? step - 1 : step
}
