import { isSameDataset } from '../data/dataset-mark'
import type { Checkpoint } from './checkpoint'
import { difference } from './difference'
import type { RunRecord } from './record'

/** The record of the run that a checkpoint belongs to, with its changes until then. @param named what only people know of a run */
export function recordOf({ config, events, dataset, classes, first, backend, version }: Omit<Checkpoint, 'snapshot'>, named: Pick<RunRecord, 'id' | 'name' | 'created' | 'parent'>): RunRecord {
  return { ...named, note: '', pinned: false, bookmarks: [], config, events, dataset, classes, firstStep: first?.step ?? 0, fromSeed: first === undefined, backend, version }
}

/** Whether a checkpoint is a state of a run: it has the same beginning and dataset, and the run's first changes of the settings. */
export function isStateOf({ config, events, dataset, firstStep, fromSeed }: RunRecord, checkpoint: Checkpoint): boolean {
  return isSame(checkpoint.config, config) && isSameDataset(checkpoint.dataset, dataset)
    && (checkpoint.first === undefined) === fromSeed && (checkpoint.first?.step ?? 0) === firstStep
    && checkpoint.events.every((event, i) => isSame(event, events[i]))
}

const isSame = (a: unknown, b: unknown): boolean => difference(a, b, '') === null && difference(b, a, '') === null
