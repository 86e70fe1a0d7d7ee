import type { Param } from '../layers/layer'
import type { Ops } from '../ops/ops'
import type { AdagradRates } from '../ops/rates'
import type { Arena, Tensor } from '../tensor'
import { Optimizer, type OptimizerDefinition, type OptimizerSettings } from './optimizer'

/**
 * The learning rate of each weight falls with the sum of its squared gradients.
 * @source Duchi et al. 2011; Deep Learning from Scratch, 6.1.5
 */
class Adagrad extends Optimizer {
  constructor(settings: OptimizerSettings, params: readonly Param[], arena: Arena) { super(settings, params, arena, ['h']) }

  protected update(ops: Ops, { slot: { value, before } }: Param, gradient: Tensor, [h]: readonly Tensor[]): boolean {
    return ops.adagrad(value, gradient, h!, this.settings.optimizer as unknown as AdagradRates, before)
  }
}

export const adagrad: OptimizerDefinition = {
  kind: 'adagrad', usualLearningRate: 0.01,
  rates: [{ name: 'epsilon', usual: 1e-7, min: 1e-12, max: 1 }],
  rule: () => ({ stateUpdates: ['h ← h + dW²'], parameterUpdate: 'W ← W − η · dW / (√h + ε)', latex: (W, L = 'L') => `${W} \\leftarrow ${W} - \\frac{\\eta}{\\sqrt{h} + \\varepsilon} \\frac{\\partial ${L}}{\\partial ${W}}` }),
  numbers({ learningRate, epsilon }, { weight, gradient, state: [h] }) {
    const squares = h! + gradient ** 2
    return [squares, weight - learningRate * gradient / (Math.sqrt(squares) + Number(epsilon))]
  },
  pytorch: { name: 'Adagrad', arguments: ({ epsilon }) => [`eps=${epsilon}`], state: () => ({ h: { name: 'sum', factor: 1 } }), countsSteps: true },
  create: (settings, params, arena) => new Adagrad(settings, params, arena),
  numpy: { name: 'AdaGrad', source: `class AdaGrad:
    def __init__(self, learning_rate, epsilon):
        self.learning_rate, self.epsilon = learning_rate, epsilon
        self.h = {}

    def update(self, params, grads):
        for key in params:
            self.h[key] = self.h.get(key, 0) + grads[key] ** 2
            params[key] -= self.learning_rate * grads[key] / (np.sqrt(self.h[key]) + self.epsilon)` },
}
