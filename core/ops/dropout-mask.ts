import { LabError } from '../errors'
import { scatter } from '../random'

/** Which elements a dropout layer keeps. It is computed from their indices wherever it is needed, so no tensor stores it. */
export interface DropoutMask {
  /** Probability that an element is dropped: 0 keeps all, from 1 − 2⁻³² on practically none is kept; below 1 */
  readonly rate: number
  /** Selects the mask: 0 to 2³² − 1 */
  readonly key: number
}

/** 32 bits of element `index` (row · columns + column), 0 to 2³² − 1. */
export const maskBits = (key: number, index: number): number => scatter(Math.imul(index, 0x9e3779b9) + key)

/** An element is kept if its bits are at least this; 2³² keeps none. @throws LabError internal for a rate outside 0 to 1 */
export function leastBits({ rate }: DropoutMask): number {
  if (!(rate >= 0 && rate < 1)) throw new LabError('internal', `dropout: the rate is at least 0 and below 1, found ${rate}`, { found: rate })
  return Math.ceil(rate * 2 ** 32)
}

/** Factor of the kept elements, which preserves the mean. */
export const keptScale = ({ rate }: DropoutMask): number => 1 / (1 - rate)
