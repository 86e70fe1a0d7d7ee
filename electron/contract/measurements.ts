import type { UnitLook } from '@core'
import * as v from 'valibot'
import type { ProbePrice } from './probe'
import { count, layerName } from './schema'

const unit = { layer: layerName, unit: count }
/** A unit of an activation layer */
export const unitQuery = v.strictObject(unit)
/** A unit at a step of the run's past, which is shown to nobody */
export const unitAtQuery = v.strictObject({ ...unit, step: count })

/** What a unit looks at, at one step of a run. */
export interface UnitFrame extends UnitLook {
  readonly runId: number
  /** Mini-batches learned so far */
  readonly step: number
  readonly price: ProbePrice
}
