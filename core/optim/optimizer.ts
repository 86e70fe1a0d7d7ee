import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { ParamState } from './state'

/** Updates the weights with their gradients. */
export interface Optimizer {
  /** One update. @returns whether all weights are finite afterwards */
  step(ops: Ops, params: readonly NamedParams[]): boolean
  /** State of each layer's W and b in turn; empty for plain SGD. */
  readonly state: readonly ParamState[]
  /** Number of updates so far; to continue from a saved state, set it together with `state` */
  updates: number
  /** Resets the state to its initial values. */
  reset(): void
}
