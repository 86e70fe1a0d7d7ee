import { LabError } from '../errors'
import { mixBits } from '../random'

/** Which elements dropout keeps: computed from their indices in the forward and in the backward pass, so that no tensor stores it. */
export interface DropoutMask {
  /** Probability that an element is dropped, 0 ≤ rate < 1; above 1 − 2⁻³² every element is dropped */
  readonly rate: number
  /** Selects the mask: 0 to 2³² − 1 */
  readonly key: number
}

/**
 * The 32 bits that decide about an element, 0 to 2³² − 1: index · 2³²/φ + key, mixed.
 * @param index of the element: row · columns + column
 */
export const maskBits = (key: number, index: number): number => mixBits(Math.imul(index, 0x9e3779b9) + key)

/** An element is kept if its bits are at least ⌈rate · 2³²⌉. @throws LabError internal when the rate is negative, 1 or more */
export function leastBits({ rate }: DropoutMask): number {
  if (!(rate >= 0 && rate < 1)) throw new LabError('internal', `dropout: the rate is at least 0 and below 1, found ${rate}`, { found: rate })
  return Math.ceil(rate * 2 ** 32)
}

/** Factor of the kept elements, so that the expected value of each element stays the same. */
export const keptScale = ({ rate }: Pick<DropoutMask, 'rate'>): number => 1 / (1 - rate)
