import type { Ops } from '../ops/ops'
import type { Arena, GradSlot, Slot } from '../tensor'
import type { Layer } from './layer'

/** An affine layer's weights and biases, with their gradients. */
export interface AffineParams {
  /** (D,M) */
  readonly W: GradSlot
  /** (M) */
  readonly b: GradSlot
}

/**
 * out = x·W + b.
 * An input of more than two dimensions counts as N rows of D numbers. As its memory lies in that
 * order anyway, dx gets the input's shape back without a copy.
 * @source Deep Learning from Scratch, 5.6
 */
export class Affine implements Layer {
  readonly kind = 'affine'
  input!: Slot
  out!: GradSlot
  params!: AffineParams & Readonly<Record<string, GradSlot>>

  /**
   * @param name 'affine1'
   * @param units M, the number of outputs
   * @param shared another model's parameters; without them `build` allocates its own
   */
  constructor(readonly name: string, readonly units: number, private readonly shared?: AffineParams) {}

  build(input: Slot, arena: Arena): GradSlot {
    const { capacity: N, columns: D } = input.value
    const M = this.units
    const { W, b } = this.shared ?? { W: arena.slot([D, M]), b: arena.slot([M]) }
    this.params = { W, b }
    this.input = input
    return this.out = arena.slot([N, M])
  }

  forward(ops: Ops): void {
    const { value: x } = this.input
    const { value: W } = this.params.W
    const { value: b } = this.params.b
    const { value: out } = this.out
    ops.matmul(out, x, W) // (N,M) = (N,D)·(D,M)
    ops.addRow(out, b) //    each row + (M)
  }

  backward(ops: Ops): void {
    const { value: x, grad: dx } = this.input
    const { value: W, grad: dW } = this.params.W
    const { grad: db } = this.params.b
    const { grad: dout } = this.out
    if (dx) ops.matmulNT(dx, dout, W) // (N,D) = (N,M)·(D,M)ᵀ
    ops.matmulTN(dW, x, dout) //         (D,M) = (N,D)ᵀ·(N,M)
    ops.sumRows(db, dout) //             (M)   = Σₙ (N,M)
  }

  setRows(rows: number): void {
    this.out.setRows(rows)
  }
}
