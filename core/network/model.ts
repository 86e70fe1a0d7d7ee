import type { Architecture } from '../config'
import { type Layer, inference, type LossLayer, type ModelTensors, type NamedTensor, type Param, type Pass } from '../layers/layer'
import type { BlockDefinition } from '../layers/definition'
import type { LossDefinition } from '../layers/loss'
import { layerDefinition, layerKinds, type LayerRegistry, lossDefinition } from '../layers/registry'
import type { Ops } from '../ops/ops'
import { Arena, type Precision, Slot, type Tensor } from '../tensor'
import { planOf } from './shapes'

export interface ModelOptions {
  /** Rows of the largest batch */
  readonly rows: number
  /** Left out: the arena's precision, or float32 without an arena */
  readonly precision?: Precision
  /** Left out: a new one, with its own memory */
  readonly arena?: Arena
  /** Parameters and buffers of another model, to be shared instead of copied */
  readonly shared?: ModelTensors
  /** Input slot; left out: the model allocates a dense one */
  readonly input?: Slot | undefined
  /** Whether backward computes the gradient of the input: for saliency maps, not for training */
  readonly inputGrad?: boolean
  /** Kinds of layers; left out: the registered ones */
  readonly registry?: LayerRegistry
  /** Left out: the registered one of the architecture's kind */
  readonly loss?: LossDefinition
}

/** A sequence of layers that ends in a loss. Each slot has one writer and one reader. */
export class Model implements ModelTensors {
  /** Named affine1, relu1, affine2, …, softmaxWithLoss */
  readonly layers: readonly Layer[]
  /** Definition of each layer's kind; the last one is the loss's */
  readonly definitions: readonly BlockDefinition[]
  readonly params: readonly Param[]
  readonly buffers: readonly NamedTensor[]
  /** x (N,D) */
  readonly input: Slot
  /** The kinds of layers that it was built from */
  readonly registry: LayerRegistry
  private readonly last: LossLayer

  /** @throws ConfigError network.* when the layers do not fit together @throws RangeError when the arena's memory is too small */
  constructor(readonly architecture: Architecture, { rows, precision = 'float32', arena = new Arena(precision), shared, input, inputGrad = false, registry = layerKinds, loss = lossDefinition(architecture.loss) }: ModelOptions) {
    this.registry = registry
    const hidden = planOf(architecture, registry).map(({ name, spec }) => ({ name, spec, definition: layerDefinition(spec.kind, registry) }))
    this.last = loss.create()
    this.layers = [...hidden.map(({ name, spec, definition }) => definition.create(name, spec)), this.last]
    this.definitions = [...hidden.map(({ definition }) => definition), loss]
    this.input = input ?? arena.slot([rows, ...architecture.input], { grad: inputGrad })
    let slot = this.input
    for (const layer of this.layers) slot = layer.build(slot, arena, shared)
    this.params = this.layers.flatMap(({ params }) => params)
    this.buffers = this.layers.flatMap(({ buffers }) => buffers)
  }

  /** Target t: class indices (N), or values (N,M) for identityWithLoss */
  get target(): Slot { return this.last.target }
  /** y (N,M) */
  get out(): Slot { return this.last.output }
  /** Mean loss over the rows in the latest forward pass. */
  get loss(): number { return this.last.loss }

  /** Loss of one row in the latest forward pass. */
  lossOf(row: number): number { return this.last.lossOf(row) }

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
  forward(ops: Ops, pass: Pass = inference, from = 0): number {
    for (let i = from; i < this.layers.length; i++) this.layers[i]!.forward(ops, pass)
    return this.last.loss
  }

  /** Forward pass from the input to y, without a target. */
  predict(ops: Ops): void {
    for (let i = 0; i < this.layers.length - 1; i++) this.layers[i]!.forward(ops, inference)
    this.last.predict(ops)
  }

  /** Backward pass from the loss to all gradients, after `forward` on the same batch with the same pass. */
  backward(ops: Ops, pass: Pass = inference): void {
    for (let i = this.layers.length - 1; i >= 0; i--) this.layers[i]!.backward(ops, pass)
  }

  /** Sets all activations and gradients to 0, in all allocated rows; parameters and buffers stay. */
  clear(): void {
    for (const { slot } of this.params) slot.grad.memory.fill(0)
    for (const { output: { value, grad } } of this.layers) for (const tensor of [value, grad]) tensor?.memory.fill(0)
  }

  /** @param path 'affine1.W', dW, b, db, x, dx, out, dout of a layer; 'softmaxWithLoss.y', t; 'batchNormalization1.mean', batchMean */
  tensor(path: string): Tensor | undefined {
    const [name, key = ''] = path.split('.')
    const layer = this.layers.find(layer => layer.name === name)
    if (!layer) return undefined
    const kept = [...layer.buffers, ...layer.observed].find(kept => kept.path === path)
    if (kept) return kept.tensor
    const slots = new Map<string, Slot>([['x', layer.input], ['out', layer.output], ...layer.params.map(({ path, slot }) => [path.slice(layer.name.length + 1), slot] as const)])
    if (layer === this.last) slots.set('y', this.last.output).set('t', this.last.target)
    const gradOf = key.startsWith('d') ? slots.get(key.slice(1)) : undefined
    return slots.get(key)?.value ?? gradOf?.grad ?? undefined
  }
}

/** @throws ConfigError, RangeError as for {@link Model} */
export const buildModel = (architecture: Architecture, options: ModelOptions): Model => new Model(architecture, options)
