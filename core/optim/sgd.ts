import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { ParamState } from './state'
import type { Optimizer } from './optimizer'

/**
 * Stochastic gradient descent: the gradient points uphill, so each step goes against it.
 * @source Deep Learning from Scratch, 6.1.2
 */
export class Sgd implements Optimizer {
  readonly state: readonly ParamState[] = []
  updates = 0

  constructor(readonly learningRate: number) {}

  step(ops: Ops, params: readonly NamedParams[]): boolean {
    let finite = true
    this.updates++
    for (const { W, b } of params) {
      finite = ops.sgd(W.value, W.grad, this.learningRate, W.before) && finite
      finite = ops.sgd(b.value, b.grad, this.learningRate, b.before) && finite
    }
    return finite
  }

  reset(): void { this.updates = 0 }
}
