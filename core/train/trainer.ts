import { type Architecture, defaultConfig, type RunConfig } from '../config'
import type { Dataset } from '../data/dataset'
import { fillImages, fillTarget, sparseInput } from '../data/images'
import { MiniBatches, type Position } from '../data/mini-batches'
import { LabError } from '../errors'
import type { WeightsFile } from '../formats/weights'
import type { Pass } from '../layers/layer'
import type { Model } from '../network/model'
import { initialize, setTensors } from '../network/params'
import { countParameters } from '../network/shapes'
import type { Ops } from '../ops/ops'
import { createReferenceOps } from '../ops/reference'
import { SparseTensor } from '../ops/sparse-tensor'
import type { Optimizer } from '../optim/optimizer'
import type { Arena } from '../tensor'
import { needsMemory, orderOf, type RunEvent, type SettingsChange, withChange } from './change'
import { architectureOn, checkBatch, runMemory, startsSparse, withinMemory } from './fit'
import { Evaluator } from './evaluator'
import { buildModelAndOptimizer } from './parts'
import { putState, type Snapshot, StateCopy, stateTensors } from './snapshot'
import { largestProduct } from './threads'
import { weightsFileOf, type WeightsNote } from './weights-file'

export interface TrainerOptions {
  /**
   * Initial weights; left out: drawn from the seed, at step 0. A file names the optimizer but lacks its state, so Momentum,
   * AdaGrad, RMSProp and Adam start with zeros again.
   */
  readonly weights?: WeightsFile
  /** Left out: the float32 reference */
  readonly ops?: Ops
}

/** The step whose loss was not finite, and that loss: NaN or Infinity. */
export interface Divergence {
  readonly step: number
  readonly loss: string
}

/** Training settings for a weights file: its own, or the defaults for its network. */
export const configOf = ({ architecture: { layers, loss }, config }: WeightsFile): RunConfig => ({ ...defaultConfig, ...config, network: { layers, loss } })

/** What a step has done: the forward or the backward pass of one layer, or the update of all parameters. */
export interface Stage {
  readonly direction: 'forward' | 'backward' | 'update'
  /** Index of the layer; −1 for the update */
  readonly layer: number
}

/** Multiply-adds that a divergence may cost to be undone, about two seconds */
const replayWork = 4e10

// Over 200 lines: the state of one run and every transition of it; only these methods may change that state.
/**
 * Mini-batch gradient descent: take a batch, compute the gradient, update the weights against it, repeat. The same config,
 * dataset and kernels give the same weights, bit for bit, with any number of threads; a run that is restored from a snapshot
 * continues as if it had never stopped.
 * @source Deep Learning from Scratch, 5.7.4
 */
export class Trainer {
  readonly model: Model
  readonly ops: Ops
  /** Loss of the latest mini-batch, null before the first */
  loss: number | null = null
  /** Set when the loss is no longer finite; then training cannot continue until `rewind`. */
  divergence: Divergence | null = null
  /** Memory of the run, including its evaluation */
  readonly bytes: number
  readonly arena: Arena
  private readonly architecture: Architecture
  private batches: MiniBatches
  private settings: RunConfig
  /** Changes of the settings so far */
  private changes: readonly RunEvent[] = []
  private readonly optimizer: Optimizer
  private readonly origin: WeightsFile | undefined
  private readonly start: Position
  private position: Position
  /** The position whose gradient made the latest update; null before the first */
  private latestUpdate: Position | null = null
  /** The order of the images at that update; a change of the batch size replaces `batches` */
  private latestBatches: MiniBatches | null = null
  /** A step that has begun, layer by layer */
  private begun: Generator<Stage, number> | null = null
  /** A recent state, from which a divergence is undone */
  private readonly recent: StateCopy
  private readonly keepEvery: number

  /**
   * @throws ConfigError network.* or LabError weights.dataset when the network does not fit the dataset
   * @throws LabError train.memory when the memory is too small
   */
  constructor(config: RunConfig, readonly dataset: Dataset, { weights, ops = createReferenceOps('float32') }: TrainerOptions = {}) {
    const { rows, bytes, products } = runMemory(config, dataset, ops)
    const architecture = this.architecture = architectureOn(config.network, dataset.info)
    this.settings = config
    this.bytes = bytes
    this.ops = ops
    this.origin = weights
    this.batches = batchesOf(config, dataset)
    this.start = this.position = this.batches.positionAt(weights?.step ?? 0)
    const arena = this.arena = ops.arena()
    const { model, optimizer, recent } = withinMemory(bytes, () => arena.allOrNothing(() => {
      const input = startsSparse(config.network) ? sparseInput(ops, dataset, rows, arena) : undefined
      const parts = buildModelAndOptimizer(architecture, config, { rows, arena, input })
      ops.reserve(products)
      return { ...parts, recent: new StateCopy(parts.model, parts.optimizer, config.optimizer.kind) }
    }))
    this.model = model
    this.optimizer = optimizer
    this.recent = recent
    this.keepEvery = Math.max(8, Math.min(100, Math.ceil(replayWork / (6 * countParameters(architecture) * rows))))
    arena.seal()
    this.setInitialWeights()
  }

