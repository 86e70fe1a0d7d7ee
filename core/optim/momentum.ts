import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Arena } from '../tensor'
import { forget, type ParamState, statesFor } from './state'
import type { Optimizer } from './optimizer'
import type { MomentumRates } from '../ops/rates'

/**
 * Like a rolling ball: each step keeps a fraction of the previous velocity.
 * @source Deep Learning from Scratch, 6.1.4
 */
export class Momentum implements Optimizer {
  readonly kept: readonly ParamState[]
  updates = 0

  /** @param arena allocates its state, once */
  constructor(readonly rates: MomentumRates, params: readonly NamedParams[], arena: Arena) {
    this.kept = statesFor(params, arena, 1)
  }

  step(ops: Ops): boolean {
    let finite = true
    this.updates++
    for (const { slot: { value, grad, before }, state: [v] } of this.kept) finite = ops.momentum(value, grad, v!, this.rates, before) && finite
    return finite
  }

  reset(): void {
    this.updates = 0
    forget(this.kept)
  }
}
