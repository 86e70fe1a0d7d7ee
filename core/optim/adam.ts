import type { Param } from '../layers/layer'
import type { Ops } from '../ops/ops'
import type { AdamRates } from '../ops/rates'
import type { Arena, Tensor } from '../tensor'
import { Optimizer, type OptimizerDefinition, type OptimizerSettings, plainRate } from './optimizer'

/**
 * Combines Momentum and RMSProp, with bias correction for their zero initialization. Weight decay is decoupled (AdamW): the
 * weights shrink by η·λ first, and the gradient stays as it is.
 * @source Kingma and Ba 2015; Loshchilov and Hutter 2019; Deep Learning from Scratch, 6.1.6
 */
class Adam extends Optimizer {
  /** The rates with the step's number: one object for all steps, so that no step allocates */
  private stepRates: { -readonly [K in keyof AdamRates]: AdamRates[K] }

  constructor(settings: OptimizerSettings, params: readonly Param[], arena: Arena) {
    super(settings, params, arena, ['m', 'v'])
    this.stepRates = ratesOf(settings)
  }

  override configure(settings: OptimizerSettings): void {
    super.configure(settings)
    this.stepRates = ratesOf(settings)
  }

  protected override get decayInGradient(): boolean { return !adam.decaysWeights }

  protected update(ops: Ops, { slot: { value, before }, decay }: Param, gradient: Tensor, [m, v]: readonly Tensor[]): boolean {
    const { weightDecay } = this.settings
    this.stepRates.step = this.updates
    if (!decay || weightDecay === 0) return ops.adam(value, gradient, m!, v!, this.stepRates, before)
    ops.scale(value, 1 - this.stepRates.learningRate * weightDecay, before)
    return ops.adam(value, gradient, m!, v!, this.stepRates)
  }
}

const ratesOf = ({ optimizer }: OptimizerSettings): AdamRates => ({ ...optimizer as unknown as AdamRates, step: 0 })

export const adam: OptimizerDefinition = {
  kind: 'adam', usualLearningRate: 0.001,
  rates: [{ name: 'beta1', usual: 0.9, min: 0, max: 1, open: true }, { name: 'beta2', usual: 0.999, min: 0, max: 1, open: true }, { name: 'epsilon', usual: 1e-7, min: 1e-12, max: 1 }],
  rule: ({ beta1, beta2 }) => ({
    stateUpdates: [`m ← ${beta1} m + ${plainRate(1 - Number(beta1))} dW`, `v ← ${beta2} v + ${plainRate(1 - Number(beta2))} dW²`],
    corrections: [`m̂ = m / (1 − ${beta1}ᵗ)`, `v̂ = v / (1 − ${beta2}ᵗ)`],
    parameterUpdate: 'W ← W − η · m̂ / (√v̂ + ε)', latex: W => `${W} \\leftarrow ${W} - \\eta \\frac{\\hat m}{\\sqrt{\\hat v} + \\varepsilon}`,
  }),
  numbers({ learningRate, epsilon, ...rates }, { weight, gradient, state: [m, v], update }) {
    const [beta1, beta2] = [Number(rates.beta1), Number(rates.beta2)]
    const mean = beta1 * m! + (1 - beta1) * gradient
    const squares = beta2 * v! + (1 - beta2) * gradient ** 2
    const [meanHat, squaresHat] = [mean / (1 - beta1 ** update), squares / (1 - beta2 ** update)]
    return [mean, squares, meanHat, squaresHat, weight - learningRate * meanHat / (Math.sqrt(squaresHat) + Number(epsilon))]
  },
  decaysWeights: true,
  pytorch: {
    name: 'AdamW', countsSteps: true,
    arguments: ({ beta1, beta2, epsilon }) => [`betas=(${beta1}, ${beta2})`, `eps=${epsilon}`],
    state: () => ({ m: { name: 'exp_avg', factor: 1 }, v: { name: 'exp_avg_sq', factor: 1 } }),
  },
  create: (settings, params, arena) => new Adam(settings, params, arena),
  numpy: { name: 'Adam', source: `class Adam:
    def __init__(self, learning_rate, beta1, beta2, epsilon):
        self.learning_rate, self.beta1, self.beta2, self.epsilon = learning_rate, beta1, beta2, epsilon
        self.m, self.v, self.t = {}, {}, 0

    def update(self, params, grads):
        self.t += 1
        for key in params:
            self.m[key] = self.beta1 * self.m.get(key, 0) + (1 - self.beta1) * grads[key]
            self.v[key] = self.beta2 * self.v.get(key, 0) + (1 - self.beta2) * grads[key] ** 2
            m = self.m[key] / (1 - self.beta1 ** self.t)  # both began at 0
            v = self.v[key] / (1 - self.beta2 ** self.t)
            params[key] -= self.learning_rate * m / (np.sqrt(v) + self.epsilon)` },
}
