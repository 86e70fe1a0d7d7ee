import type { Ops } from '../ops/ops'
import { pointwiseRules } from './cell-sum'
import { elementwise, type LayerDefinition } from './definition'
import { ElementwiseLayer } from './layer'

/** out = tanh(x): a sigmoid from −1 to 1, steepest at 0. */
export class Tanh extends ElementwiseLayer {
  readonly kind = 'tanh'

  forward(ops: Ops): void {
    const { x, out } = this
    ops.tanh(out, x)
  }

  backward(ops: Ops): void {
    const { out, dout, dx } = this
    if (dx) ops.tanhBackward(dx, dout, out) // dout · (1 − out²)
  }
}

/** The derivative, from the value */
const slopeFrom = (y: number): number => 1 - y * y

export const tanh: LayerDefinition = {
  ...elementwise,
  kind: 'tanh', title: 'tanh', symbol: 'th',
  formula: { gradient: 'dx = dout · (1 − out²)', activation: 'out = tanh(x)' },
  units: { saturated: 2, extreme: 9.5 }, // slopes: 0.07, 2e-8
  cells: pointwiseRules({ symbol: 'tanh(x)', value: Math.tanh, slope: { symbol: '(1 − out²)', from: 'out', value: slopeFrom } }),
  details: ['x', 'dx'],
  curve: { valueAt: Math.tanh, slopeAt: x => slopeFrom(Math.tanh(x)) },
  create: name => new Tanh(name),
  expression: (_, x) => `tanh(${x})`,
  pytorch: () => 'nn.Tanh()',
  onnx: () => ({ operator: 'Tanh' }),
}
