import { architectureOn, isSameDataset, LabError, Replay, reserveMemory, runMemory, trainerOf, withEvents } from '@core'
import type { RecordedRun } from '@contract'
import type { RunPlan, RunSources } from './run'

/** What learning a recorded run again found out. */
export interface Resumed {
  /** The first step whose loss is not the recorded one; null while all are the same */
  differsAt: number | null
}

/**
 * Begins to learn a recorded run again, from its checkpoint to its step.
 * @throws LabError checkpoint.otherDataset, train.memory
 */
export function replayOf({ checkpoint, step, events, firstLoss, losses }: RecordedRun, { dataset, ops }: RunSources): Replay {
  const lossAt = (at: number): number | undefined => Number.isNaN(losses[at - firstLoss]) ? undefined : losses[at - firstLoss]
  return new Replay(trainerOf(checkpoint, dataset, ops), { events, lossAt }, step)
}

/**
 * The plan to continue a recorded run at its step.
 * @param resumed set by `build`
 * @throws LabErrors that name what does not fit
 */
export function fromRecord(run: RecordedRun, sources: RunSources, resumed: Resumed): RunPlan {
  return {
    ...planned(run, sources),
    build: () => {
      const replay = replayOf(run, sources)
      while (!replay.advance(() => false));
      resumed.differsAt = replay.differsAt
      return replay.trainer
    },
  }
}

/** The plan to show a recorded run at the step that a replay has reached. @throws as {@link fromRecord} */
export const fromReplay = (replay: Replay, run: RecordedRun, sources: RunSources): RunPlan => ({ ...planned(run, sources), build: () => replay.trainer })

function planned({ name, checkpoint, origin, parent, events, firstLoss, losses, evaluations }: RecordedRun, { dataset, ops, maxBytes }: RunSources): Omit<RunPlan, 'build'> {
  if (!isSameDataset(checkpoint.dataset, dataset.info)) throw new LabError('checkpoint.otherDataset', `${name} was trained on other files of ${checkpoint.dataset.id}`, { file: name, name: checkpoint.dataset.name })
  const config = withEvents(checkpoint.config, events, architectureOn(checkpoint.config.network, dataset.info).input)
  const memory = runMemory(config, dataset, ops, { max: maxBytes })
  return {
    origin, parent, bytes: memory.bytes, recorded: { firstStep: firstLoss, losses, evaluations },
    reserve: instead => reserveMemory(memory, { dataset, ops, instead: instead.arenas, max: maxBytes }),
  }
}
