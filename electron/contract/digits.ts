import { digitSide, mnist } from '@core'
import * as v from 'valibot'
import { count } from './schema'

/** The digits that a person has drawn and labelled, the first one first. */
export interface DigitCollection {
  /** count × 28 × 28, 0 (paper) to 255 (ink) */
  readonly images: Uint8Array
  /** count */
  readonly labels: Uint8Array
  /** Numbers of the digits that were deleted: they keep their place, and are not shown */
  readonly hidden: readonly number[]
}

/** A digit to be kept. */
export const newDigitSchema = v.strictObject({
  /** 28 × 28, 0 (paper) to 255 (ink) */
  image: v.pipe(v.custom<Uint8Array>(value => value instanceof Uint8Array), v.check(({ length }) => length === digitSide ** 2)),
  label: v.pipe(count, v.maxValue(mnist.classes.length - 1)),
})
export const hiddenDigitSchema = v.strictObject({ index: count, isHidden: v.boolean() })
