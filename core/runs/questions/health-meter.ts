import type { HealthColumn } from '../../train/health/column'
import { healthOf } from '../../train/health/health'
import { type UnitColumn, unitsOf } from '../../train/health/unit-map'
import type { Meter } from './meter'

/** The health of a training at one step. */
export interface HealthMoment {
  readonly column: HealthColumn
  /** Of the layer that is mapped; null: none is, or it has no unit map */
  readonly units: UnitColumn | null
}

/** Measures the health at a step; not known at the first one. @param mapped the layer whose units are mapped, too: 'relu1' */
export const healthMeter = (mapped?: string): Meter<HealthMoment> => ({
  measure(trainer) {
    const column = healthOf(trainer)
    return column && { column, units: mapped === undefined ? null : unitsOf(trainer, mapped) }
  },
  dispose: () => undefined,
})
