import type { Activation, Architecture } from '../config'
import { Affine } from '../layers/affine'
import { IdentityWithLoss } from '../layers/identity-with-loss'
import type { Layer, LossLayer } from '../layers/layer'
import { Relu } from '../layers/relu'
import { Sigmoid } from '../layers/sigmoid'
import { SoftmaxWithLoss } from '../layers/softmax-with-loss'
import type { Ops } from '../ops/ops'
import { Arena, type Precision, Slot, type Tensor } from '../tensor'
import type { NamedParams } from './params'

export interface ModelOptions {
  /** Rows of the largest batch */
  readonly rows: number
  /** Left out: the arena's precision, or float32 without an arena */
  readonly precision?: Precision
  /** Left out: a new one, with its own memory */
  readonly arena?: Arena
  /** Parameters of another model, to be shared instead of copied */
  readonly params?: readonly NamedParams[]
  /** Input slot; left out: the model allocates a dense one */
  readonly input?: Slot | undefined
  /** Whether backward computes the gradient of the input: for saliency maps, not for training */
  readonly inputGrad?: boolean
  /** Left out: softmaxWithLoss */
  readonly loss?: 'softmaxWithLoss' | 'identityWithLoss'
}

const activations: Readonly<Record<Activation, new (name: string) => Layer>> = { relu: Relu, sigmoid: Sigmoid }
const losses = { softmaxWithLoss: SoftmaxWithLoss, identityWithLoss: IdentityWithLoss } as const

/** A sequence of layers that ends in a loss. Each slot has one writer and one reader. */
export class Model {
  /** Named affine1, relu1, affine2, …, softmaxWithLoss */
  readonly layers: readonly Layer[]
  readonly params: readonly NamedParams[]
  /** x (N,D) */
  readonly input: Slot
  private readonly last: LossLayer

  constructor(readonly architecture: Architecture, options: ModelOptions) {
    const [D, ...units] = architecture.layers as [number, ...number[]]
    const arena = options.arena ?? new Arena(options.precision ?? 'float32')
    const hidden = units.flatMap((M, i) => {
      const affine = new Affine(`affine${i + 1}`, M, options.params?.[i])
      const activation = new activations[architecture.activation](`${architecture.activation}${i + 1}`)
      return i < units.length - 1 ? [affine, activation] : [affine]
    })
    this.last = new losses[options.loss ?? 'softmaxWithLoss']()
    this.layers = [...hidden, this.last]
    this.input = options.input ?? arena.slot([options.rows, D], { grad: options.inputGrad ?? false })
    let input = this.input
    for (const layer of this.layers) input = layer.build(input, arena)
    this.params = hidden.flatMap(layer => layer instanceof Affine ? [{ name: layer.name, ...layer.params }] : [])
  }

  /** Target t: class indices (N), or values (N,M) for identityWithLoss */
  get target(): Slot { return this.last.target }
  /** y (N,M) */
  get out(): Slot { return this.last.output }
  /** Mean loss over the rows in the latest forward pass. */
  get loss(): number { return this.last.loss }

  /** Restricts every slot to its first rows, for a short last mini-batch or a single drawn digit. */
  setRows(rows: number): void {
    this.input.setRows(rows)
    for (const layer of this.layers) layer.setRows(rows)
  }

  /**
   * Forward pass from the input to the loss.
   * @param from index of the first layer to compute, if earlier ones have not changed
   * @returns the loss, averaged over the rows
   */
  forward(ops: Ops, from = 0): number {
    for (let i = from; i < this.layers.length; i++) this.layers[i]!.forward(ops)
    return this.last.loss
  }

  /** Forward pass from the input to y, without a target. */
  predict(ops: Ops): void {
    for (let i = 0; i < this.layers.length - 1; i++) this.layers[i]!.forward(ops)
    this.last.predict(ops)
  }

  /** Backward pass from the loss to all gradients, after `forward` on the same batch. */
  backward(ops: Ops): void {
    for (let i = this.layers.length - 1; i >= 0; i--) this.layers[i]!.backward(ops)
  }

  /** Sets all activations and gradients to 0, in all allocated rows; the weights stay. */
  clear(): void {
    for (const { W, b } of this.params) for (const { grad } of [W, b]) grad.memory.fill(0)
    for (const { output: { value, grad } } of this.layers) for (const tensor of [value, grad]) tensor?.memory.fill(0)
  }

  /** @param path 'affine1.W', dW, b, db, x, dx, out, dout of a layer; 'softmaxWithLoss.y', t */
  tensor(path: string): Tensor | undefined {
    const [name, key = ''] = path.split('.')
    const layer = this.layers.find(layer => layer.name === name)
    if (!layer) return undefined
    const slots: Record<string, Slot | undefined> = { x: layer.input, out: layer.output, ...layer.params }
    if (layer === this.last) Object.assign(slots, { y: this.last.output, t: this.last.target })
    const gradOf = key.startsWith('d') ? slots[key.slice(1)] : undefined
    return slots[key]?.value ?? gradOf?.grad ?? undefined
  }
}

/** @throws RangeError when the arena's memory is too small */
export const buildModel = (architecture: Architecture, options: ModelOptions): Model => new Model(architecture, options)
