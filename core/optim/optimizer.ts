import type { NamedParams } from '../model'
import type { Ops } from '../ops/ops'

/** Turns gradients into changes of the weights. */
export interface Optimizer {
  step(ops: Ops, params: readonly NamedParams[]): void
  /** Forgets what it has kept from earlier steps. */
  reset(): void
}
