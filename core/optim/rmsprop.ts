import type { Param } from '../layers/layer'
import type { Ops } from '../ops/ops'
import type { RmspropRates } from '../ops/rates'
import type { Arena, Tensor } from '../tensor'
import { Optimizer, type OptimizerDefinition, type OptimizerSettings, plainRate } from './optimizer'

/**
 * AdaGrad with a moving average, in which old gradients fade.
 * @source Hinton's lecture 6e
 */
class Rmsprop extends Optimizer {
  constructor(settings: OptimizerSettings, params: readonly Param[], arena: Arena) { super(settings, params, arena, ['h']) }

  protected update(ops: Ops, { slot: { value, before } }: Param, gradient: Tensor, [h]: readonly Tensor[]): boolean {
    return ops.rmsprop(value, gradient, h!, this.settings.optimizer as unknown as RmspropRates, before)
  }
}

export const rmsprop: OptimizerDefinition = {
  kind: 'rmsprop', usualLearningRate: 0.001,
  rates: [{ name: 'decay', usual: 0.99, min: 0, max: 1, open: true }, { name: 'epsilon', usual: 1e-7, min: 1e-12, max: 1 }],
  rule: ({ decay }) => ({ stateUpdates: [`h ← ${decay} h + ${plainRate(1 - Number(decay))} dW²`], parameterUpdate: 'W ← W − η · dW / (√h + ε)', latex: (W, L = 'L') => `${W} \\leftarrow ${W} - \\frac{\\eta}{\\sqrt{h} + \\varepsilon} \\frac{\\partial ${L}}{\\partial ${W}}` }),
  numbers({ learningRate, decay, epsilon }, { weight, gradient, state: [h] }) {
    const squares = Number(decay) * h! + (1 - Number(decay)) * gradient ** 2
    return [squares, weight - learningRate * gradient / (Math.sqrt(squares) + Number(epsilon))]
  },
  pytorch: { name: 'RMSprop', arguments: ({ decay, epsilon }) => [`alpha=${decay}`, `eps=${epsilon}`], state: () => ({ h: { name: 'square_avg', factor: 1 } }), countsSteps: true },
  create: (settings, params, arena) => new Rmsprop(settings, params, arena),
  numpy: { name: 'RMSprop', source: `class RMSprop:
    def __init__(self, learning_rate, decay, epsilon):
        self.learning_rate, self.decay, self.epsilon = learning_rate, decay, epsilon
        self.h = {}

    def update(self, params, grads):
        for key in params:
            self.h[key] = self.decay * self.h.get(key, 0) + (1 - self.decay) * grads[key] ** 2
            params[key] -= self.learning_rate * grads[key] / (np.sqrt(self.h[key]) + self.epsilon)` },
}
