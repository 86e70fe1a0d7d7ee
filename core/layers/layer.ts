import type { Init, LayerSpec } from '../config'
import type { Ops } from '../ops/ops'
import type { Random } from '../random'
import type { Arena, GradSlot, Slot, Tensor } from '../tensor'

/** A trained tensor of a layer and its gradient. */
export interface Param {
  /** 'affine1.W' */
  readonly path: string
  readonly slot: GradSlot
  /** Whether weight decay applies to it: to W, not to b, γ and β */
  readonly decay: boolean
}

/** A tensor that a layer keeps and that is saved, but not trained: a running mean. */
export interface NamedTensor {
  /** 'batchNormalization1.mean' */
  readonly path: string
  readonly tensor: Tensor
}

/** The tensors of a model that keep their values between steps: trained parameters and buffers. */
export interface ModelTensors {
  readonly params: readonly Param[]
  readonly buffers: readonly NamedTensor[]
}

/** The settings of a forward and a backward pass. Dropout's mask is a function of these numbers, so a step can be repeated. */
export interface Pass {
  /** Training uses the batch's statistics and drops elements; evaluation and prediction do not. */
  readonly training: boolean
  /** Seed of the run */
  readonly seed: number
  /** Mini-batches learned before this one */
  readonly step: number
  /** Whether running statistics follow this batch; false when a pass is repeated */
  readonly tracking: boolean
}

/** Evaluation and prediction. */
export const inference: Pass = { training: false, seed: 0, step: 0, tracking: false }

/** One layer of the network, which knows only its own input, output and local derivative. */
export abstract class Layer {
  abstract readonly kind: string
  /** Trained tensors: W, b */
  params: readonly Param[] = []
  /** Kept and saved, but not trained */
  buffers: readonly NamedTensor[] = []
  /** Neither trained nor saved, but worth looking at: the mean of the latest mini-batch */
  observed: readonly NamedTensor[] = []
  /** Input slot, which is the output slot of the previous layer: x and dx */
  input!: Slot
  /** Output slot: out and dout */
  output!: Slot

  /** @param name 'affine1'; its tensors are then affine1.W, affine1.dW, affine1.out */
  constructor(readonly name: string) {}

  /**
   * Allocates all tensors, once.
   * @param shared tensors of another model, to be used where their path is the same
   * @returns the output
   */
  abstract build(input: Slot, arena: Arena, shared?: ModelTensors): Slot
  /** Computes out. */
  abstract forward(ops: Ops, pass: Pass): void
  /** Computes dx, dW, db; never changes x or dout. */
  abstract backward(ops: Ops, pass: Pass): void
  /** Computes dx alone, in a layer whose parameters cost more than that: what explains an answer needs no dW. */
  backwardInput?(ops: Ops): void

  /** Changes its live settings during a run. */
  configure?(spec: LayerSpec): void

  /** Sets the initial values of its tensors. @param random generator of the run, from which the layers draw in turn */
  initialize?(random: Random, init: Init): void

  get x(): Tensor { return this.input.value }
  /** null in the first layer, unless the input's gradient is requested */
  get dx(): Tensor | null { return this.input.grad }
  get out(): Tensor { return this.output.value }
  /** Written by the next layer; null in a loss layer */
  get dout(): Tensor { return this.output.grad! }

  /** Uses only the first `rows` rows. */
  setRows(rows: number): void { this.output.setRows(rows) }

  /** Finds a shared parameter by its path, or allocates it. @param name 'W' */
  protected param(name: string, shape: readonly number[], arena: Arena, { decay, shared }: { readonly decay: boolean, readonly shared: ModelTensors | undefined }): Param {
    const path = `${this.name}.${name}`
    return shared?.params.find(param => param.path === path) ?? { path, slot: arena.slot(shape), decay }
  }

  /** Finds a shared buffer by its path, or allocates it. @param name 'mean' */
  protected buffer(name: string, shape: readonly number[], arena: Arena, shared: ModelTensors | undefined): NamedTensor {
    const path = `${this.name}.${name}`
    return shared?.buffers.find(buffer => buffer.path === path) ?? { path, tensor: arena.tensor(shape) }
  }
}

/** A layer without parameters, with an output of its input's shape: an activation, dropout. */
export abstract class ElementwiseLayer extends Layer {
  build(input: Slot, arena: Arena): GradSlot {
    const { capacity: N, shape } = input.value
    this.input = input
    return this.output = arena.slot([N, ...shape.slice(1)])
  }
}

/** The last layer: compares y with a target t and computes the loss. */
export abstract class LossLayer extends Layer {
  /** Class indices (N) for softmax, values (N,M) for identity */
  target!: Slot
  /** Mean loss over the batch's rows, after `forward` */
  loss = NaN

  get y(): Tensor { return this.output.value }
  get t(): Tensor { return this.target.value }

  /** Loss of one row of the latest forward pass: `loss` is their mean. */
  abstract lossOf(row: number): number
  /** Computes y alone, without a target. */
  abstract predict(ops: Ops): void

  override setRows(rows: number): void {
    super.setRows(rows)
    this.target.setRows(rows)
  }
}
