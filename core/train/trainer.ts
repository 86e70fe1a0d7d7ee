import type { Architecture, RunConfig } from '../config'
import type { Dataset } from '../data/dataset'
import { sparseInput } from '../data/images'
import type { MiniBatches, Position } from '../data/mini-batches'
import { LabError } from '../errors'
import type { WeightsFile } from '../formats/weights'
import { layerKinds, type LayerRegistry } from '../layers/registry'
import type { Model } from '../network/model'
import { initialize, setTensors } from '../network/params'
import { countParameters } from '../network/shapes'
import type { Ops } from '../ops/ops'
import { createReferenceOps } from '../ops/reference'
import type { Optimizer } from '../optim/optimizer'
import type { Arena } from '../tensor'
import { isSameConfig, needsMemory, positionAfterChange, type RunEvent, type SettingsChange, withChange, withEvents } from './change'
import { divergedError, type Divergence } from './divergence'
import { Evaluator } from './evaluator'
import { architectureOn, maxRunBytes, replaceWithin, reserveMemory, type RunMemory, runMemory, startsSparse, withinMemory } from './fit'
import { firstNonFinite } from './first-non-finite'
import { copyStep, type LatestStep, putStep } from './latest-step'
import { buildModelAndOptimizer } from './parts'
import { batchesOf, type InitialWeights, type Recipe } from './recipe'
import { putState, RecentState, type Snapshot, stateTensors, stepsToKeep } from './snapshot'
import { type PlacedBatch, type Stage, StepComputation, type StepProgress } from './step-computation'
import { OneImage, type Taught } from './taught'
import { weightsFileOf, type WeightsNote } from './weights-file'

export interface TrainerOptions {
  /**
   * Initial weights; left out: drawn from the seed, at step 0. A file names the optimizer but lacks its state, so Momentum,
   * AdaGrad, RMSProp and Adam start with zeros again.
   */
  readonly weights?: InitialWeights
  /** Changes of the settings since the beginning. The trainer is built for the settings after them; restore a snapshot next. */
  readonly events?: readonly RunEvent[]
  /** Left out: the float32 reference */
  readonly ops?: Ops
  /** Kinds of layers; left out: the registered ones */
  readonly registry?: LayerRegistry
  /** The state to continue from; left out: the initial weights */
  readonly from?: Snapshot
}

// Over 200 lines: the state of one run and every transition of it; only these methods may change that state.
/**
 * A training by mini-batch gradient descent. The same config, dataset and kernels give the same weights, bit for bit, with any
 * number of threads; a run that is restored from a snapshot continues as if it had never stopped.
 */
export class Trainer {
  readonly model: Model
  readonly ops: Ops
  /** Loss of the latest mini-batch, null before the first */
  loss: number | null = null
  /** Set when the loss is no longer finite; then training cannot continue until `rewind` or `change`. */
  divergence: Divergence | null = null
  /** Of the latest divergence, the first tensor that was not finite: 'affine1.out'; null when it was only the loss */
  nonFinite: string | null = null
  /** How far the latest step has come if it is computed stage by stage, also when it is complete; null: it was computed at once */
  progress: StepProgress | null = null
  /** Memory of the run in bytes, including its evaluation */
  readonly bytes: number
  /** Approximate multiply-adds of a step's largest product, which determines the number of threads */
  work: number
  readonly arena: Arena
  private batches: MiniBatches
  /** The present settings: the initial ones after all events */
  private settings: RunConfig
  private changes: readonly RunEvent[]
  private readonly optimizer: Optimizer
  private readonly origin: InitialWeights | undefined
  private position: Position
  /** The mini-batch of the latest update, with the order of the images at that time; null before the first */
  private latest: PlacedBatch | null = null
  private readonly computation: StepComputation
  /** A step that has begun, stage by stage */
  private begun: Generator<Stage, number> | null = null
  /** A recent state, from which a divergence is undone */
  private readonly recent: RecentState

