import { worthSharing } from '../ops/wasm'

/** Multiply-adds a thread, below which another one is not taken by itself: the gain is small, and a busy machine makes it a loss. */
const perThread = 1_000_000
/** MNIST's ink: of a sparse row's numbers about a fifth are not 0. */
const ink = 0.2

/**
 * Multiply-adds of the largest product in a step, about.
 * @param layers units from input to output
 * @param rows of the mini-batch
 * @param sparse whether the first layer takes only what is not 0
 */
export function largestProduct(layers: readonly number[], rows: number, sparse: boolean): number {
  return Math.max(...layers.slice(1).map((M, i) => rows * layers[i]! * M * (sparse && i === 0 ? ink : 1)))
}

/**
 * How many threads a run is worth: one when waking others takes longer than it saves.
 * @param work multiply-adds of its largest product
 * @param wanted by a person; 'auto': as many as are kept busy
 * @param most threads that may be taken
 */
export function threadsFor(work: number, wanted: number | 'auto', most: number): number {
  if (work < worthSharing) return 1
  return Math.max(1, Math.min(most, wanted === 'auto' ? Math.floor(work / perThread) : wanted))
}
