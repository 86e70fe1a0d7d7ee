import type { SlopeError } from '@core'

/** What the errors over h are like: a valley; rounding alone; none at all; a kink that no h cures, a tie whose middle both take, or one that the chosen h reaches; or no slope to compare with. */
export type SlopeShape = 'valley' | 'rounding' | 'exact' | 'kink' | 'tie' | 'bend' | 'none'

export interface SlopeSummary {
  readonly shape: SlopeShape
  /** The smallest h whose ±h reaches a kink beside the input; null where there is none */
  readonly kinkFrom: number | null
  readonly best: Readonly<Record<'float64' | 'float32', { readonly h: number, readonly error: number } | null>>
}

const epsilon = 2 ** -52
/** Rounding of one output, some of its operations and the input's own: measured at most 30 of them in the lessons' graphs. */
const roundings = 100
/** A difference that stays a thousandth of the slope at every h comes from the function, not from the computing. */
const kinkShare = 1e-3

/** Of the difference of both sides, what a corner leaves at its clean side or loses once h no longer reaches it */
const cornerShare = 0.1

/**
 * Tells by computing, not by the formula, which explanation fits.
 * @param errors for h from 1e-1 downwards
 * @param at the size of the output, of which rounding takes its share; the chosen h
 */
export function summarizeSlope(errors: readonly SlopeError[], { gradient, scale, h = 0 }: { readonly gradient: number, readonly scale: number, readonly h?: number }): SlopeSummary {
  const best = { float64: lowest(errors, 'float64'), float32: lowest(errors, 'float32') }
  const corners = errors.filter((error, i) => isCorner(error, errors.slice(i + 1), gradient, scale))
  const kinkFrom = corners.at(-1)?.h ?? null
  const summary = (shape: SlopeShape): SlopeSummary => ({ shape, kinkFrom, best })
  if (!errors[0] || !best.float64 || !Number.isFinite(gradient)) return summary('none')
  if (best.float64.error > kinkShare * Math.max(Math.abs(gradient), 1e-6)) return summary('kink')
  if (isTie(errors, gradient, scale)) return summary('tie')
  if (kinkFrom !== null && h >= kinkFrom * (1 - 1e-9)) return summary('bend')
  if (errors.every(({ float64, float32 }) => float64 === 0 && float32 === 0)) return summary('exact')
  const clear = errors.filter(error => !corners.includes(error))
  const first = clear[0] ?? errors[0]
  const rounding = roundings * epsilon * Math.max(Math.abs(scale), Math.abs(gradient) * first.h) / first.h
  return summary(first.float64 <= rounding ? 'rounding' : 'valley')
}

/** Left and right are both far from backpropagation's slope, which lies in the middle, and come no closer as h shrinks. */
function isTie(errors: readonly SlopeError[], gradient: number, scale: number): boolean {
  const gaps = errors.filter(({ h }) => h >= 1e-6).map(error => ({ ...error, gap: Math.abs((error.right ?? gradient) - (error.left ?? gradient)) }))
  const [first, last] = [gaps[0], gaps.at(-1)]
  return first !== undefined && last !== undefined && last.gap > roundings * epsilon * Math.abs(scale) / last.h && last.gap > kinkShare * Math.abs(gradient) && last.gap > 0.9 * gaps[Math.floor(gaps.length / 2)]!.gap
}

/**
 * A corner inside ±h: one side has the slope at the input, the other has not, and so it stays as h shrinks, until h no
 * longer reaches it. On a smooth curve both sides leave it alike.
 */
function isCorner(here: SlopeError, smaller: readonly SlopeError[], gradient: number, scale: number): boolean {
  const sides = ({ left = gradient, right = gradient }: SlopeError): readonly [number, number] => {
    const [a, b] = [Math.abs(left - gradient), Math.abs(right - gradient)]
    return [Math.min(a, b), Math.max(a, b)]
  }
  const [clean, bent] = sides(here)
  const noise = roundings * epsilon * Math.max(Math.abs(scale), Math.abs(gradient) * here.h) / here.h
  if (!(bent > 10 * noise) || !(bent > kinkShare * Math.max(Math.abs(gradient), 1e-6)) || !(clean < cornerShare * bent)) return false
  return smaller.slice(0, 4).every((error) => {
    const [least, most] = sides(error)
    return most < cornerShare * bent || least < cornerShare * most
  })
}

function lowest(errors: readonly SlopeError[], precision: 'float64' | 'float32'): { h: number, error: number } | null {
  return errors.reduce<{ h: number, error: number } | null>((best, { h, [precision]: error }) =>
    Number.isFinite(error) && (best === null || error < best.error) ? { h, error } : best, null)
}
