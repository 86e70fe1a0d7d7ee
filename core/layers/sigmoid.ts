import type { Ops } from '../ops/ops'
import type { Arena, GradSlot, Slot } from '../tensor'
import type { Layer } from './layer'

/**
 * out = 1 / (1 + exp(−x)).
 * @source Deep Learning from Scratch, 5.5.2
 */
export class Sigmoid implements Layer {
  readonly kind = 'sigmoid'
  readonly params = {}
  input!: Slot
  out!: GradSlot

  /** @param name 'sigmoid1' */
  constructor(readonly name: string) {}

  build(input: Slot, arena: Arena): GradSlot {
    const { capacity: N, shape } = input.value
    this.input = input
    return this.out = arena.slot([N, ...shape.slice(1)])
  }

  forward(ops: Ops): void {
    const { value: x } = this.input
    const { value: out } = this.out
    ops.sigmoid(out, x)
  }

  backward(ops: Ops): void {
    const { grad: dx } = this.input
    const { value: out, grad: dout } = this.out
    if (dx) ops.sigmoidBackward(dx, dout, out) // dout · out · (1 − out)
  }

  setRows(rows: number): void {
    this.out.setRows(rows)
  }
}
