import type { NamedParams } from '../model'
import type { Ops } from '../ops/ops'

/** Turns gradients into changes of the weights. */
export interface Optimizer {
  /** @returns whether all weights are finite after it */
  step(ops: Ops, params: readonly NamedParams[]): boolean
  /** Forgets what it has kept from earlier steps. */
  reset(): void
}
