import { firstExponent, type Magnitudes } from '@core'

/** What a strip's column says: between which magnitudes the middle half of its numbers other than 0 lie. */
export interface MiddleHalf { readonly from: number, readonly to: number }

/** The magnitude below which so large a share of the finite numbers other than 0 lie; within a bin they are spread evenly on the logarithmic scale. */
function quantile({ counts }: Magnitudes, share: number): number {
  const wanted = share * counts.reduce((sum, n) => sum + n, 0)
  let below = 0
  for (let bin = 0; bin < counts.length; bin++) {
    const n = counts[bin]!
    if (n > 0 && below + n >= wanted) return 2 ** (firstExponent + bin + (wanted - below) / n)
    below += n
  }
  return NaN
}

/** Null: there is no finite number other than 0. */
export function middleHalf(magnitudes: Magnitudes): MiddleHalf | null {
  const [from, to] = [quantile(magnitudes, 0.25), quantile(magnitudes, 0.75)]
  return Number.isNaN(from) ? null : { from, to }
}

/** How many numbers there are, those that are 0 or not finite included. */
export const sizeOf = ({ counts, zeros, nonFinite }: Magnitudes): number => counts.reduce((sum, n) => sum + n, zeros + nonFinite)
