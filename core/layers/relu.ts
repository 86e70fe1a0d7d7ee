import type { Ops } from '../ops/ops'
import { pointwiseRules } from './cell-sum'
import { elementwise, type LayerDefinition } from './definition'
import { ElementwiseLayer } from './layer'

/**
 * out = x where x > 0, else 0.
 * The mask x > 0 is not stored: x stays unchanged until the next forward pass.
 * @source Deep Learning from Scratch, 5.5.1
 */
export class Relu extends ElementwiseLayer {
  readonly kind = 'relu'

  forward(ops: Ops): void {
    const { x, out } = this
    ops.relu(out, x)
  }

  backward(ops: Ops): void {
    const { x, dout, dx } = this
    if (dx) ops.reluBackward(dx, dout, x) // dout where x > 0, else 0
  }
}

export const relu: LayerDefinition = {
  ...elementwise,
  kind: 'relu', title: 'ReLU',
  formula: { gradient: 'dx = dout (x > 0), 0 (x ≤ 0)', activation: 'out = max(0, x)' },
  kinkAtZero: true,
  cells: pointwiseRules({ symbol: 'max(0, x)', value: x => Math.max(0, x), slope: { symbol: '(x > 0)', from: 'x', value: x => x > 0 ? 1 : 0 } }),
  units: { fires: true },
  create: name => new Relu(name),
  expression: (_, x) => `relu(${x})`,
  pytorch: () => 'nn.ReLU()',
  onnx: () => ({ operator: 'Relu' }),
}
