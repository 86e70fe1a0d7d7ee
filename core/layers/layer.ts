import type { Ops } from '../ops/ops'
import type { Arena, Slot, Tensor } from '../tensor'

export type LayerKind = 'affine' | 'relu' | 'sigmoid' | 'softmaxWithLoss' | 'identityWithLoss'

/** One step of the chain: knows its own input, output and local derivative, and nothing else. */
export abstract class Layer {
  abstract readonly kind: LayerKind
  /** Trainable slots by the book's name: W, b */
  abstract readonly params: Readonly<Record<string, Slot>>
  /** The previous layer's output: x and dx */
  input!: Slot
  /** The slot that `forward` writes: out and dout */
  output!: Slot

  /** @param name 'affine1', so that its tensors are affine1.W, affine1.dW, affine1.out */
  constructor(readonly name: string) {}

  /** Allocates everything, once. @returns the output */
  abstract build(input: Slot, arena: Arena): Slot
  /** Writes out. */
  abstract forward(ops: Ops): void
  /** Writes dx, dW, db; never x or dout. */
  abstract backward(ops: Ops): void

  get x(): Tensor { return this.input.value }
  /** null in the first layer, unless the input's gradient is wanted */
  get dx(): Tensor | null { return this.input.grad }
  get out(): Tensor { return this.output.value }
  /** Written by the next layer; a loss layer has none */
  get dout(): Tensor { return this.output.grad! }

  /** Uses only the first rows. */
  setRows(rows: number): void { this.output.setRows(rows) }
}

/** The last layer: compares y with a target t and computes the loss. */
export abstract class LossLayer extends Layer {
  readonly params = {}
  /** Class indices (N) for softmax, dense values (N,M) for identity */
  target!: Slot
  /** Mean loss over the batch's rows, after `forward` */
  loss = NaN

  get y(): Tensor { return this.output.value }
  get t(): Tensor { return this.target.value }

  /** Writes y alone, without a target. */
  abstract predict(ops: Ops): void

  override setRows(rows: number): void {
    super.setRows(rows)
    this.target.setRows(rows)
  }
}
