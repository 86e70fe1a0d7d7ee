import type { Kernels } from './kernel-list'
import type { KernelKind } from './wasm/host'

/** Rounds of the register-only loop per call: well under a millisecond */
export const peakRounds = 20_000

/** Operations per call of `peak`: 24 multiply-adds per round, of two operations each, on registers of four or eight lanes. @source core/ops/kernels/peak.ts */
export const peakOperations = (kind: KernelKind): number => peakRounds * 24 * 2 * (kind === 'wide' ? 8 : 4)

/**
 * Peak rate of the processor with a module: multiply-adds in registers, without memory access, on one thread.
 * The fastest call counts, since other programs can only make a call slower.
 * @param forMs duration of the measurement, in milliseconds
 * @returns operations per second, two per multiply-add
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
