import type { Dataset, Split } from '../data/dataset'
import { fillImages, sparseInput } from '../data/images'
import type { Model } from '../network/model'
import type { ModelTensors } from '../layers/layer'
import { copyTensors } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Arena, Tensor } from '../tensor'
import type { Architecture } from '../config'
import { startsSparse } from './fit'
import { evaluationModel, evaluationRows } from './parts'

/** Number of images per split to evaluate; all if a split has fewer. */
export interface EvaluationSize {
  readonly trainImages: number
  readonly testImages: number
}

/** Fraction of correctly classified images, 0 to 1. */
export interface Evaluation extends EvaluationSize {
  readonly step: number
  /** 0 to 1 */
  readonly trainAccuracy: number
  readonly testAccuracy: number
}

/** For evaluations between epochs: at an accuracy of 0.97 the standard error with 1,000 images is about 0.005. */
export const quickSize: EvaluationSize = { trainImages: 1000, testImages: 1000 }
/** The whole test set, and as many training images. */
export const fullSize: EvaluationSize = { trainImages: 10_000, testImages: 10_000 }

/**
 * Measures accuracy batch by batch, so that training can continue in between. It evaluates a copy of the weights, which further
 * training does not change. Images are visited in a fixed order whose prefixes are spread evenly over the split, because a
 * dataset may be sorted (MNIST's test set begins with the tidier writers).
 */
export class Evaluator {
  private readonly model: Model
  private readonly train: SplitCounter
  private readonly test: SplitCounter
  readonly arena: Arena
  private step = 0

  /**
   * @param source the run's model; `begin` copies its tensors
   * @param ops computes batches of up to 100 images, fewer for a large network
   */
  constructor(architecture: Architecture, private readonly source: ModelTensors, dataset: Dataset, private readonly ops: Ops) {
    const rows = evaluationRows(architecture)
    const arena = this.arena = ops.arena()
    this.model = arena.allOrNothing(() => evaluationModel(architecture, source, { rows, arena, input: startsSparse(architecture) ? sparseInput(ops, dataset, rows, arena) : undefined }))
    arena.seal()
    this.train = new SplitCounter(dataset.train, rows)
    this.test = new SplitCounter(dataset.test, rows)
  }

  /** Frees the backend's memory. */
  dispose(): void { this.arena.dispose() }

  /** Number of images evaluated since `begin`, in both splits. */
  get seen(): number { return this.train.seen + this.test.seen }
  /** Whether an evaluation is in progress. */
  get active(): boolean { return this.train.left > 0 || this.test.left > 0 }

  /** Whether this many images of each split have been evaluated, or all if there are fewer. */
  hasSeen({ trainImages, testImages }: EvaluationSize): boolean { return this.train.hasSeen(trainImages) && this.test.hasSeen(testImages) }

  /** Starts an evaluation of the current weights. @param step of these weights */
  begin(step: number, size: EvaluationSize): void {
    copyTensors(this.model, this.source)
    this.step = step
    this.train.begin(size.trainImages)
    this.test.begin(size.testImages)
  }

  /**
   * Evaluates the next batch, from the split that has progressed less.
   * @returns the accuracy after the last batch, else null
   */
  advance(): Evaluation | null {
    if (!this.active) return null
    const counter = this.train.share <= this.test.share ? this.train : this.test
    counter.advance(this.model, this.ops)
    return this.active ? null : this.accuracy
  }

  /**
   * Ends an evaluation early.
   * @param atLeast minimum number of images for a meaningful result
   * @returns the accuracy so far; null after too few images, or if no evaluation was in progress
   */
  interrupt(atLeast: EvaluationSize): Evaluation | null {
    const { active, accuracy } = this
    const enough = this.hasSeen(atLeast)
    this.train.begin(0)
    this.test.begin(0)
    return active && enough ? accuracy : null
  }

  private get accuracy(): Evaluation {
    return {
      step: this.step,
      trainAccuracy: this.train.correct / this.train.seen, trainImages: this.train.seen,
      testAccuracy: this.test.correct / this.test.seen, testImages: this.test.seen,
    }
  }
}

/** Counts the correctly classified images of one split. */
class SplitCounter {
  correct = 0
  seen = 0
  private wanted = 0
  private readonly indices: Uint32Array
  private readonly stride: number

  constructor(private readonly split: Split, rows: number) {
    this.indices = new Uint32Array(rows)
    this.stride = strideFor(split.count)
  }

  get left(): number { return this.wanted - this.seen }
  hasSeen(images: number): boolean { return this.seen >= Math.min(images, this.wanted) }
  get share(): number { return this.wanted === 0 ? 1 : this.seen / this.wanted }

  begin(images: number): void {
    this.wanted = Math.min(images, this.split.count)
    this.seen = this.correct = 0
  }

  advance(model: Model, ops: Ops): void {
    const { indices, split, stride } = this
    const rows = Math.min(indices.length, this.left)
    for (let n = 0; n < rows; n++) indices[n] = (this.seen + n) * stride % split.count
    model.setRows(rows)
    fillImages(model.input.value, split, indices, 0, rows)
    model.predict(ops)
    const y = model.out.value // (N,M)
    for (let n = 0; n < rows; n++) if (predictedClass(y, n) === split.labels[indices[n]!]) this.correct++
    this.seen += rows
  }
}

/** With an accuracy below this multiple of chance level, a network has learned nothing useful. */
const guessing = 1.5

/**
 * Whether a network is hardly better than chance although it has seen every training image.
 * @param accuracy of the weights after `step` steps
 */
export function isGuessing({ step, testAccuracy }: Pick<Evaluation, 'step' | 'testAccuracy'>, { classes, stepsPerEpoch }: { readonly classes: number, readonly stepsPerEpoch: number }): boolean {
  return step >= stepsPerEpoch && testAccuracy < guessing / classes
}

/** Predicted class of row n; of equal probabilities the first. @param y (N,M) */
export function predictedClass({ data, columns }: Tensor, n = 0): number {
  let best = 0
  for (let m = 1; m < columns; m++) if (data[n * columns + m]! > data[n * columns + best]!) best = m
  return best
}

/** A stride near the golden section of `count`, coprime to it, so that every index is visited once. */
function strideFor(count: number): number {
  const greatestCommonDivisor = (a: number, b: number): number => b === 0 ? a : greatestCommonDivisor(b, a % b)
  let stride = Math.max(1, Math.round(count * 0.6180339887))
  while (greatestCommonDivisor(count, stride) !== 1) stride++
  return stride
}
