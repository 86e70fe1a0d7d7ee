import { inkDensity } from '../ops/sparse-tensor'
import { worthSharing } from '../ops/wasm'

/** 'auto' adds a thread for each so many multiply-adds: with fewer, the gain is small, and a loss on a busy machine. */
const workPerThread = 1_000_000

/**
 * Approximate multiply-adds of the largest product in a step.
 * @param layers units from input to output
 * @param rows of the mini-batch
 * @param sparse whether the first layer takes sparse rows
 */
export function largestProduct(layers: readonly number[], rows: number, sparse: boolean): number {
  return Math.max(...layers.slice(1).map((M, i) => rows * layers[i]! * M * (sparse && i === 0 ? inkDensity : 1)))
}

/**
 * The number of threads for a run: one where waking others takes longer than they save.
 * @param work multiply-adds of its largest product
 * @param wanted a person's setting; 'auto': as many as have enough work
 * @param most upper limit
 */
export function threadsFor(work: number, wanted: number | 'auto', most: number): number {
  if (work < worthSharing) return 1
  return Math.max(1, Math.min(most, wanted === 'auto' ? Math.floor(work / workPerThread) : wanted))
}
