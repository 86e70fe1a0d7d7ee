import type { Architecture } from '../config'
import type { LayerRegistry } from '../layers/registry'
import { productsOf } from '../network/shapes'
import { worthSharing } from '../ops/wasm/calls'

/** Minimum work per thread for 'auto', in multiply-adds: with less, the gain is small, and on a busy machine a loss. */
const workPerThread = 1_000_000

/**
 * Approximate multiply-adds of the largest product in a step.
 * @param rows of the mini-batch
 * @param density share of nonzero numbers in the first layer's input, when that is sparse; else 1
 */
export function largestProduct(architecture: Architecture, rows: number, density: number, registry?: LayerRegistry): number {
  return Math.max(0, ...productsOf(architecture, registry).map(({ inputs, outputs, first }) => rows * inputs * outputs * (first ? density : 1)))
}

/**
 * Number of threads for a run; one if waking others takes longer than they save.
 * @param work multiply-adds of its largest product
 * @param wanted the user's setting; 'auto': as many threads as have enough work
 * @param most upper limit
 */
export function threadsFor(work: number, wanted: number | 'auto', most: number): number {
  if (work < worthSharing) return 1
  return Math.max(1, Math.min(most, wanted === 'auto' ? Math.floor(work / workPerThread) : wanted))
}
