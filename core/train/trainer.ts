import { defaultConfig, type RunConfig } from '../config'
import type { Dataset } from '../data/dataset'
import { fillImages, fillLabels, sparseInput } from '../data/images'
import { MiniBatches } from '../data/mini-batches'
import { LabError } from '../errors'
import type { WeightsFile } from '../formats/weights'
import type { Model } from '../network/model'
import { initParams, type NamedParams, setParams } from '../network/params'
import type { Ops } from '../ops/ops'
import { createReferenceOps } from '../ops/reference'
import { SparseTensor } from '../ops/sparse-tensor'
import type { Optimizer } from '../optim/optimizer'
import type { Arena } from '../tensor'
import { runMemory, withinMemory } from './fit'
import { Evaluator } from './metrics'
import { buildModelAndOptimizer } from './parts'
import { largestProduct } from './threads'
import { undoUpdate } from './undo'
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
export const configOf = ({ architecture, config }: WeightsFile): RunConfig => ({ ...defaultConfig, ...config, ...architecture })

/**
 * Mini-batch gradient descent: take a batch, compute the gradient, update the weights against it, repeat. The same config,
 * dataset and kernels give the same weights, bit for bit, with any number of threads; a saved and reopened run of SGD continues
 * as if it had never stopped.
 * @source Deep Learning from Scratch, 5.7.4
 */
export class Trainer {
  readonly model: Model
  readonly ops: Ops
  /** Mini-batches learned since the initial weights */
  step = 0
  /** Loss of the latest mini-batch, null before the first */
  loss: number | null = null
  /** Set when the loss is no longer finite; then training cannot continue until `rewind`. */
  divergence: Divergence | null = null
  private readonly batches: MiniBatches
  private readonly optimizer: Optimizer
  private readonly origin: WeightsFile | undefined
  /** The step whose gradient made the latest update; −1 before the first */
  private latestUpdateStep = -1
  /** Memory of the run, including its evaluation */
  readonly bytes: number
  readonly arena: Arena

  /**
   * @throws ConfigError config.ends or LabError weights.dataset when the network does not fit the dataset
   * @throws LabError train.memory when the memory is too small
   */
  constructor(readonly config: RunConfig, readonly dataset: Dataset, { weights, ops = createReferenceOps('float32') }: TrainerOptions = {}) {
    const { rows, bytes } = runMemory(config, dataset, ops)
    this.bytes = bytes
    this.ops = ops
    this.origin = weights
    this.batches = new MiniBatches(dataset.train.count, config.batchSize, config.seed)
    const arena = this.arena = ops.arena()
    const { model, optimizer } = withinMemory(bytes, () => arena.allOrNothing(() => buildModelAndOptimizer(config, { rows, arena, input: sparseInput(ops, dataset, rows, arena) })))
    this.model = model
    this.optimizer = optimizer
    arena.seal()
    this.setInitialWeights()
  }

  /**
   * Learns one mini-batch.
   * @returns its loss, computed before the update; check `divergence` afterwards
   * @throws LabError train.diverged when the run had already diverged
   */
  learn(): number {
    this.check()
    this.loadBatch(this.step)
    const loss = this.gradient()
    if (!Number.isFinite(loss)) {
      this.diverge(loss)
      return loss
    }
    const finite = this.optimizer.step(this.ops, this.params)
    this.latestUpdateStep = this.step++
    this.loss = loss
    if (!finite) this.diverge(NaN) // the next loss would be NaN
    return loss
  }

  /** Fills x and t with a step's mini-batch. */
  private loadBatch(step: number): void {
    const { model, dataset: { train } } = this
    const { indices } = this.batches.at(step)
    model.setRows(indices.length)
    fillImages(model.input.value, train, indices, 0, indices.length)
    fillLabels(model.target.value, train, indices, 0, indices.length)
  }

  /** Forward and backward: dW and db of every layer. @returns the loss; when it is not finite, gradients are not computed */
  private gradient(): number {
    const { model, ops } = this
    const loss = model.forward(ops)
    if (Number.isFinite(loss)) model.backward(ops)
    return loss
  }

  /** Ends the run at the latest weights with a finite loss, and recomputes their activations and gradients. */
  private diverge(loss: number): void {
    this.divergence = { step: this.step + 1, loss: Number.isNaN(loss) ? 'NaN' : 'Infinity' }
    if (this.latestUpdateStep < 0) return this.model.clear()
    undoUpdate(this.params, this.ops)
    this.step = this.latestUpdateStep
    this.loadBatch(this.step)
    this.gradient()
  }

  /** Returns to the initial weights: from the seed, or from the file and at its step. */
  rewind(): void {
    this.optimizer.reset()
    this.divergence = null
    this.loss = null
    this.latestUpdateStep = -1
    this.setInitialWeights()
    this.model.clear() // the activations and gradients belong to the old run
  }

  private setInitialWeights(): void {
    this.step = this.origin?.step ?? 0
    if (!this.origin) return initParams(this.params, this.config.init, this.config.seed)
    setParams(this.params, this.origin.params)
  }

  get params(): readonly NamedParams[] { return this.model.params }
  get stepsPerEpoch(): number { return this.batches.stepsPerEpoch }
  /** Completed passes over the training images */
  get epoch(): number { return Math.floor(this.step / this.stepsPerEpoch) }
  get stepInEpoch(): number { return this.step % this.stepsPerEpoch }

  /** Approximate multiply-adds of a step's largest product, which determines the number of threads */
  get work(): number {
    const { input: { value } } = this.model
    return largestProduct(this.config.layers, value.capacity, value instanceof SparseTensor)
  }

  /** Rows of the latest mini-batch; the last one of an epoch may be short */
  get rows(): number { return this.model.input.value.rows }

  /** Image indices of the mini-batch that activations and gradients belong to; null before the first. Valid until the next step. */
  get latestImages(): Uint32Array | null { return this.latestUpdateStep < 0 ? null : this.batches.at(this.latestUpdateStep).indices }
  /** Image indices of the next mini-batch. Valid until the next step. */
  get nextImages(): Uint32Array { return this.batches.at(this.step).indices }
  /** The optimizer's state. */
  get optimizerState(): Pick<Optimizer, 'state' | 'updates'> { return this.optimizer }
  /** Whether every parameter's `before` is its value before the latest update: false before the first, and after it was undone. */
  get updated(): boolean { return this.latestUpdateStep >= 0 && this.divergence === null }

  /** @throws LabError train.diverged when training cannot continue */
  check(): void {
    if (this.divergence) throw divergedError(this.divergence)
  }

  /** Creates an evaluator for this run's weights. @throws LabError train.memory */
  createEvaluator(): Evaluator {
    return withinMemory(this.bytes, () => new Evaluator(this.config, this.params, this.dataset, this.ops))
  }

  /** The current weights, for a weights file. */
  weights(note: WeightsNote): WeightsFile {
    const { config, step, loss, params, classes } = this
    return weightsFileOf({ config, step, loss, params, classes }, note)
  }

  /** Frees the backend's memory; the run cannot continue afterwards. */
  dispose(): void { this.arena.dispose() }

  private get classes(): readonly string[] { return this.origin?.classes ?? Array.from({ length: this.dataset.classes }, (_, i) => String(i)) }
}

const divergedError = ({ step, loss }: Divergence): LabError =>
  new LabError('train.diverged', `the loss was ${loss} at step ${step}: rewind, or change the settings`, { step, loss })
