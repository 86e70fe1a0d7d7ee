import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Kept } from './kept'

/** Updates the weights by their gradients. */
export interface Optimizer {
  /** One update. @returns whether all weights are finite afterwards */
  step(ops: Ops, params: readonly NamedParams[]): boolean
  /** State from earlier steps for each layer's W and b in turn; plain SGD has none. */
  readonly kept: readonly Kept[]
  /** Number of updates so far; to continue from a saved state, set it together with `kept` */
  updates: number
  /** Sets the state back to the beginning. */
  reset(): void
}
