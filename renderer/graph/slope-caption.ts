import type { SlopeError } from '@core'

/** What the errors over h are like: a valley; rounding alone; none at all; a kink that no h cures; or no slope to compare with. */
export type SlopeShape = 'valley' | 'rounding' | 'exact' | 'kink' | 'none'

export interface SlopeSummary {
  readonly shape: SlopeShape
  /** The h with the smallest error; null where there is none */
  readonly best: Readonly<Record<'float64' | 'float32', { readonly h: number, readonly error: number } | null>>
}

const epsilon = 2 ** -52
/** Rounding of one output, some of its operations and the input's own: measured at most 30 of them in the lessons' graphs. */
const roundings = 100
/** A difference that stays a thousandth of the slope at every h comes from the function, not from the computing. */
const kinkShare = 1e-3

/**
 * Tells by computing, not by the formula, which explanation fits.
 * @param errors for h from 1e-1 downwards
 * @param scale the size of the output, of which rounding takes its share
 */
export function summarizeSlope(errors: readonly SlopeError[], { gradient, scale }: { readonly gradient: number, readonly scale: number }): SlopeSummary {
  const best = { float64: lowest(errors, 'float64'), float32: lowest(errors, 'float32') }
  const first = errors[0]
  if (!first || !best.float64 || !Number.isFinite(gradient)) return { shape: 'none', best }
  if (best.float64.error > kinkShare * Math.max(Math.abs(gradient), 1e-6)) return { shape: 'kink', best }
  if (errors.every(({ float64, float32 }) => float64 === 0 && float32 === 0)) return { shape: 'exact', best }
  const rounding = roundings * epsilon * Math.max(Math.abs(scale), Math.abs(gradient) * first.h) / first.h
  return { shape: first.float64 <= rounding ? 'rounding' : 'valley', best }
}

function lowest(errors: readonly SlopeError[], precision: 'float64' | 'float32'): { h: number, error: number } | null {
  return errors.reduce<{ h: number, error: number } | null>((best, { h, [precision]: error }) =>
    Number.isFinite(error) && (best === null || error < best.error) ? { h, error } : best, null)
}
