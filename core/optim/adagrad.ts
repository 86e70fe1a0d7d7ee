import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Arena } from '../tensor'
import { clearState, type ParamState, allocateState } from './state'
import type { Optimizer } from './optimizer'
import type { AdagradRates } from '../ops/rates'

/**
 * The learning rate of each weight falls with the sum of its squared gradients.
 * @source Duchi et al. 2011; Deep Learning from Scratch, 6.1.5
 */
export class Adagrad implements Optimizer {
  readonly state: readonly ParamState[]
  updates = 0

  /** @param arena allocates its state, once */
  constructor(readonly rates: AdagradRates, params: readonly NamedParams[], arena: Arena) {
    this.state = allocateState(params, arena, 1)
  }

  step(ops: Ops): boolean {
    let finite = true
    this.updates++
    for (const { slot: { value, grad, before }, tensors: [h] } of this.state) finite = ops.adagrad(value, grad, h!, this.rates, before) && finite
    return finite
  }

  reset(): void {
    this.updates = 0
    clearState(this.state)
  }
}
