import type { Dataset } from '../data/dataset'
import { fillImages, fillLabels, sparseInput } from '../data/images'
import { MiniBatches } from '../data/mini-batches'
import { LabError } from '../errors'
import type { WeightsFile } from '../formats/weights'
import type { Model } from '../network/model'
import { initParams, setParams, type NamedParams } from '../network/params'
import type { Optimizer } from '../optim/optimizer'
import type { Ops } from '../ops/ops'
import { SparseTensor } from '../ops/sparse-tensor'
import type { Arena } from '../tensor'
import { createReferenceOps } from '../ops/reference'
import { defaultConfig, type RunConfig } from '../config'
import { memoryError, runMemory } from './fit'
import { Evaluator } from './metrics'
import { learningParts } from './parts'
import { largestProduct } from './threads'

export interface TrainerOptions {
  /**
   * Where the run begins; left out: weights drawn from the seed, at step 0. A file has the weights and which optimizer
   * they were learned with, not what that had kept: Momentum, AdaGrad, RMSProp and Adam begin with zeros again.
   */
  readonly weights?: WeightsFile
  /** Left out: the reference in float32 */
  readonly ops?: Ops
}

/** The step whose loss was not finite, and what it was: NaN or Infinity. */
export interface Divergence {
  readonly step: number
  readonly loss: string
}

/** The settings that a weights file goes on with: its own, or the default ones around its network. */
export const configOf = ({ architecture, config }: WeightsFile): RunConfig => ({ ...defaultConfig, ...config, ...architecture })

/**
 * Mini-batch learning: take a batch, find the gradient, go a step against it, repeat. The same
 * config, dataset and kernels give the same weights, bit for bit, with any number of threads; a run of
 * SGD that was saved and opened again goes on as if it had never stopped.
 * @source Deep Learning from Scratch, 5.7.4
 */
export class Trainer {
  readonly model: Model
  readonly ops: Ops
  /** Mini-batches learned since the initial weights */
  step = 0
  /** Of the latest mini-batch, null before the first */
  loss: number | null = null
  /** Set once the loss was not finite; then nothing more is learned until `rewind`. */
  divergence: Divergence | null = null
  private readonly batches: MiniBatches
  private readonly optimizer: Optimizer
  private readonly origin: WeightsFile | undefined
  /** The step of the weights before the last update, whose loss was finite; none yet: −1 */
  private keptStep = -1
  /** What it takes of memory, with its evaluation */
  readonly bytes: number
  readonly arena: Arena

  /**
   * @throws ConfigError config.ends or LabError weights.dataset when the network's ends are not the dataset's
   * @throws LabError train.memory when it does not fit into memory
   */
  constructor(readonly config: RunConfig, readonly dataset: Dataset, { weights, ops = createReferenceOps('float32') }: TrainerOptions = {}) {
    const { rows, bytes } = runMemory(config, dataset, ops)
    this.bytes = bytes
    this.ops = ops
    this.origin = weights
    this.batches = new MiniBatches(dataset.train.count, config.batchSize, config.seed)
    const arena = this.arena = ops.arena()
    const { model, optimizer } = this.allocate(() => arena.whole(() => learningParts(config, { rows, arena, input: sparseInput(ops, dataset, rows, arena) })))
    this.model = model
    this.optimizer = optimizer
    arena.seal()
    this.setInitialWeights()
  }

  get params(): readonly NamedParams[] { return this.model.params }
  get stepsPerEpoch(): number { return this.batches.stepsPerEpoch }
  /** Whole passes over the training images */
  get epoch(): number { return Math.floor(this.step / this.stepsPerEpoch) }
  get stepInEpoch(): number { return this.step % this.stepsPerEpoch }

  /** Multiply-adds of a step's largest product, about: what decides how many threads it is worth */
  get work(): number {
    const { input: { value } } = this.model
    return largestProduct(this.config.layers, value.capacity, value instanceof SparseTensor)
  }

  /** Images of the latest mini-batch: fewer at an epoch's end when they do not come out even */
  get rows(): number { return this.model.input.value.rows }