  /**
   * Learns one mini-batch, or the rest of one that has begun.
   * @returns its loss, computed before the update; check `divergence` afterwards
   * @throws LabError train.diverged when the run had already diverged
   */
  learn(): number {
    const step = this.begun ?? this.steps()
    this.begun = null
    for (;;) {
      const { done, value } = step.next()
      if (done) return value
    }
  }

  /** Does the next part of a step. @returns what it was; null when that completed the step @throws LabError train.diverged */
  advance(): Stage | null {
    this.begun ??= this.steps()
    const { done, value } = this.begun.next()
    if (!done) return value
    this.begun = null
    return null
  }

  /** Completes a step that has begun. */
  finishStep(): void { if (this.begun) this.learn() }

  /** One step, layer by layer. @returns the loss */
  private* steps(): Generator<Stage, number> {
    this.check()
    const { model: { layers }, ops, position } = this
    if (position.step % this.keepEvery === 0) this.recent.take(position, this.loss)
    this.loadBatch(position)
    const pass = this.passAt(position, true)
    for (let layer = 0; layer < layers.length; layer++) {
      layers[layer]!.forward(ops, pass)
      yield { direction: 'forward', layer }
    }
    const { loss } = this.model
    if (!Number.isFinite(loss)) {
      this.diverge(loss)
      return loss
    }
    for (let layer = layers.length - 1; layer >= 0; layer--) {
      layers[layer]!.backward(ops, pass)
      yield { direction: 'backward', layer }
    }
    const finite = this.optimizer.step(ops)
    this.latestUpdate = position
    this.latestBatches = this.batches
    this.position = this.batches.after(position)
    this.loss = loss
    if (!finite) this.diverge(NaN) // the next loss would be NaN
    return loss
  }

  private passAt({ step }: Position, tracking: boolean): Pass { return { training: true, seed: this.config.seed, step, tracking } }

  /** Fills x and t with the mini-batch at a position. */
  private loadBatch(position: Position, batches = this.batches): void {
    const { model, dataset: { train } } = this
    const indices = batches.at(position)
    model.setRows(indices.length)
    fillImages(model.input.value, train, indices, 0, indices.length)
    fillTarget(model.target.value, train, indices, 0, indices.length)
  }

  /**
   * Ends the run in the state before the update that led to the loss, the optimizer's included, by repeating the steps since
   * the latest kept state; then recomputes the activations and gradients of that update.
   */
  private diverge(loss: number): void {
    const { latestUpdate, latestBatches } = this
    const divergence = { step: this.position.step + 1, loss: Number.isNaN(loss) ? 'NaN' : 'Infinity' }
    this.restore(this.recent.latest)
    if (latestUpdate) {
      while (this.position.step < latestUpdate.step) this.learn()
      const { model, ops } = this
      this.loadBatch(latestUpdate, latestBatches!)
      const pass = this.passAt(latestUpdate, false)
      if (Number.isFinite(model.forward(ops, pass))) model.backward(ops, pass)
      this.latestUpdate = latestUpdate
      this.latestBatches = latestBatches
    }
    this.divergence = divergence
  }

  /** The state between two steps, copied. Completes a step that has begun. */
  snapshot(): Snapshot {
    this.finishStep()
    const { model, optimizer, position, loss } = this
    const tensors = stateTensors(model, optimizer).map(({ path, tensor }) => ({ path, data: Float32Array.from(tensor.data) }))
    return { position, loss, optimizer: this.config.optimizer.kind, updates: optimizer.updates, tensors }
  }

  /** Continues from a snapshot of a run with the same network. @throws LabError internal when a tensor is missing */
  restore(snapshot: Snapshot): void {
    this.begun = null
    putState(snapshot, this.model, this.optimizer, this.config.optimizer.kind)
    this.position = snapshot.position
    this.loss = snapshot.loss
    this.latestUpdate = null
    this.divergence = null
    this.model.clear() // activations and gradients belong to another step
    this.recent.take(this.position, this.loss)
  }

  /** Returns to the initial weights: from the seed, or from the file and at its step. */
  rewind(): void {
    this.begun = null
    this.optimizer.reset()
    this.divergence = null
    this.loss = null
    this.latestUpdate = null
    this.position = this.start
    this.setInitialWeights()
    this.model.clear() // the activations and gradients belong to the old run
  }

