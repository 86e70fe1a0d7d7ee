import type { Kernels } from './kernel-list'
import type { KernelKind } from './wasm'

/** Rounds of the register-only loop in one call: well under a millisecond */
export const peakRounds = 20_000

/** Operations in one call of `peak`: 24 multiply-adds a round, two operations each, on registers of four or eight lanes. @source core/ops/kernels/peak.ts */
export const peakOperations = (kind: KernelKind): number => peakRounds * 24 * 2 * (kind === 'wide' ? 8 : 4)

/**
 * The processor's peak rate with a module: multiply-adds on registers alone, without memory, on one thread.
 * The fastest call counts: other programs can only make a call slower.
 * @param forMs how long to measure, in milliseconds
 * @returns operations a second, two for each multiply-add
 */
export function peakRate(kernels: Pick<Kernels, 'peak'>, kind: KernelKind, forMs: number): number {
  const start = performance.now()
  let quickest = Infinity
  let now = start
  do {
    kernels.peak(peakRounds)
    const end = performance.now()
    quickest = Math.min(quickest, end - now)
    now = end
  } while (now - start < forMs)
  return peakOperations(kind) / quickest * 1000
}
