import type { RecordedRun } from '@contract'
import type { Checkpoint } from '@core'
import { reachOf, type RunOnDisk } from '@files'

/**
 * What a thread needs to learn a run again.
 * @param checkpointAt returns the latest sound checkpoint at or before a step
 * @param step left out: the latest one
 */
export async function recordedRun({ record, series, checkpoints }: Pick<RunOnDisk, 'record' | 'series' | 'checkpoints'>, checkpointAt: (step: number) => Promise<Checkpoint>, step = reachOf({ record, series, checkpoints }).last): Promise<RecordedRun> {
  const { id, events, firstStep, fromSeed, name } = record
  return {
    name: name || id, checkpoint: await checkpointAt(step), step, events,
    origin: fromSeed ? { from: 'seed' } : { from: 'file', name, step: firstStep },
    firstLoss: series.firstStep ?? firstStep + 1, losses: series.losses, evaluations: series.evaluations,
  }
}
