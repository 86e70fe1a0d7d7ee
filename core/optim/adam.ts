import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Arena } from '../tensor'
import { clearState, type ParamState, allocateState } from './state'
import type { Optimizer } from './optimizer'
import type { AdamRates } from '../ops/rates'

/**
 * Combines Momentum and RMSProp, with bias correction for their zero initialization.
 * @source Kingma and Ba 2015; Deep Learning from Scratch, 6.1.6
 */
export class Adam implements Optimizer {
  readonly state: readonly ParamState[]
  updates = 0
  /** The rates with the step's number: one object for all steps, so that no step allocates */
  private readonly stepRates: { -readonly [K in keyof AdamRates]: AdamRates[K] }

  /** @param arena allocates its state, once */
  constructor(readonly rates: Omit<AdamRates, 'step'>, params: readonly NamedParams[], arena: Arena) {
    this.state = allocateState(params, arena, 2)
    this.stepRates = { ...rates, step: 0 }
  }

  step(ops: Ops): boolean {
    let finite = true
    this.stepRates.step = ++this.updates
    for (const { slot: { value, grad, before }, tensors: [m, v] } of this.state) finite = ops.adam(value, grad, m!, v!, this.stepRates, before) && finite
    return finite
  }

  reset(): void {
    this.updates = 0
    clearState(this.state)
  }
}
