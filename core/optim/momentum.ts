import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Arena } from '../tensor'
import { clearState, type ParamState, allocateState } from './state'
import type { Optimizer } from './optimizer'
import type { MomentumRates } from '../ops/rates'

/**
 * Like a rolling ball: each step keeps a fraction of the previous velocity.
 * @source Deep Learning from Scratch, 6.1.4
 */
export class Momentum implements Optimizer {
  readonly state: readonly ParamState[]
  updates = 0

  /** @param arena allocates its state, once */
  constructor(readonly rates: MomentumRates, params: readonly NamedParams[], arena: Arena) {
    this.state = allocateState(params, arena, 1)
  }

  step(ops: Ops): boolean {
    let finite = true
    this.updates++
    for (const { slot: { value, grad, before }, tensors: [v] } of this.state) finite = ops.momentum(value, grad, v!, this.rates, before) && finite
    return finite
  }

  reset(): void {
    this.updates = 0
    clearState(this.state)
  }
}
