import type { SlopeError } from '@core'

/**
 * The shape of the error over h: a valley; rounding only; no error; a kink exactly at the input, for every h; a tie,
 * where backpropagation and the central difference both give the mean slope; a kink within the chosen h; or no slope to
 * compare with.
 */
export type SlopeShape = 'valley' | 'rounding' | 'exact' | 'kink' | 'tie' | 'bend' | 'none'

export interface SlopeSummary {
  readonly shape: SlopeShape
  /** The smallest h for which x ± h reaches a kink near the input; null without a kink */
  readonly kinkFrom: number | null
  readonly best: Readonly<Record<'float64' | 'float32', { readonly h: number, readonly error: number } | null>>
}

const epsilon = 2 ** -52
/** Tolerance for rounding, in units of the output's last place; at most 30 were measured in the lessons' graphs. */
const roundings = 100
/** A difference of at least a thousandth of the slope at every h comes from the function, not from rounding. */
const kinkShare = 1e-3

/**
 * Largest error of the kink-free side, relative to that of the other side; also the largest error that may remain once
 * h no longer reaches the kink
 */
const cornerShare = 0.1

/**
 * Determines the caption from the numbers, not from the formula.
 * @param errors for h from 1e-1 downwards
 * @param at the output's magnitude, which scales the rounding error, and the chosen h
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

/** Left and right slope are both far from backpropagation's, which is their mean, and come no closer as h shrinks. */
function isTie(errors: readonly SlopeError[], gradient: number, scale: number): boolean {
  const gaps = errors.filter(({ h }) => h >= 1e-6).map(error => ({ ...error, gap: Math.abs((error.right ?? gradient) - (error.left ?? gradient)) }))
  const [first, last] = [gaps[0], gaps.at(-1)]
  return first !== undefined && last !== undefined && last.gap > roundings * epsilon * Math.abs(scale) / last.h && last.gap > kinkShare * Math.abs(gradient) && last.gap > 0.9 * gaps[Math.floor(gaps.length / 2)]!.gap
}

/**
 * A kink within ±h: one side has the slope at the input, the other does not, and this stays so as h shrinks, until h no
 * longer reaches the kink. On a smooth curve both sides deviate equally.
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
