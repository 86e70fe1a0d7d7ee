import type { Dataset } from '../data/dataset'
import { sparseInput } from '../data/images'
import type { MiniBatches } from '../data/mini-batches'
import type { Model } from '../network/model'
import { copyTensors } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Arena } from '../tensor'
import { ActivityCounter } from './activity-counter'
import { type EvaluatedSplit, evaluatedSplits, type Evaluation, type EvaluationSize } from './evaluation'
import { startsSparse } from './fit'
import { evaluationModel, evaluationRows } from './parts'
import { SplitCounter } from './split-counter'

/** A training whose current weights are evaluated. */
export interface Evaluated {
  readonly model: Model
  /** Step of its weights */
  readonly step: number
  /** Epochs completed by then */
  readonly epoch: number
  /** Completes a step that has begun, so that weights and buffers are those after a step. */
  finishStep(): void
}

export interface EvaluatorOptions {
  readonly dataset: Dataset
  /** Computes batches of up to 100 images, fewer for a large network */
  readonly ops: Ops
  /** Which training images are learned from, and which are for validation; left out: all are learned from */
  readonly batches?: Pick<MiniBatches, 'learned' | 'validation'>
}

/**
 * Measures loss and accuracy batch by batch, so that training can continue in between: it evaluates a copy of the weights.
 * The training part leaves out the validation images.
 */
export class Evaluator {
  readonly arena: Arena
  private readonly model: Model
  private readonly ops: Ops
  private readonly counters: Readonly<Record<EvaluatedSplit, SplitCounter>>
  private readonly activity: ActivityCounter
  private step = 0
  private epoch = 0

  /** @param source `begin` copies its model's tensors @throws RangeError when the memory is too small */
  constructor(private source: Evaluated, { dataset, ops, batches }: EvaluatorOptions) {
    const { architecture, registry } = source.model
    const rows = evaluationRows(architecture, registry)
    const arena = this.arena = ops.arena()
    this.ops = ops
    this.model = arena.allOrNothing(() => evaluationModel(source.model, { rows, arena, input: startsSparse(architecture, registry) ? sparseInput(ops, dataset, rows, arena) : undefined }))
    arena.seal()
    this.activity = new ActivityCounter(this.model)
    const { train, test, info: { classes: { length: classes } } } = dataset
    this.counters = {
      train: new SplitCounter({ split: train, indices: batches?.learned, classes, rows }),
      validation: new SplitCounter({ split: train, indices: batches?.validation ?? new Uint32Array(), classes, rows }),
      test: new SplitCounter({ split: test, classes, rows }),
    }
  }

  /** Evaluates another training of the same network from the next `begin` on. */
  follow(source: Evaluated): void { this.source = source }

  /** Frees the backend's memory. */
  dispose(): void { this.arena.dispose() }

  /** Number of images evaluated since `begin`, in all splits. */
  get seen(): number { return this.counters.train.seen + this.counters.validation.seen + this.counters.test.seen }
  /** Number of images that are still to be evaluated, in all splits. */
  get left(): number { return this.counters.train.left + this.counters.validation.left + this.counters.test.left }
  /** Whether an evaluation is in progress. */
  get active(): boolean { return this.left > 0 }

  /** Whether this many images of each split have been evaluated, or all if there are fewer. */
  hasSeen(size: EvaluationSize): boolean { return evaluatedSplits.every(split => this.counters[split].hasSeen(size[split] ?? 0)) }

  /** Starts an evaluation of the current weights. Completes a step that has begun. */
  begin(size: EvaluationSize): void {
    const { source } = this
    source.finishStep()
    copyTensors(this.model, source.model)
    this.step = source.step
    this.epoch = source.epoch
    this.activity.begin()
    for (const split of evaluatedSplits) this.counters[split].begin(size[split] ?? 0)
  }

  /**
   * Evaluates the next batch, from the split that has progressed least.
   * @returns the evaluation after its last batch, else null
   */
  advance(): Evaluation | null {
    if (!this.active) return null
    const { train, validation, test } = this.counters
    const least = train.share <= validation.share ? train : validation
    const next = least.share <= test.share ? least : test
    next.advance(this.model, this.ops)
    if (next === train) this.activity.take(this.model.input.value.rows)
    return this.active ? null : this.evaluation
  }

  /**
   * Ends an evaluation early.
   * @param atLeast minimum number of images for a meaningful result
   * @returns the evaluation so far; null after too few images, or if none was in progress
   */
  interrupt(atLeast: EvaluationSize): Evaluation | null {
    const evaluation = this.active && this.hasSeen(atLeast) ? this.evaluation : null
    for (const split of evaluatedSplits) this.counters[split].begin(0)
    return evaluation
  }

  private get evaluation(): Evaluation {
    const { step, epoch, counters: { train, validation, test } } = this
    return { step, epoch, train: train.score, validation: validation.seen > 0 ? validation.score : null, test: test.score, activity: this.activity.activity }
  }
}
