import type { RecordedRun } from '@contract'
import type { Checkpoint } from '@core'
import { reachOf, type RunOnDisk } from '@files'

/**
 * What the training thread needs to continue a run at its latest step.
 * @param checkpointAt returns the latest sound checkpoint at or before a step
 */
export async function recordedRun({ record, series, checkpoints }: Pick<RunOnDisk, 'record' | 'series' | 'checkpoints'>, checkpointAt: (step: number) => Promise<Checkpoint>): Promise<RecordedRun> {
  const step = reachOf({ record, series, checkpoints }).last
  const { id, events, firstStep, fromSeed, name } = record
  return {
    name: name || id, checkpoint: await checkpointAt(step), step, events,
    origin: fromSeed ? { from: 'seed' } : { from: 'file', name, step: firstStep },
    firstLoss: series.firstStep ?? firstStep + 1, losses: series.losses, evaluations: series.evaluations,
  }
}
