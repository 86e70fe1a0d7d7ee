import { type Arena, checkRunConfig, checkWeightsFit, configOf, Curves, type Dataset, type Evaluation, type Evaluator, type Finding, LabError, type Ops, readWeights, type Recorded, reserveMemory, type RunConfig, runMemory, type SettingsChange, type Taught, Trainer, Watch, type WeightsFile } from '@core'
import type { Block, MistakesFrame, MistakesQuery, NamedWeights, RunOrigin, RunState } from '@contract'
import type { Clock } from './clock'
import { Evaluations } from './evaluations'
import { mistakes } from './mistakes'

/** A trainer with its curves and evaluations so far. */
export class Run {
  /** The curves that the window shows */
  readonly curves = new Curves()
  readonly evaluations: Evaluations
  readonly blocks: readonly Block[]
  /** Milliseconds of training, without pauses */
  trainedMs = 0
  #trainer: Trainer
  #watch: Watch
  readonly origin: RunOrigin
  /** What it was forked from; null: nothing */
  parent: RunState['parent']
  /** Step of the initial weights: 0, or the file's */
  readonly firstStep: number
  private readonly evaluator: Evaluator

  /**
   * @param onEvaluation called after every evaluation
   * @throws LabError train.memory, after freeing the trainer's memory
   */
  constructor({ build, origin, parent = null, recorded }: RunPlan, clock: Clock, onEvaluation: (evaluation: Evaluation) => void) {
    const trainer = this.#trainer = build()
    this.origin = origin
    this.parent = parent
    this.firstStep = trainer.firstStep
    if (recorded) this.curves.recall(recorded, trainer.step)
    this.#watch = new Watch(trainer)
    this.evaluator = evaluatorOf(trainer)
    this.evaluations = new Evaluations(this.evaluator, clock, (evaluation) => {
      this.curves.takeEvaluation(evaluation)
      if (this.curves.latest !== evaluation) return // it was repeated to record its answers
      this.#watch.evaluated(evaluation)
      onEvaluation(evaluation)
    })
    this.blocks = trainer.model.layers.map(({ name, kind, x, out }) => ({ name, kind, inputs: x.columns, outputs: out.columns }))
  }

  get trainer(): Trainer { return this.#trainer }
  /** What is wrong with it; a new array whenever it changes */
  get findings(): readonly Finding[] { return this.#watch.findings }

  /** Learns one mini-batch. @returns its loss */
  learn(): number {
    const loss = this.trainer.learn()
    this.#watch.learned(this.trainer)
    return loss
  }

  /** Computes the next stage of a mini-batch. @returns its loss when it is complete, else null */
  advance(): number | null {
    const loss = this.trainer.advance()
    if (loss !== null) this.#watch.learned(this.trainer)
    return loss
  }

  /**
   * Changes settings between two mini-batches, or learns an image that another run was taught; curves and evaluations continue.
   * @param maxBytes memory limit of two trainers while one replaces the other
   * @param taught the image, instead of a change
   * @throws ConfigError, LabError train.memory, teach.diverged: then nothing has changed
   */
  change(change: SettingsChange, maxBytes: number, taught?: Taught): void {
    this.#trainer = this.trainer.repeat({ change, ...taught && { taught } }, maxBytes)
    this.evaluator.follow(this.trainer)
    this.#watch.changed(this.trainer)
  }

  /** The steps after this one were undone: forgets what was measured of their weights. */
  undoAfter(step: number): void {
    this.evaluations.undoAfter(step)
    this.curves.undoAfter(step)
  }

  rewind(): void {
    this.trainer.rewind()
    this.#watch = new Watch(this.trainer)
    this.evaluations.clear()
    this.curves.clear()
    this.parent = null // another run begins
    this.trainedMs = 0
  }

  /** The state of its network for a file, with the accuracies of this step if they are known: measured, or recorded before the run was continued. */
  weights(version: string): WeightsFile { return this.trainer.weights({ version, evaluation: this.curves.evaluations.at(-1) ?? null }) }

  /** The answers to one split's images by the latest recorded evaluation; null before there is one, see {@link Evaluations.answers}. */
  mistakes(query: MistakesQuery, running: boolean): { readonly frame: Omit<MistakesFrame, 'runId'> | null } | null {
    const { trainer, evaluations, evaluator } = this
    const recorded = evaluations.answers(trainer.step, running)
    return recorded && { frame: mistakes(recorded, trainer, evaluator.imagesIn(query.split), query) }
  }

  /** Its arenas in the backend's memory */
  get arenas(): readonly Arena[] { return [this.trainer.arena, this.evaluator.arena] }

  /** Frees its memory. */
  dispose(): void {
    this.evaluations.abandonAnswers()
    this.evaluator.dispose()
    this.trainer.dispose()
  }
}

function evaluatorOf(trainer: Trainer): Evaluator {
  try { return trainer.createEvaluator() }
  catch (cause) {
    trainer.dispose()
    throw cause
  }
}

/** A validated run that is not built yet: nothing is allocated, and only a lack of memory can still prevent it. */
export interface RunPlan {
  readonly origin: RunOrigin
  /** What it was forked from, if it was */
  readonly parent?: RunState['parent']
  /** False: its past is not kept */
  readonly isKept?: boolean
  /** Its curves until now, if it was recorded */
  readonly recorded?: Recorded
  /** Memory that the run needs */
  readonly bytes: number
  /** @throws LabError train.memory */
  build(): Trainer
  /**
   * Makes sure that the memory will suffice once another run is disposed; leaves that run untouched.
   * @returns a function that releases the reservation
   * @throws LabError train.memory
   */
  reserve(instead: Run): () => void
}

/** What every run is built from. */
export interface RunSources {
  readonly dataset: Dataset
  readonly ops: Ops
  /** Memory limit of one run; omitted: 1 GB */
  readonly maxBytes?: number
}

/** @throws ConfigError and LabErrors that name the invalid value */
export function fromConfig(given: RunConfig, sources: RunSources): RunPlan {
  const config = checkRunConfig(given)
  const { id } = sources.dataset.info
  if (config.dataset !== id) throw new LabError('train.dataset', `the training thread has the dataset ${id}, the settings name ${config.dataset}`, { wanted: id, found: config.dataset })
  return planOf(config, sources, { from: 'seed' })
}

/** @throws FormatError and LabErrors that name the invalid value */
export function fromWeights({ name, bytes }: NamedWeights, sources: RunSources): RunPlan {
  const weights = readWeights(bytes, name)
  checkWeightsFit(weights, sources.dataset.info, name)
  return planOf({ ...checkRunConfig(configOf(weights)), dataset: sources.dataset.info.id }, sources, { from: 'file', name, step: weights.step, ...weights.gaps && { gaps: weights.gaps } }, weights)
}

function planOf(config: RunConfig, { dataset, ops, maxBytes }: RunSources, origin: RunOrigin, weights?: WeightsFile): RunPlan {
  const memory = runMemory(config, dataset, ops, { max: maxBytes })
  return {
    origin, bytes: memory.bytes,
    build: () => new Trainer(config, dataset, { ops, ...weights && { weights } }),
    reserve: instead => reserveMemory(memory, { dataset, ops, instead: instead.arenas, max: maxBytes }),
  }
}
