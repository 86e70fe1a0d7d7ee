import type { Precision } from '../tensor'
import type { MicroscopeReading, SlopesAt } from './microscope'

/**
 * What the difference between the numeric slope and backpropagation's gradient consists of: nothing at all, because the loss does
 * not depend on the weight; something that is not a finite number; the curve between w − h and w + h; a ReLU that switches there; rounding; both at their least; or
 * a change of the weight that float32 rounds away.
 */
export type ErrorSource = 'none' | 'notFinite' | 'truncation' | 'kink' | 'bottom' | 'rounding' | 'lost'

/** The error of the numeric slope over h, in one precision. */
export interface Valley {
  /** Of each h, from the largest: |numeric slope − backpropagation's gradient in float64| */
  readonly errors: readonly number[]
  /** What is expected to dominate, of each h */
  readonly sources: readonly ErrorSource[]
  /** Index of the h where the expected error is least; null where the loss does not depend on the weight */
  readonly best: number | null
}

/** In this part of the h, only rounding is left. */
const roundingRange = { float64: [1e-10, 1e-7], float32: [1e-6, 1e-4] } as const
/** An error that is so much larger than the expected rounding does not come from it. */
const clear = 20
/** Within this factor of the least expected error is the bottom. */
const flat = 3

/**
 * Tells both sides of the valley apart: truncation c·h², of which c is measured where it dominates, and rounding r/h.
 * @source the error of a central difference is h²/6·f‴ + ε·f/h
 */
export function valleyOf({ gradient, slopes }: Pick<MicroscopeReading, 'gradient' | 'slopes'>, precision: Precision): Valley {
  const errorAt = (at: SlopesAt, precision: Precision): number => Math.abs(at[precision].slope - gradient.float64)
  const errors = slopes.map(at => errorAt(at, precision))
  if (gradient.float64 === 0 && errors.every(error => error === 0)) return { errors, sources: slopes.map(() => 'none'), best: null }
  if (!Number.isFinite(gradient.float64)) return { errors, sources: slopes.map(() => 'notFinite'), best: null }
  const rounding = roundingOf(slopes, precision, errorAt)
  const c = curvatureOf(slopes, roundingOf(slopes, 'float64', errorAt), at => errorAt(at, 'float64'))
  const expected = slopes.map(({ h }) => ({ truncation: c * h * h, rounding: rounding / h }))
  const sums = expected.map(({ truncation, rounding }, i) => slopes[i]!.kinks > 0 || (precision === 'float32' && slopes[i]!.isLost) ? Infinity : truncation + rounding)
  const least = Math.min(...sums)
  const best = sums.indexOf(least)
  const sources = slopes.map((at, i): ErrorSource => {
    if (precision === 'float32' && at.isLost) return 'lost'
    const { truncation, rounding } = expected[i]!
    if (at.kinks > 0 && !(errors[i]! < flat * rounding)) return 'kink'
    if (truncation + rounding <= flat * least) return 'bottom'
    return truncation > rounding ? 'truncation' : 'rounding'
  })
  return { errors, sources, best: Number.isFinite(least) ? best : null }
}

type ErrorAt = (at: SlopesAt, precision: Precision) => number

/** r of the rounding error r/h: the median of what was measured where nothing else is left. */
function roundingOf(slopes: readonly SlopesAt[], precision: Precision, errorAt: ErrorAt): number {
  const [from, to] = roundingRange[precision]
  const measured = slopes.filter(({ h, kinks, isLost }) => h >= from * 0.99 && h <= to * 1.01 && kinks === 0 && !(precision === 'float32' && isLost)).map(at => at.h * errorAt(at, precision)).sort((a, b) => a - b)
  return measured[Math.floor(measured.length / 2)] ?? 0
}

/** c of the truncation error c·h², from the smallest h without a kink at which it is far above rounding; 0 where the curve is straight. */
function curvatureOf(slopes: readonly SlopesAt[], rounding: number, errorAt: (at: SlopesAt) => number): number {
  const at = slopes.findLast(at => at.kinks === 0 && at.h >= 1e-5 && errorAt(at) > clear * rounding / at.h)
  return at ? errorAt(at) / at.h ** 2 : 0
}
