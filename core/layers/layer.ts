import type { Ops } from '../ops/ops'
import type { Arena, Slot } from '../tensor'

/** One step of the chain: knows its own inputs, outputs and local derivative, and nothing else. */
export interface Layer {
  /** 'affine1', so that its tensors are affine1.W, affine1.dW, affine1.out */
  readonly name: string
  readonly kind: LayerKind
  /** Trainable slots by the book's name: W, b. */
  readonly params: Readonly<Record<string, Slot>>
  /** The previous layer's out, and its grad: x and dx. */
  readonly input: Slot
  /** The activation slot that `forward` writes (for loss layers: y). */
  readonly out: Slot
  /** Allocates everything, once. @param input the previous layer's out; its grad is this layer's dx */
  build(input: Slot, arena: Arena): Slot
  /** Writes out. */
  forward(ops: Ops): void
  /** Writes dx, dW, db; never x or dout. */
  backward(ops: Ops): void
  setRows(rows: number): void
}

export type LayerKind = 'affine' | 'relu' | 'sigmoid' | 'softmaxWithLoss' | 'identityWithLoss'

/** The last layer: compares with a target and yields the loss. */
export interface LossLayer extends Layer {
  /** Class indices (N) for softmax, dense values (N,M) for identity. */
  readonly target: Slot
  /** Mean loss over the batch's rows, after `forward`. */
  readonly loss: number
  /** Writes out (the prediction y) alone, without a target. */
  predict(ops: Ops): void
}
