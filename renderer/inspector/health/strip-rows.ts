import { firstExponent, type HealthColumn, magnitudeBins } from '@core'
import type { StripKind } from './health-columns'

/** Strips as a table: one row for each step and layer, a column for each power of two. */
export function stripRows(columns: readonly HealthColumn[], kind: StripKind): readonly (readonly (string | number)[])[] {
  const header = ['step', 'layer', 'zeros', 'not_finite', ...Array.from({ length: magnitudeBins }, (_, bin) => `2^${firstExponent + bin}`)]
  return [header, ...columns.flatMap(({ step, blocks }) => blocks.flatMap(({ name, [kind]: magnitudes }) => magnitudes ? [[step, name, magnitudes.zeros, magnitudes.nonFinite, ...magnitudes.counts]] : []))]
}
