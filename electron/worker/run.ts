import { checkRunConfig, checkWeightsFit, Curves, configOf, type Dataset, type Evaluator, type Ops, readWeights, type RunConfig, Trainer } from '@core'
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
  constructor({ trainer, origin }: Beginning, clock: Clock, told: (evaluation: Evaluation) => void) {
    this.trainer = trainer
    this.origin = origin
    this.firstStep = trainer.step
    this.evaluator = evaluatorOf(trainer)
    this.evaluations = new Evaluations(this.evaluator, clock, (evaluation) => {
      this.curves.takeEvaluation(evaluation)
      told(evaluation)
    })
    this.blocks = trainer.model.layers.map(({ name, kind, input, out }) => ({ name, kind, inputs: input.value.columns, outputs: out.value.columns }))
  }

  rewind(): void {
    this.trainer.rewind()
    this.evaluations.clear()
    this.curves.clear()
    this.ranMs = 0
  }

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

/** What a run begins with. */
export interface Beginning {
  readonly trainer: Trainer
  readonly origin: RunOrigin
}

/** @throws ConfigError and LabErrors that say what does not fit */
export function fromConfig(config: RunConfig, dataset: Dataset, ops: Ops): Beginning {
  return { trainer: new Trainer(checkRunConfig(config), dataset, { ops }), origin: { from: 'seed' } }
}

/** @throws FormatError and LabErrors that say what does not fit */
export function fromWeights({ name, bytes }: NamedWeights, dataset: Dataset, ops: Ops): Beginning {
  const weights = readWeights(bytes, name)
  checkWeightsFit(weights, dataset, name)
  return { trainer: new Trainer(checkRunConfig(configOf(weights)), dataset, { weights, ops }), origin: { from: 'file', name, step: weights.step, ...weights.gaps && { gaps: weights.gaps } } }
}
