import { firstExponent, magnitudeBins, type Magnitudes } from '@core'

/** Magnitudes between which at least half of the numbers other than 0 lie, and at most a quarter below and above. */
export interface MiddleHalf { readonly from: number, readonly to: number }

/** The bin in which a share of the finite numbers other than 0 is reached; −1: there are none. */
function binAt({ counts }: Magnitudes, share: number): number {
  const wanted = share * counts.reduce((sum, n) => sum + n, 0)
  let reached = 0
  return counts.findIndex(n => n > 0 && (reached += n) >= wanted)
}

/** Null: there is no finite number other than 0. Its ends are powers of two, 0 below the first bin and Infinity above the last one. */
export function middleHalf(magnitudes: Magnitudes): MiddleHalf | null {
  const [first, last] = [binAt(magnitudes, 0.25), binAt(magnitudes, 0.75)]
  return first < 0 ? null : { from: first === 0 ? 0 : 2 ** (firstExponent + first), to: last === magnitudeBins - 1 ? Infinity : 2 ** (firstExponent + last + 1) }
}

/** How many numbers there are, those that are 0 or not finite included. */
export const sizeOf = ({ counts, zeros, nonFinite }: Magnitudes): number => counts.reduce((sum, n) => sum + n, zeros + nonFinite)
