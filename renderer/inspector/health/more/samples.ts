import type { GradientSpread } from '@core'

/** Numbers of images by the norm of their gradient, in bins of equal ratios between two powers of ten. */
export interface NormBins {
  /** Exponents of the ends */
  readonly from: number
  readonly to: number
  readonly counts: readonly number[]
}

/** Norms so many powers of ten below the largest are counted in the lowest bin: these images hardly pull. */
const mostDecades = 6

/** Counts norms; those that are not finite are left out. @param norms of the images @param bins in all */
export function normBins(norms: ArrayLike<number>, bins: number): NormBins {
  const finite = Array.from(norms).filter(Number.isFinite)
  const positive = finite.filter(norm => norm > 0).map(Math.log10)
  const to = positive.length === 0 ? 0 : Math.floor(positive.reduce((a, b) => Math.max(a, b)) + 1)
  const from = Math.max(to - mostDecades, Math.min(to - 1, Math.floor(positive.reduce((a, b) => Math.min(a, b), to))))
  const counts = new Array<number>(bins).fill(0)
  for (const norm of finite) counts[Math.max(0, Math.min(bins - 1, Math.floor(bins * (Math.log10(norm) - from) / (to - from))))]!++
  return { from, to, counts }
}

/** What a mean gradient that stands so many times above its noise is worth: of noise alone it is about 1. */
export const verdictOf = ({ signalToNoise }: Pick<GradientSpread, 'signalToNoise'>): 'one' | 'noise' | 'rough' | 'clear' =>
  signalToNoise === null ? 'one' : signalToNoise < 1.5 ? 'noise' : signalToNoise < 3 ? 'rough' : 'clear'

/** The middle one of the norms. */
export function medianOf(norms: ArrayLike<number>): number {
  const sorted = Array.from(norms).sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
