import { architectureOn, type Dataset, isSameDataset, LabError, Replay, reserveMemory, type RunConfig, runMemory, trainerOf, withEvents } from '@core'
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
export const replayOf = (run: RecordedRun, { dataset, ops, maxBytes }: RunSources): Replay =>
  new Replay(trainerOf(run.checkpoint, dataset, ops), { events: run.events, lossAt: lossesOf(run), ...maxBytes !== undefined && { maxBytes } }, run.step)

/** Memory for learning a recorded run again, from its checkpoint to its step: changes on the way may need more than the step. @throws LabError checkpoint.otherDataset */
export function bytesToReplay(run: RecordedRun, { dataset, ops }: RunSources): number {
  checkDataset(run, dataset)
  const { checkpoint: { events: { length: before } }, events, step } = run
  let config = configAfter(run, dataset, before)
  const known = new Map<string, number>()
  for (let i = before; ; i++) {
    const { batchSize, optimizer: { kind }, weightDecay, network } = config
    const key = JSON.stringify([batchSize, kind, weightDecay > 0]) // no other setting changes the memory
    if (!known.has(key)) known.set(key, runMemory(config, dataset, ops, { max: Infinity }).bytes)
    const next = events[i]
    if (!next || next.step > step) return Math.max(...known.values())
    config = withEvents(config, [next], architectureOn(network, dataset.info).input)
  }
}

/** The settings after the first n changes. */
const configAfter = ({ checkpoint: { config }, events }: RecordedRun, { info }: Dataset, n: number): RunConfig =>
  withEvents(config, events.slice(0, n), architectureOn(config.network, info).input)

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
  const { step, origin, parent, events, firstLoss, losses, evaluations } = run
  const config = configAfter(run, dataset, events.filter(event => event.step <= step).length)
  const memory = runMemory(config, dataset, ops, { max: maxBytes })
  return {
    origin, parent, bytes: memory.bytes, recorded: { firstStep: firstLoss, losses, evaluations },
    reserve: instead => reserveMemory(memory, { dataset, ops, instead: instead.arenas, max: maxBytes }),
  }
}
