import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Kept } from './kept'

/** Turns gradients into changes of the weights. */
export interface Optimizer {
  /** @returns whether all weights are finite after it */
  step(ops: Ops, params: readonly NamedParams[]): boolean
  /** What is kept from earlier steps for W and b of each layer in turn; plain SGD keeps nothing. */
  readonly kept: readonly Kept[]
  /** Updates since nothing was kept; set together with what is kept, to go on from there */
  updates: number
  /** Forgets what it has kept from earlier steps. */
  reset(): void
}