  /**
   * @param beginning the settings at the beginning
   * @throws ConfigError network.* or LabError weights.dataset when the network does not fit the dataset
   * @throws LabError train.memory when the memory is too small
   */
  constructor(private beginning: RunConfig, readonly dataset: Dataset, { weights, events = [], ops = createReferenceOps('float32'), registry = layerKinds, from }: TrainerOptions = {}) {
    const config = withEvents(beginning, events, architectureOn(beginning.network, dataset.info).input, registry)
    const { rows, bytes, work, products } = runMemory(config, dataset, ops, { registry })
    const architecture = architectureOn(config.network, dataset.info)
    this.settings = config
    this.changes = events
    this.bytes = bytes
    this.work = work
    this.ops = ops
    this.origin = weights
    this.batches = batchesOf(config, dataset)
    this.position = this.batches.positionAt(this.firstStep)
    const arena = this.arena = ops.arena()
    const { model, optimizer, recent } = withinMemory(bytes, () => arena.allOrNothing(() => {
      const input = startsSparse(config.network, registry) ? sparseInput(ops, dataset, rows, arena) : undefined
      const parts = buildModelAndOptimizer(architecture, config, { rows, arena, input, registry })
      ops.reserve(products)
      return { ...parts, recent: new RecentState(parts, config.optimizer.kind, stepsToKeep(countParameters(architecture, registry) * rows)) }
    }))
    this.model = model
    this.optimizer = optimizer
    this.recent = recent
    this.computation = new StepComputation({ model, optimizer, dataset, ops, beforeUpdate: () => { recent.beforeUpdate() } })
    arena.seal()
    if (from) this.restore(from)
    else this.setInitialWeights()
  }

  /**
   * Learns one mini-batch, or the rest of one that has begun.
   * @returns its loss, computed before the update; check `divergence` afterwards
   * @throws LabError train.diverged when the run had already diverged
   */
  learn(): number {
    const step = this.begun ?? this.begin()
    this.begun = null
    const loss = this.completeWith(step)
    if (this.progress) this.progress = this.computation.complete
    return loss
  }

  /**
   * Computes the next stage of a step; begins one if none has begun. The last stage completes the step; so does a loss that is not finite.
   * @returns the loss of the completed step; null while there are stages left
   * @throws LabError train.diverged when the run had already diverged
   */
  advance(): number | null {
    if (!this.begun) this.recent.askForNext()
    const step = this.begun ?? this.begin()
    this.begun = null // also when the stage fails
    const next = step.next()
    if (next.done) return this.complete(next.value)
    this.progress = this.computation.progressAt(next.value)
    if (this.computation.endsWith(next.value)) return this.completeWith(step)
    this.begun = step
    return null
  }

  /** Whether a step has begun, and is not complete. */
  get hasBegun(): boolean { return this.begun !== null }

  /** Does work with the state before the step that has begun, which then goes on. */
  betweenSteps<T>(work: () => T): T {
    const { begun } = this
    if (!begun) return work()
    this.begun = null
    const putBack = this.recent.exchange()
    try { return work() }
    finally {
      putBack()
      this.begun = begun
    }
  }

  private completeWith(step: Generator<Stage, number>): number {
    for (;;) {
      const { done, value } = step.next()
      if (done) return this.complete(value)
    }
  }

  /** Completes a step that has begun. */
  finishStep(): void { if (this.begun) this.learn() }

  /**
   * Loss of the mini-batch whose activations and gradients the model has: after a divergence the one whose update was undone,
   * else that of the latest step.
   */
  get lossShown(): number | null { return this.divergence && this.latest ? this.model.loss : this.loss }

  private begin(): Generator<Stage, number> {
    this.check()
    this.progress = null
    this.recent.beginStep(this.position, this.loss)
    return this.computation.run(this.batches, this.position, this.settings.seed)
  }

  /** Ends a step after its computation: moves to the next position, or undoes a divergence. @param loss of the step @returns the loss */
  private complete(loss: number): number {
    const { position, batches } = this
    if (!Number.isFinite(loss)) {
      this.diverge(loss, firstNonFinite(this.model, false))
      return loss
    }
    this.latest = { position, batches }
    this.position = batches.after(position)
    this.loss = loss
    if (!this.computation.finite) this.diverge(NaN, firstNonFinite(this.model, true)) // the next loss would be NaN
    return loss
  }

