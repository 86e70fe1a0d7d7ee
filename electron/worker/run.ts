import { type Arena, checkRunConfig, checkWeightsFit, Curves, configOf, type Dataset, type Evaluator, memoryError, type Ops, readWeights, type RunConfig, runMemory, sparseInput, Trainer, type WeightsFile } from '@core'
import type { Block, Evaluation, NamedWeights, RunOrigin } from '@contract'
import type { Clock } from './clock'
import { Evaluations } from './evaluations'

/** A trainer with what was seen of it so far. */
export class Run {
  /** What a window shows of it */
  readonly curves = new Curves()
  readonly evaluations: Evaluations
  readonly blocks: readonly Block[]
  /** Milliseconds it has gone, without the pauses */
  ranMs = 0
  readonly trainer: Trainer
  readonly origin: RunOrigin
  /** Where it began: 0, or a file's step */
  readonly firstStep: number
  private readonly evaluator: Evaluator

  /**
   * @param told of every finished evaluation
   * @throws LabError train.memory; then the trainer's memory is given back, too
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

  /** Whatever it has in the backend's memory */
  get arenas(): readonly Arena[] { return [this.trainer.arena, this.evaluator.arena] }

  /** Gives its memory back. */
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

/** What a run begins with. All that can be refused was refused before there is one, and nothing is allocated yet. */
export interface Beginning {
  readonly origin: RunOrigin
  /** What the run will take of memory */
  readonly bytes: number
  /** @throws LabError train.memory */
  build(): Trainer
  /**
   * Makes sure that it can be built once another run is disposed, which is left as it is.
   * @returns what ends that
   * @throws LabError train.memory
   */
  reserve(instead: Run): () => void
}

/** What runs are made of. */
export interface Ground {
  readonly dataset: Dataset
  readonly ops: Ops
  /** That one run may take, and two while one takes the other's place; left out: 1 GB */
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
