import type { Ops } from '../ops/ops'
import type { Arena, Slot, Tensor } from '../tensor'

export type LayerKind = 'affine' | 'relu' | 'sigmoid' | 'softmaxWithLoss' | 'identityWithLoss'

/** One layer of the network, which knows only its own input, output and local derivative. */
export abstract class Layer {
  abstract readonly kind: LayerKind
  /** Trainable slots by the book's names: W, b */
  abstract readonly params: Readonly<Record<string, Slot>>
  /** Input slot, which is the output slot of the previous layer: x and dx */
  input!: Slot
  /** Output slot: out and dout */
  output!: Slot

  /** @param name 'affine1'; its tensors are then affine1.W, affine1.dW, affine1.out */
  constructor(readonly name: string) {}

  /** Allocates all tensors, once. @returns the output */
  abstract build(input: Slot, arena: Arena): Slot
  /** Computes out. */
  abstract forward(ops: Ops): void
  /** Computes dx, dW, db; never changes x or dout. */
  abstract backward(ops: Ops): void

  get x(): Tensor { return this.input.value }
  /** null in the first layer, unless the input's gradient is requested */
  get dx(): Tensor | null { return this.input.grad }
  get out(): Tensor { return this.output.value }
  /** Written by the next layer; null in a loss layer */
  get dout(): Tensor { return this.output.grad! }

  /** Uses only the first `rows` rows. */
  setRows(rows: number): void { this.output.setRows(rows) }
}

/** The last layer: compares y with a target t and computes the loss. */
export abstract class LossLayer extends Layer {
  readonly params = {}
  /** Class indices (N) for softmax, values (N,M) for identity */
  target!: Slot
  /** Mean loss over the batch's rows, after `forward` */
  loss = NaN

  get y(): Tensor { return this.output.value }
  get t(): Tensor { return this.target.value }

  /** Computes y alone, without a target. */
  abstract predict(ops: Ops): void

  override setRows(rows: number): void {
    super.setRows(rows)
    this.target.setRows(rows)
  }
}
