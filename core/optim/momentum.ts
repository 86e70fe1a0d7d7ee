import type { Param } from '../layers/layer'
import type { Ops } from '../ops/ops'
import type { MomentumRates } from '../ops/rates'
import type { Arena, Tensor } from '../tensor'
import { Optimizer, type OptimizerDefinition, type OptimizerSettings } from './optimizer'

/**
 * Like a rolling ball: each step keeps a fraction of the previous velocity.
 * @source Deep Learning from Scratch, 6.1.4
 */
class Momentum extends Optimizer {
  constructor(settings: OptimizerSettings, params: readonly Param[], arena: Arena) { super(settings, params, arena, ['v']) }

  protected update(ops: Ops, { slot: { value, before } }: Param, gradient: Tensor, [v]: readonly Tensor[]): boolean {
    return ops.momentum(value, gradient, v!, this.settings.optimizer as unknown as MomentumRates, before)
  }
}

export const momentum: OptimizerDefinition = {
  kind: 'momentum', usualLearningRate: 0.01,
  rates: [{ name: 'momentum', usual: 0.9, min: 0, max: 1, open: true }],
  rule: ({ momentum }) => ({ stateUpdates: [`v ← ${momentum} v − η · dW`], parameterUpdate: 'W ← W + v', latex: (W, L = 'L') => `v \\leftarrow ${momentum}\\,v - \\eta \\frac{\\partial ${L}}{\\partial ${W}},\\quad ${W} \\leftarrow ${W} + v` }),
  numbers({ learningRate, momentum }, { weight, gradient, state: [v] }) {
    const velocity = Number(momentum) * v! - learningRate * gradient
    return [velocity, weight + velocity]
  },
  pytorch: {
    name: 'SGD', countsSteps: false,
    arguments: ({ momentum }) => [`momentum=${momentum}`],
    state: ({ learningRate }) => ({ v: { name: 'momentum_buffer', factor: -1 / learningRate } }), // η is outside of PyTorch's buffer
  },
  create: (settings, params, arena) => new Momentum(settings, params, arena),
  numpy: { name: 'Momentum', source: `class Momentum:
    def __init__(self, learning_rate, momentum):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.v = {}

    def update(self, params, grads):
        for key in params:
            v = self.momentum * self.v.get(key, 0) - self.learning_rate * grads[key]
            self.v[key] = v
            params[key] += v` },
}