  /** Images of the mini-batch that the activations and gradients are of; null before the first. Valid until the next step. */
  get latestImages(): Uint32Array | null { return this.keptStep < 0 ? null : this.batches.at(this.keptStep).indices }
  /** Images of the mini-batch that is learned next. Valid until the next step. */
  get nextImages(): Uint32Array { return this.batches.at(this.step).indices }
  /** What the optimizer keeps from the steps so far. */
  get kept(): Pick<Optimizer, 'kept' | 'updates'> { return this.optimizer }
  /** Whether every parameter's `before` is what the latest update changed: not before the first, nor after it was taken back. */
  get updated(): boolean { return this.keptStep >= 0 && this.divergence === null }

  /** @throws LabError train.diverged when nothing more can be learned */
  check(): void {
    if (this.divergence) throw divergedError(this.divergence)
  }

  /**
   * Learns one mini-batch.
   * @returns its loss, from before the update; look at `divergence` after it
   * @throws LabError train.diverged after that
   */
  learn(): number {
    this.check()
    const loss = this.gradient(this.step)
    if (!Number.isFinite(loss)) return this.diverge(loss)
    this.keptStep = this.step
    const finite = this.optimizer.step(this.ops, this.params)
    this.step++
    this.loss = loss
    if (!finite) this.diverge(NaN) // as the next loss would be
    return loss
  }

  /** Measures the accuracy of this run's weights. @throws LabError train.memory */
  createEvaluator(): Evaluator {
    return this.allocate(() => new Evaluator(this.config, this.params, this.dataset, this.ops))
  }

  /** Gives the backend's memory back; the run cannot go on after this. */
  dispose(): void { this.arena.dispose() }

  /** Back to the initial weights: the seed's, or the file's at its step. */
  rewind(): void {
    this.optimizer.reset()
    this.divergence = null
    this.loss = null
    this.keptStep = -1
    this.setInitialWeights()
    this.forgetActivations()
  }

  /**
   * The weights as they are now, to be written to a file.
   * @param about the version that writes and, where known for this very step, the accuracies
   */
  weights(about: Pick<WeightsFile, 'version'> & { readonly metrics?: WeightsFile['metrics'] }): WeightsFile {
    const { layers, activation } = this.config
    return {
      architecture: { layers, activation },
      config: this.config,
      step: this.step,
      params: this.params.map(({ name, W, b }) => ({ name, W: float32(W.value.data), b: float32(b.value.data) })),
      metrics: { ...about.metrics, ...(this.loss === null ? {} : { loss: this.loss }) },
      classes: this.origin?.classes ?? Array.from({ length: this.dataset.classes }, (_, i) => String(i)),
      version: about.version,
    }
  }

  /** Typed arrays tell with a RangeError that there is no memory left. */
  private allocate<T>(work: () => T): T {
    try { return work() }
    catch (cause) { throw cause instanceof RangeError ? memoryError(this.bytes) : cause }
  }

  /** The mini-batch of a step, forward and backward. @returns the loss */
  private gradient(step: number): number {
    const { model, ops, dataset: { train } } = this
    const { indices } = this.batches.at(step)
    model.setRows(indices.length)
    fillImages(model.input.value, train, indices, 0, indices.length)
    fillLabels(model.target.value, train, indices, 0, indices.length)
    const loss = model.forward(ops)
    if (Number.isFinite(loss)) model.backward(ops)
    return loss
  }

  /** Keeps the weights whose loss was last finite, with the activations and gradients that belong to them. */
  private diverge(loss: number): number {
    this.divergence = { step: this.step + 1, loss: Number.isNaN(loss) ? 'NaN' : 'Infinity' }
    if (this.keptStep < 0) this.forgetActivations()
    else {
      for (const { W, b } of this.params) for (const { value, before } of [W, b]) this.ops.copy(value, before!)
      this.step = this.keptStep
      this.gradient(this.step)
    }
    return loss
  }

  private setInitialWeights(): void {
    this.step = this.origin?.step ?? 0
    if (!this.origin) return initParams(this.params, this.config.init, this.config.seed)
    setParams(this.params, this.origin.params)
  }

  /** Before the first mini-batch there are no gradients: what another run left behind must not look like some. */
  private forgetActivations(): void {
    for (const { W, b } of this.params) for (const { grad } of [W, b]) grad.memory.fill(0)
    for (const { out } of this.model.layers) for (const tensor of [out.value, out.grad]) tensor?.memory.fill(0)
  }
}

const divergedError = ({ step, loss }: Divergence): LabError =>
  new LabError('train.diverged', `the loss was ${loss} at step ${step}: rewind, or change the settings`, { step, loss })

const float32 = (values: Float32Array | Float64Array): Float32Array => Float32Array.from(values)
