import type { Ops } from '../ops/ops'
import type { Arena, GradSlot, Slot } from '../tensor'
import type { Layer } from './layer'

/**
 * A switch for each number: on above 0, off at 0 and below.
 * Its mask needs no memory of its own: it is x > 0, and x stays where it is until the next forward.
 * @source Deep Learning from Scratch, 5.5.1
 */
export class Relu implements Layer {
  readonly kind = 'relu'
  readonly params = {}
  input!: Slot
  out!: GradSlot

  /** @param name 'relu1' */
  constructor(readonly name: string) {}

  build(input: Slot, arena: Arena): GradSlot {
    const { capacity: N, shape } = input.value
    this.input = input
    return this.out = arena.slot([N, ...shape.slice(1)])
  }

  forward(ops: Ops): void {
    const { value: x } = this.input
    const { value: out } = this.out
    ops.relu(out, x)
  }

  backward(ops: Ops): void {
    const { value: x, grad: dx } = this.input
    const { grad: dout } = this.out
    if (dx) ops.reluBackward(dx, dout, x) // dout where x > 0, else 0
  }

  setRows(rows: number): void {
    this.out.setRows(rows)
  }
}
