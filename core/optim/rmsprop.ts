import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Arena } from '../tensor'
import { clearState, type ParamState, allocateState } from './state'
import type { Optimizer } from './optimizer'
import type { RmspropRates } from '../ops/rates'

/**
 * AdaGrad with a moving average, in which old gradients fade.
 * @source Hinton's lecture 6e
 */
export class Rmsprop implements Optimizer {
  readonly state: readonly ParamState[]
  updates = 0

  /** @param arena allocates its state, once */
  constructor(readonly rates: RmspropRates, params: readonly NamedParams[], arena: Arena) {
    this.state = allocateState(params, arena, 1)
  }

  step(ops: Ops): boolean {
    let finite = true
    this.updates++
    for (const { slot: { value, grad, before }, tensors: [h] } of this.state) finite = ops.rmsprop(value, grad, h!, this.rates, before) && finite
    return finite
  }

  reset(): void {
    this.updates = 0
    clearState(this.state)
  }
}
