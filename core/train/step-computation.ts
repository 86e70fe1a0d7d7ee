import type { Dataset } from '../data/dataset'
import { fillImages, fillTarget } from '../data/images'
import type { MiniBatches, Position } from '../data/mini-batches'
import type { Pass } from '../layers/layer'
import type { Model } from '../network/model'
import type { Ops } from '../ops/ops'
import type { Optimizer } from '../optim/optimizer'

/** A part of a step: the forward or the backward pass of one layer, or the update of one parameter. */
export interface Stage {
  readonly direction: 'forward' | 'backward' | 'update'
  /** Index of the layer */
  readonly layer: number
  /** The parameter that is updated: 'affine1.W'; null in the passes */
  readonly param: string | null
}

/** How far a step has come that is computed stage by stage. */
export interface StepProgress {
  /** The latest stage that was computed */
  readonly stage: Stage
  readonly done: number
  /** Number of all stages */
  readonly of: number
  /** The step's loss; null until the forward pass has computed it */
  readonly loss: number | null
}

/** A mini-batch: its position in an order of the images. */
export interface PlacedBatch {
  readonly position: Position
  readonly batches: MiniBatches
}

/** The tensors and the data of a step. */
export interface StepParts {
  readonly model: Model
  readonly optimizer: Optimizer
  readonly dataset: Dataset
  readonly ops: Ops
  /** Called when a step's gradients are known and its loss is finite */
  readonly beforeUpdate: () => void
}

/**
 * Computes steps of mini-batch gradient descent: load a mini-batch, compute loss and gradients, update the parameters.
 * @source Deep Learning from Scratch, 5.7.4
 */
export class StepComputation {
  /** Whether all parameters were finite after the latest update */
  finite = true
  /** What a step yields after each of its parts: made once, so that no step allocates them */
  private readonly stages: Readonly<Record<Stage['direction'], readonly Stage[]>>
  /** All stages, in the order in which they are computed */
  private readonly order: readonly Stage[]

  constructor(private readonly parts: StepParts) {
    const { layers, params } = parts.model
    const stagesOf = (direction: 'forward' | 'backward') => layers.map((_, layer): Stage => ({ direction, layer, param: null }))
    const [forward, backward] = [stagesOf('forward'), stagesOf('backward')]
    const update = params.map((param): Stage => ({ direction: 'update', layer: layers.findIndex(layer => layer.params.includes(param)), param: param.path }))
    this.stages = { forward, backward, update }
    this.order = [...forward, ...[...backward].reverse(), ...update]
  }

  /** Whether a step ends with a stage: the last one, or the forward pass to a loss that is not finite. */
  endsWith(stage: Stage): boolean {
    return stage === this.order.at(-1) || (stage === this.stages.forward.at(-1) && !Number.isFinite(this.parts.model.loss))
  }

  /** How far a step has come with a stage. */
  progressAt(stage: Stage): StepProgress {
    const { order, parts: { model: { layers, loss } } } = this
    const done = order.indexOf(stage) + 1
    return { stage, done, of: order.length, loss: done < layers.length ? null : loss }
  }

  /** That of a complete step. */
  get complete(): StepProgress { return this.progressAt(this.order.at(-1)!) }

  /**
   * One step: layer by layer, then parameter by parameter. A loss that is not finite ends it after the forward pass.
   * @param seed of the dropout masks
   * @returns the loss before the update
   */
  * run(batches: MiniBatches, position: Position, seed: number): Generator<Stage, number> {
    const { model: { layers }, optimizer, ops, beforeUpdate } = this.parts
    const { forward, backward, update } = this.stages
    this.load(batches, position)
    const pass = passAt(position, seed, true)
    for (let layer = 0; layer < layers.length; layer++) {
      layers[layer]!.forward(ops, pass)
      yield forward[layer]!
    }
    const { loss } = this.parts.model
    if (!Number.isFinite(loss)) return loss
    for (let layer = layers.length - 1; layer >= 0; layer--) {
      layers[layer]!.backward(ops, pass)
      yield backward[layer]!
    }
    beforeUpdate()
    optimizer.beginUpdate()
    let finite = true
    for (let i = 0; i < update.length; i++) {
      finite = optimizer.updateParam(ops, i) && finite
      yield update[i]!
    }
    this.finite = finite
    return loss
  }

  /** Computes the activations and gradients of a mini-batch again, without an update; running statistics stay as they are. */
  repeat({ batches, position }: PlacedBatch, seed: number): void {
    const { model, ops } = this.parts
    this.load(batches, position)
    const pass = passAt(position, seed, false)
    if (Number.isFinite(model.forward(ops, pass))) model.backward(ops, pass)
  }

  /** Fills x and t with a mini-batch; with its first rows, if it is one from before the batch size became smaller. */
  load(batches: MiniBatches, position: Position): void {
    const { model, dataset: { train } } = this.parts
    const [x, t] = [model.input.value, model.target.value]
    const indices = batches.at(position)
    const rows = Math.min(indices.length, x.capacity)
    model.setRows(rows)
    fillImages(x, train, indices, 0, rows)
    fillTarget(t, train, indices, 0, rows)
  }
}

const passAt = ({ step }: Position, seed: number, tracking: boolean): Pass => ({ training: true, seed, step, tracking })
