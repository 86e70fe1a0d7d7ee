import type { Dataset } from '../data/dataset'
import { sparseInput } from '../data/images'
import type { MiniBatches } from '../data/mini-batches'
import type { Model } from '../network/model'
import { copyTensors } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Arena } from '../tensor'
import { ActivityCounter } from './activity-counter'
import type { Answers } from './answers'
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
  /** Does work with weights and buffers between two steps, not in the middle of one. */
  betweenSteps<T>(work: () => T): T
}

/** An evaluation whose answers were recorded. */
export interface RecordedEvaluation {
  readonly evaluation: Evaluation
  readonly answers: Readonly<Record<EvaluatedSplit, Answers>>
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
  #recorded: RecordedEvaluation | null = null
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

  /** The latest evaluation, if its answers were recorded. */
  get recorded(): RecordedEvaluation | null { return this.#recorded }
  /** Number of images in a split. */
  imagesIn(split: EvaluatedSplit): number { return this.counters[split].count }

  /** Number of images evaluated since `begin`, in all splits. */
  get seen(): number { return this.counters.train.seen + this.counters.validation.seen + this.counters.test.seen }
  /** Number of images that are still to be evaluated, in all splits. */
  get left(): number { return this.counters.train.left + this.counters.validation.left + this.counters.test.left }
  /** Whether an evaluation is in progress. */
  get active(): boolean { return this.left > 0 }

  /** Whether this many images of each split have been evaluated, or all if there are fewer. */
  hasSeen(size: EvaluationSize): boolean { return evaluatedSplits.every(split => this.counters[split].hasSeen(size[split] ?? 0)) }

  /**
   * Starts an evaluation of the current weights; of a step that has begun, those before it.
   * @param recorded whether the answer to each image is recorded
   */
  begin(size: EvaluationSize, recorded = false): void {
    const { source } = this
    source.betweenSteps(() => { copyTensors(this.model, source.model) })
    this.step = source.step
    this.epoch = source.epoch
    this.activity.begin()
    for (const split of evaluatedSplits) this.counters[split].begin(size[split] ?? 0, recorded)
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
    if (next === train) this.activity.take(this.ops, this.model.input.value.rows)
    return this.active ? null : this.end()
  }

  /**
   * Ends an evaluation early.
   * @param atLeast minimum number of images for a meaningful result
   * @returns the evaluation so far; null after too few images, or if none was in progress
   */
  interrupt(atLeast: EvaluationSize): Evaluation | null {
    const evaluation = this.active && this.hasSeen(atLeast) ? this.end() : null
    for (const split of evaluatedSplits) this.counters[split].begin(0, false)
    return evaluation
  }

  private end(): Evaluation {
    const { step, epoch, counters: { train, validation, test } } = this
    const evaluation = { step, epoch, train: train.score, validation: validation.seen > 0 ? validation.score : null, test: test.score, activity: this.activity.activity }
    this.#recorded = train.answers && validation.answers && test.answers
      ? { evaluation, answers: { train: train.answers, validation: validation.answers, test: test.answers } }
      : null
    return evaluation
  }
}
