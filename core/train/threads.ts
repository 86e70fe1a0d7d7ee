import { typicalDensity } from '../ops/sparse-tensor'
import { worthSharing } from '../ops/wasm'

/** Minimum work per thread for 'auto', in multiply-adds: with less, the gain is small, and on a busy machine a loss. */
const workPerThread = 1_000_000

/**
 * Approximate multiply-adds of the largest product in a step.
 * @param layers number of units from input to output
 * @param rows of the mini-batch
 * @param sparse whether the first layer's input is sparse
 */
export function largestProduct(layers: readonly number[], rows: number, sparse: boolean): number {
  return Math.max(...layers.slice(1).map((M, i) => rows * layers[i]! * M * (sparse && i === 0 ? typicalDensity : 1)))
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
