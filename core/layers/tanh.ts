import type { Ops } from '../ops/ops'
import type { Arena, GradSlot, Slot } from '../tensor'
import { elementwise, type LayerDefinition } from './definition'
import { Layer } from './layer'

/** out = tanh(x): a sigmoid from −1 to 1, steepest at 0. */
export class Tanh extends Layer {
  readonly kind = 'tanh'

  build(input: Slot, arena: Arena): GradSlot {
    const { capacity: N, shape } = input.value
    this.input = input
    return this.output = arena.slot([N, ...shape.slice(1)])
  }

  forward(ops: Ops): void {
    const { x, out } = this
    ops.tanh(out, x)
  }

  backward(ops: Ops): void {
    const { out, dout, dx } = this
    if (dx) ops.tanhBackward(dx, dout, out) // dout · (1 − out²)
  }
}

export const tanh: LayerDefinition = {
  ...elementwise,
  kind: 'tanh', title: 'tanh',
  formula: { gradient: 'dx = dout · (1 − out²)', activation: 'out = tanh(x)' },
  create: name => new Tanh(name),
  expression: (_, x) => `tanh(${x})`,
}
