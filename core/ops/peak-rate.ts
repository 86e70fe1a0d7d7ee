import type { Kernels } from './kernel-list'
import type { KernelKind } from './wasm'

/** Rounds of the register-only loop in one call: well under a millisecond */
export const peakRounds = 20_000

/** Operations in one call of `peak`: 24 multiply-adds a round, two operations each, on registers of four or eight lanes. @source core/ops/kernels/peak.ts */
export const peakOperations = (kind: KernelKind): number => peakRounds * 24 * 2 * (kind === 'wide' ? 8 : 4)

/**
 * What the processor can do with a module at most: multiply-adds on registers alone, no memory involved, on one thread.
 * The quickest call counts: another program's turn makes one longer, never shorter.
 * @param forMs how long it may take, in milliseconds
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
