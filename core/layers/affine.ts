import type { Ops } from '../ops/ops'
import type { Arena, GradSlot, Slot, Tensor } from '../tensor'
import { Layer } from './layer'

/** Weights and biases of an affine layer, with their gradients. */
export interface AffineParams {
  /** (D,M) */
  readonly W: GradSlot
  /** (M) */
  readonly b: GradSlot
}

/**
 * out = x·W + b.
 * An input of more than two dimensions counts as N rows of D numbers; its memory is already in that
 * order, so dx gets the input's shape without a copy.
 * @source Deep Learning from Scratch, 5.6
 */
export class Affine extends Layer {
  readonly kind = 'affine'
  params!: AffineParams & Readonly<Record<string, GradSlot>>

  /**
   * @param name 'affine1'
   * @param units M, the number of outputs
   * @param shared parameters of another model; if left out, `build` allocates them
   */
  constructor(name: string, readonly units: number, private readonly shared?: AffineParams) { super(name) }

  get W(): Tensor { return this.params.W.value }
  get dW(): Tensor { return this.params.W.grad }
  get b(): Tensor { return this.params.b.value }
  get db(): Tensor { return this.params.b.grad }

  build(input: Slot, arena: Arena): GradSlot {
    const { capacity: N, columns: D } = input.value
    const M = this.units
    const { W, b } = this.shared ?? { W: arena.slot([D, M]), b: arena.slot([M]) }
    this.params = { W, b }
    this.input = input
    return this.output = arena.slot([N, M])
  }

  forward(ops: Ops): void {
    const { x, W, b, out } = this
    ops.matmul(out, x, W) // (N,M) = (N,D)·(D,M)
    ops.addRow(out, b) //    each row + (M)
  }

  backward(ops: Ops): void {
    const { x, W, dout, dx, dW, db } = this
    if (dx) ops.matmulNT(dx, dout, W) // (N,D) = (N,M)·(D,M)ᵀ
    ops.matmulTN(dW, x, dout) //         (D,M) = (N,D)ᵀ·(N,M)
    ops.sumRows(db, dout) //             (M)   = Σₙ (N,M)
  }
}
