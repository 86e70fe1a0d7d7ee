import type { NamedParams } from '../model'
import type { Ops } from '../ops/ops'
import type { Optimizer } from './optimizer'

/**
 * Stochastic gradient descent: the gradient points uphill, so each step goes against it.
 * @source Deep Learning from Scratch, 6.1.2
 */
export class Sgd implements Optimizer {
  constructor(readonly learningRate: number) {}

  step(ops: Ops, params: readonly NamedParams[]): void {
    for (const { W, b } of params) {
      ops.sgd(W.value, W.grad, this.learningRate)
      ops.sgd(b.value, b.grad, this.learningRate)
    }
  }

  reset(): void {} // keeps nothing
}
