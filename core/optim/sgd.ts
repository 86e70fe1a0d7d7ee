import type { Param } from '../layers/layer'
import type { Ops } from '../ops/ops'
import type { Tensor } from '../tensor'
import { Optimizer, type OptimizerDefinition } from './optimizer'

/**
 * Stochastic gradient descent: the gradient points uphill, so each step goes against it.
 * @source Deep Learning from Scratch, 6.1.2
 */
class Sgd extends Optimizer {
  protected update(ops: Ops, { slot: { value, before } }: Param, gradient: Tensor): boolean {
    return ops.sgd(value, gradient, this.settings.optimizer.learningRate, before)
  }
}

export const sgd: OptimizerDefinition = {
  kind: 'sgd', usualLearningRate: 0.1,
  rates: [],
  rule: () => ({ stateUpdates: [], parameterUpdate: 'W ← W − η · dW', latex: (W, L = 'L') => `${W} \\leftarrow ${W} - \\eta \\frac{\\partial ${L}}{\\partial ${W}}` }),
  numbers: ({ learningRate }, { weight, gradient }) => [weight - learningRate * gradient],
  pytorch: { name: 'SGD', arguments: () => [], state: () => ({}), countsSteps: false },
  create: (settings, params, arena) => new Sgd(settings, params, arena),
  numpy: { name: 'SGD', source: `class SGD:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def update(self, params, grads):
        for key in params:
            params[key] -= self.learning_rate * grads[key]` },
}
