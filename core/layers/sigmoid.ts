import type { Ops } from '../ops/ops'
import type { Arena, GradSlot, Slot } from '../tensor'
import { Layer } from './layer'

/**
 * out = 1 / (1 + exp(−x)).
 * @source Deep Learning from Scratch, 5.5.2
 */
export class Sigmoid extends Layer {
  readonly kind = 'sigmoid'
  readonly params = {}

  build(input: Slot, arena: Arena): GradSlot {
    const { capacity: N, shape } = input.value
    this.input = input
    return this.output = arena.slot([N, ...shape.slice(1)])
  }

  forward(ops: Ops): void {
    const { x, out } = this
    ops.sigmoid(out, x)
  }

  backward(ops: Ops): void {
    const { out, dout, dx } = this
    if (dx) ops.sigmoidBackward(dx, dout, out) // dout · out · (1 − out)
  }
}