  /**
   * Ends the run in the state before the update that led to the loss, the optimizer's included, by repeating the steps since
   * the latest kept state; then recomputes the activations and gradients of that update.
   */
  private diverge(loss: number, nonFinite: string | null): void {
    const { latest } = this
    const divergence = { step: this.position.step + 1, loss: Number.isNaN(loss) ? 'NaN' : 'Infinity' }
    this.restore(this.recent.latest)
    if (latest) {
      while (this.position.step < latest.position.step) this.learn()
      this.computation.repeat(latest, this.settings.seed)
      this.latest = latest
    }
    this.divergence = divergence
    this.nonFinite = nonFinite
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
    this.begun = this.progress = null
    putState(snapshot, this.model, this.optimizer, this.config.optimizer.kind)
    this.position = snapshot.position
    this.loss = snapshot.loss
    this.latest = null
    this.divergence = null
    this.model.clear() // activations and gradients belong to another step
    this.recent.take(this.position, this.loss)
  }

  /** Returns to the initial weights: from the seed, or from the file and at its step. The run then begins with the present settings. */
  rewind(): void {
    this.begun = this.progress = null
    this.optimizer.reset()
    this.divergence = null
    this.loss = null
    this.latest = null
    this.beginning = this.settings
    this.changes = []
    this.position = this.batches.positionAt(this.firstStep)
    this.setInitialWeights()
    this.model.clear() // the activations and gradients belong to the old run
  }

  private setInitialWeights(): void {
    initialize(this.model, this.config.init, this.config.seed)
    if (this.origin) setTensors(this.model, this.origin.tensors)
    this.recent.take(this.position, this.loss)
  }

  /** The present settings. */
  get config(): RunConfig { return this.settings }
  /** Changes of the settings since the beginning */
  get events(): readonly RunEvent[] { return this.changes }
  private get architecture(): Architecture { return architectureOn(this.settings.network, this.dataset.info) }
  /** Everything that leads from the initial weights to the present state. */
  get recipe(): Recipe {
    const { beginning: config, changes: events, origin } = this
    return { config, events, ...origin && { first: { step: origin.step, tensors: origin.tensors } } }
  }

  /**
   * Changes settings between two steps; completes a step that has begun. A change that needs other memory (another optimizer,
   * a larger batch, weight decay switched on or off) continues in a new trainer, and this one is disposed of. A run that has
   * diverged continues from its last finite state. The same settings are no change.
   * @param max memory limit of the old and the new trainer together; beyond it the old one is disposed of first
   * @returns this trainer or the new one
   * @throws ConfigError, LabError train.memory, in which case nothing has changed
   */
  change(change: SettingsChange, max = maxRunBytes): Trainer {
    const { settings: before, dataset, model: { input, registry }, ops } = this
    const config = withChange(before, change, this.architecture.input, registry)
    if (isSameConfig(config, before, registry)) return this
    const memory = runMemory(config, dataset, ops, { max, registry })
    this.finishStep()
    const events = [...this.changes, { step: this.step, change }]
    const position = positionAfterChange(this.position, before, config)
    if (memory.rows > input.value.capacity || needsMemory(before, config)) return this.rebuilt(events, position, memory, max)
    this.work = memory.work
    return this.configured(config, events, position)
  }

  /**
   * Learns one image between two steps, with the present optimizer; the position stays. Completes a step that has begun.
   * @throws LabError teach.diverged, train.memory: then nothing has changed
   */
  teach(taught: Taught): void {
    this.finishStep()
    this.check()
    const { position, loss, optimizer, settings: { seed }, recent } = this
    recent.take(position, loss)
    const image = this.readOne()
    try {
      if (!image.learn(taught, { optimizer, seed, step: this.step })) {
        this.restore(recent.latest)
        throw new LabError('teach.diverged', 'a loss or a weight is not finite')
      }
    }
    finally { image.dispose() }
    this.changes = [...this.changes, { step: this.step, change: {}, taught }]
    this.latest = this.progress = null
    this.model.clear() // activations and gradients belong to other weights
    recent.take(position, loss)
  }

  /** The network for one image, with this run's weights. @throws LabError train.memory */
  readOne(): OneImage { return withinMemory(this.bytes, () => new OneImage(this.model, this.architecture, this.dataset, this.ops)) }

  /** Makes a change of a recorded run, or learns an image that it was taught. @throws LabError as `change` and `teach` */
  repeat({ change, taught }: Pick<RunEvent, 'change' | 'taught'>, max?: number): Trainer {
    if (!taught) return this.change(change, max)
    this.teach(taught)
    return this
  }

