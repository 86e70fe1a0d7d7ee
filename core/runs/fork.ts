import type { RunConfig } from '../config'
import { isSameConfig, type RunEvent, type SettingsChange, withChange } from '../train/change'
import { checkBatch } from '../train/fit'
import { inputOf } from './input'
import { type Course, stateAtStep } from './position'
import type { RunSeries } from './run-series'
import type { SeriesRecord } from './series-record'

/** Where another way is taken from, and with which settings. */
export interface Fork {
  readonly step: number
  /** An empty one keeps the settings */
  readonly change: SettingsChange
}

/** The settings of a run at a step, and those of its fork; a fork with the same settings has no event of its own. */
export interface ForkSettings {
  readonly before: RunConfig
  readonly after: RunConfig
  /** The changes of the settings until then, with the fork's own */
  readonly events: readonly RunEvent[]
}

/**
 * The settings before and after a fork.
 * @param run whose first step is not after that of the fork
 * @throws ConfigError as `withChange`; LabError network.batch
 */
export function forkSettings(run: Course, { step, change }: Fork): ForkSettings {
  const { config: before } = stateAtStep(run, step)
  const after = withChange(before, change, inputOf(run.dataset))
  checkBatch(after.network, after.batchSize)
  const events = run.events.filter(event => event.step <= step)
  return { before, after, events: isSameConfig(before, after) ? events : [...events, { step, change }] }
}

/**
 * The curves of a run until a step, as its fork takes them along.
 * @param events changes of the fork's settings until then
 */
export const seriesUntil = ({ firstStep, losses, scores, times }: Pick<RunSeries, 'firstStep' | 'losses' | 'scores' | 'times'>, step: number, events: readonly RunEvent[]): readonly SeriesRecord[] => [
  ...firstStep === null ? [] : [{ kind: 'losses' as const, firstStep, losses: losses.slice(0, Math.max(0, step - firstStep + 1)) }],
  ...[...scores, ...times].filter(record => record.step <= step),
  ...events.map(event => ({ kind: 'event' as const, event })),
]
