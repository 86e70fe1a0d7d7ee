import { type Arena, checkRunConfig, checkWeightsFit, Curves, configOf, type Dataset, type Evaluator, memoryError, type Ops, readWeights, type RunConfig, runMemory, sparseInput, Trainer, type WeightsFile } from '@core'
import type { Block, Evaluation, NamedWeights, RunOrigin } from '@contract'
import type { Clock } from './clock'
import { Evaluations } from './evaluations'

/** A trainer with its curves and evaluations so far. */
export class Run {
  /** What the window shows */
  readonly curves = new Curves()
  readonly evaluations: Evaluations
  readonly blocks: readonly Block[]
  /** Milliseconds of training, without pauses */
  ranMs = 0
  readonly trainer: Trainer
  readonly origin: RunOrigin
  /** Where it began: 0, or a file's step */
  readonly firstStep: number
  private readonly evaluator: Evaluator

  /**
   * @param told of every finished evaluation
   * @throws LabError train.memory; then the trainer's memory is freed, too
   */
  constructor({ build, origin }: Beginning, clock: Clock, told: (evaluation: Evaluation) => void) {
    const trainer = this.trainer = build()
    this.origin = origin
    this.firstStep = trainer.step
    this.evaluator = evaluatorOf(trainer)
    this.evaluations = new Evaluations(this.evaluator, clock, (evaluation) => {
      this.curves.takeEvaluation(evaluation)
      told(evaluation)
    })
    this.blocks = trainer.model.layers.map(({ name, kind, x, out }) => ({ name, kind, inputs: x.columns, outputs: out.columns }))
  }

  rewind(): void {
    this.trainer.rewind()
    this.evaluations.clear()
    this.curves.clear()
    this.ranMs = 0
  }

  /** All of its arenas in the backend's memory */
  get arenas(): readonly Arena[] { return [this.trainer.arena, this.evaluator.arena] }

  /** Frees its memory. */
  dispose(): void {
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

/** A checked run before it is built: everything that can be refused has been, and nothing is allocated. */
export interface Beginning {
  readonly origin: RunOrigin
  /** Memory that the run will take */
  readonly bytes: number
  /** @throws LabError train.memory */
  build(): Trainer
  /**
   * Makes sure that it can be built once another run is disposed; that run is not touched.
   * @returns a function that gives the reservation up
   * @throws LabError train.memory
   */
  reserve(instead: Run): () => void
}

/** What every run is built on. */
export interface Ground {
  readonly dataset: Dataset
  readonly ops: Ops
  /** Limit for one run, and for two while one replaces the other; left out: 1 GB */
  readonly maxBytes?: number
}

/** @throws ConfigError and LabErrors that say what does not fit */
export function fromConfig(config: RunConfig, ground: Ground): Beginning {
  return beginning(checkRunConfig(config), ground, { from: 'seed' })
}

/** @throws FormatError and LabErrors that say what does not fit */
export function fromWeights({ name, bytes }: NamedWeights, ground: Ground): Beginning {
  const weights = readWeights(bytes, name)
  checkWeightsFit(weights, ground.dataset, name)
  return beginning(checkRunConfig(configOf(weights)), ground, { from: 'file', name, step: weights.step, ...weights.gaps && { gaps: weights.gaps } }, weights)
}

function beginning(config: RunConfig, { dataset, ops, maxBytes }: Ground, origin: RunOrigin, weights?: WeightsFile): Beginning {
  const { bytes, blocks } = runMemory(config, dataset, ops, maxBytes)
  return {
    origin, bytes,
    build: () => new Trainer(config, dataset, { ops, ...weights && { weights } }),
    reserve(instead) {
      const arena = ops.arena()
      try {
        sparseInput(ops, dataset, 1, arena) // holds the packed images: the next run reads them, too
        arena.reserve(blocks, instead.arenas)
      }
      catch (cause) {
        arena.dispose()
        throw cause instanceof RangeError ? memoryError(bytes, maxBytes) : cause
      }
      return () => arena.dispose()
    },
  }
}