  private setInitialWeights(): void {
    initialize(this.model, this.config.init, this.config.seed)
    if (this.origin) setTensors(this.model, this.origin.tensors)
    this.recent.take(this.position, this.loss)
  }

  /** The settings at work. */
  get config(): RunConfig { return this.settings }
  /** Changes of the settings since the beginning */
  get events(): readonly RunEvent[] { return this.changes }

  /**
   * Changes settings between two steps; completes a step that has begun. What needs other memory (another optimizer, a
   * larger batch, weight decay where there was none) continues in a new trainer, and this one must then be disposed of.
   * @returns this trainer or the new one
   * @throws ConfigError, LabError train.memory: then nothing has changed
   */
  change(change: SettingsChange): Trainer {
    this.finishStep()
    const { settings: before, dataset, ops, origin, model } = this
    const config = withChange(before, change, this.architecture.input)
    checkBatch(config.network, Math.min(config.batchSize, dataset.train.count))
    const event = { step: this.step, change }
    if (!needsMemory(before, config)) {
      this.settings = config
      this.batches = batchesOf(config, dataset)
      this.optimizer.configure(config)
      config.network.layers.forEach((spec, i) => { model.layers[i]!.configure?.(spec) })
      this.changes = [...this.changes, event]
      if (orderOf(config) !== orderOf(before)) this.beginEpoch()
      this.recent.take(this.position, this.loss) // the steps before it had other settings
      return this
    }
    const next = new Trainer(config, dataset, { ops, ...origin && { weights: origin } })
    next.restore(this.snapshot())
    next.changes = [...this.changes, event]
    if (orderOf(config) !== orderOf(before)) next.beginEpoch()
    return next
  }

  /** A new order begins with an epoch. */
  private beginEpoch(): void {
    const { step, epoch, seen } = this.position
    if (seen > 0) this.position = { step, epoch: epoch + 1, seen: 0 }
    this.recent.take(this.position, this.loss)
  }

  get step(): number { return this.position.step }
  get stepsPerEpoch(): number { return this.batches.stepsPerEpoch }
  /** Completed passes over the training images */
  get epoch(): number { return this.position.epoch }
  get stepInEpoch(): number { return Math.floor(this.position.seen / this.config.batchSize) }

  /** Approximate multiply-adds of a step's largest product, which determines the number of threads */
  get work(): number {
    const { input: { value } } = this.model
    return largestProduct(this.architecture, value.capacity, value instanceof SparseTensor ? value.density : 1)
  }

  /** Rows of the latest mini-batch; the last one of an epoch may be short */
  get rows(): number { return this.model.input.value.rows }

  /** Image indices of the mini-batch that activations and gradients belong to; null before the first. Valid until the next step. */
  get latestImages(): Uint32Array | null { return this.latestUpdate && this.latestBatches!.at(this.latestUpdate) }
  /** Image indices of the next mini-batch. Valid until the next step. */
  get nextImages(): Uint32Array { return this.batches.at(this.position) }
  /** The optimizer's state. */
  get optimizerState(): Pick<Optimizer, 'state' | 'updates'> { return this.optimizer }
  /** Whether every parameter's `before` is its value before the latest update: false before the first, and after it was undone. */
  get updated(): boolean { return this.latestUpdate !== null && this.divergence === null }

  /** @throws LabError train.diverged when training cannot continue */
  check(): void {
    if (this.divergence) throw divergedError(this.divergence)
  }

  /** Creates an evaluator for this run's weights. @throws LabError train.memory */
  createEvaluator(): Evaluator {
    const { model, dataset, ops, batches } = this
    return withinMemory(this.bytes, () => new Evaluator(model, { dataset, ops, batches }))
  }

  /** The current weights, for a weights file. */
  weights(note: WeightsNote): WeightsFile {
    this.finishStep()
    const { config, architecture, step, loss, model, classes } = this
    return weightsFileOf({ config, architecture, step, loss, model, classes, dataset: this.dataset.info }, note)
  }

  /** Frees the backend's memory; the run cannot continue afterwards. */
  dispose(): void { this.arena.dispose() }

  private get classes(): readonly string[] { return this.origin?.classes ?? this.dataset.info.classes }
}

/** The order of the mini-batches. */
function batchesOf({ batchSize, seed, orderSeed = seed, validation }: RunConfig, { train }: Dataset): MiniBatches {
  return new MiniBatches({ count: train.count, batchSize, seed: orderSeed, validation, validationSeed: seed })
}

const divergedError = ({ step, loss }: Divergence): LabError =>
  new LabError('train.diverged', `the loss was ${loss} at step ${step}: rewind, or change the settings`, { step, loss })
