import { architectureOn, type Dataset, isSameDataset, LabError, Replay, reserveMemory, runMemory, trainerOf, withEvents } from '@core'
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
export const replayOf = (run: RecordedRun, { dataset, ops }: RunSources): Replay =>
  new Replay(trainerOf(run.checkpoint, dataset, ops), { events: run.events, lossAt: lossesOf(run) }, run.step)

/** The recorded losses by step; undefined where none was recorded. */
export const lossesOf = ({ firstLoss, losses }: RecordedRun) => (step: number): number | undefined =>
  Number.isNaN(losses[step - firstLoss]) ? undefined : losses[step - firstLoss]

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

/** @throws LabError checkpoint.otherDataset */
export function checkDataset({ name, checkpoint }: RecordedRun, dataset: Dataset): void {
  if (!isSameDataset(checkpoint.dataset, dataset.info)) throw new LabError('checkpoint.otherDataset', `${name} was trained on other files of ${checkpoint.dataset.id}`, { file: name, name: checkpoint.dataset.name })
}

function planned(run: RecordedRun, { dataset, ops, maxBytes }: RunSources): Omit<RunPlan, 'build'> {
  checkDataset(run, dataset)
  const { checkpoint, origin, parent, events, firstLoss, losses, evaluations } = run
  const config = withEvents(checkpoint.config, events, architectureOn(checkpoint.config.network, dataset.info).input)
  const memory = runMemory(config, dataset, ops, { max: maxBytes })
  return {
    origin, parent, bytes: memory.bytes, recorded: { firstStep: firstLoss, losses, evaluations },
    reserve: instead => reserveMemory(memory, { dataset, ops, instead: instead.arenas, max: maxBytes }),
  }
}