  /** This trainer with settings that need no other memory. */
  private configured(config: RunConfig, events: readonly RunEvent[], position: Position): this {
    this.settings = config
    this.changes = events
    this.position = position
    this.divergence = this.progress = null
    this.batches = batchesOf(config, this.dataset)
    this.optimizer.configure(config)
    config.network.layers.forEach((spec, i) => { this.model.layers[i]!.configure?.(spec) })
    this.recent.take(position, this.loss) // the steps before it had other settings
    return this
  }

  /** A new trainer in this one's state; this one is disposed of. @throws LabError train.memory: then this one is unchanged */
  private rebuilt(events: readonly RunEvent[], position: Position, memory: RunMemory, max: number): Trainer {
    const { beginning, dataset, ops, origin, model: { registry } } = this
    const { snapshot, step } = withinMemory(memory.bytes, () => ({ snapshot: this.snapshot(), step: this.updated ? copyStep(this.model) : null }))
    const next = replaceWithin({
      bothFit: this.bytes + memory.bytes <= max,
      reserve: () => reserveMemory(memory, { dataset, ops, instead: [this.arena], max }),
      dispose: () => { this.dispose() },
      build: () => new Trainer(beginning, dataset, { ops, events, registry, from: { ...snapshot, position }, ...origin && { weights: origin } }),
    })
    if (step) next.showStep(this.latest!, step)
    return next
  }

  /** Makes another trainer's latest step the one that views show, after its state was restored. */
  private showStep(latest: PlacedBatch, step: LatestStep): void {
    this.computation.load(latest.batches, latest.position)
    putStep(step, this.model)
    this.latest = latest
  }

  get step(): number { return this.position.step }
  /** Step of the initial weights: 0, or the file's */
  get firstStep(): number { return this.origin?.step ?? 0 }
  get stepsPerEpoch(): number { return this.batches.stepsPerEpoch }
  /** Completed passes over the training images */
  get epoch(): number { return this.position.epoch }
  get stepInEpoch(): number { return Math.floor(this.position.seen / this.config.batchSize) }

  /** Rows of the latest mini-batch; the last one of an epoch may be short */
  get rows(): number { return this.model.input.value.rows }

  /** Image indices of the mini-batch that activations and gradients belong to; null before the first. Valid until the next step. */
  get latestImages(): Uint32Array | null {
    if (this.begun) return this.nextImages
    return this.latest && this.latest.batches.at(this.latest.position).subarray(0, this.rows)
  }

  /** Mini-batches learned before the one that activations and gradients belong to; null before the first */
  get latestStep(): number | null { return this.begun ? this.step : this.latest?.position.step ?? null }

  /** Image indices of the next mini-batch. Valid until the next step. */
  get nextImages(): Uint32Array { return this.batches.at(this.position) }
  /** The optimizer's state. */
  get optimizerState(): Pick<Optimizer, 'state' | 'updates'> { return this.optimizer }
  /** Whether every parameter's `before` is its value before the latest update: false before the first, and after it was undone. */
  get updated(): boolean { return this.latest !== null && this.latest.position.step < this.step }

  /**
   * A state from which the latest step can be computed again, also one that has only begun, and the number of mini-batches before
   * that step; null before the first. The state may be a later one, after a change of the settings.
   */
  get replayable(): { readonly from: Snapshot, readonly step: number } | null {
    const { latestStep: step } = this
    return step === null ? null : { from: this.recent.latest, step }
  }

  /** Keeps the state before the next step, so that this step alone is computed again from `replayable`. */
  keepNext(): void { this.recent.askForNext() }

  /** @throws LabError train.diverged when training cannot continue */
  check(): void {
    if (this.divergence) throw divergedError(this.divergence)
  }

  /** Creates an evaluator for this run's weights. @throws LabError train.memory */
  createEvaluator(): Evaluator {
    const { dataset, ops, batches } = this
    return withinMemory(this.bytes, () => new Evaluator(this, { dataset, ops, batches }))
  }

  /** The current weights, for a weights file. */
  weights(note: WeightsNote): WeightsFile {
    this.finishStep()
    const { config, architecture, step, loss, model, classes } = this
    return weightsFileOf({ config, architecture, step, loss, model, classes, dataset: this.dataset.info }, note)
  }

  /** Frees the backend's memory; the run cannot continue afterwards. */
  dispose(): void { this.arena.dispose() }

  /** Names of the classes, from the file of the initial weights or from the dataset */
  get classes(): readonly string[] { return this.origin?.classes ?? this.dataset.info.classes }
}
