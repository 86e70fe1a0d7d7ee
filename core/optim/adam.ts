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
  private now: { -readonly [K in keyof AdamRates]: AdamRates[K] }

  constructor(settings: OptimizerSettings, params: readonly Param[], arena: Arena) {
    super(settings, params, arena, ['m', 'v'])
    this.now = ratesOf(settings)
  }

  override configure(settings: OptimizerSettings): void {
    super.configure(settings)
    this.now = ratesOf(settings)
  }

  protected override get decayInGradient(): boolean { return false }

  protected update(ops: Ops, { slot: { value, before }, decay }: Param, gradient: Tensor, [m, v]: readonly Tensor[]): boolean {
    const { weightDecay } = this.settings
    this.now.step = this.updates
    if (!decay || weightDecay === 0) return ops.adam(value, gradient, m!, v!, this.now, before)
    ops.scale(value, 1 - this.now.learningRate * weightDecay, before)
    return ops.adam(value, gradient, m!, v!, this.now)
  }
}

const ratesOf = ({ optimizer }: OptimizerSettings): AdamRates => ({ ...optimizer as unknown as AdamRates, step: 0 })

export const adam: OptimizerDefinition = {
  kind: 'adam', usualLearningRate: 0.001,
  rates: [{ name: 'beta1', usual: 0.9, min: 0, max: 1, open: true }, { name: 'beta2', usual: 0.999, min: 0, max: 1, open: true }, { name: 'epsilon', usual: 1e-7, min: 1e-12, max: 1 }],
  rule: ({ beta1, beta2 }) => ({
    keeps: [`m ← ${beta1} m + ${plainRate(1 - Number(beta1))} dW`, `v ← ${beta2} v + ${plainRate(1 - Number(beta2))} dW²`],
    step: 'W ← W − η · m̂ / (√v̂ + ε)', latex: W => `${W} \\leftarrow ${W} - \\eta \\frac{\\hat m}{\\sqrt{\\hat v} + \\varepsilon}`,
  }),
  create: (settings, params, arena) => new Adam(settings, params, arena),
}
