import type { Ops } from '../ops/ops'
import { pointwiseRules } from './cell-sum'
import { elementwise, type LayerDefinition } from './definition'
import { ElementwiseLayer } from './layer'

/**
 * out = 1 / (1 + exp(−x)).
 * @source Deep Learning from Scratch, 5.5.2
 */
export class Sigmoid extends ElementwiseLayer {
  readonly kind = 'sigmoid'

  forward(ops: Ops): void {
    const { x, out } = this
    ops.sigmoid(out, x)
  }

  backward(ops: Ops): void {
    const { out, dout, dx } = this
    if (dx) ops.sigmoidBackward(dx, dout, out) // dout · out · (1 − out)
  }
}

const valueOf = (x: number): number => 1 / (1 + Math.exp(-x))
/** The derivative, from the value */
const slopeFrom = (y: number): number => y * (1 - y)

export const sigmoid: LayerDefinition = {
  ...elementwise,
  kind: 'sigmoid', title: 'Sigmoid', symbol: 'σ',
  formula: { gradient: 'dx = dout · y (1 − y)', activation: 'y = 1 / (1 + exp(−x))' },
  units: { saturated: 4, extreme: 17 }, // slopes: 0.018, 4e-8
  cells: pointwiseRules({ symbol: '1 / (1 + exp(−x))', value: valueOf, slope: { symbol: 'y (1 − y)', from: 'out', value: slopeFrom } }),
  details: ['x', 'dx'],
  curve: { valueAt: valueOf, slopeAt: x => slopeFrom(valueOf(x)) },
  create: name => new Sigmoid(name),
  expression: (_, x) => `sigmoid(${x})`,
  pytorch: () => 'nn.Sigmoid()',
  onnx: () => ({ operator: 'Sigmoid' }),
}
