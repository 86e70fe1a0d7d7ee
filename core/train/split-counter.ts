import type { Split } from '../data/dataset'
import { fillImages, fillTarget } from '../data/images'
import type { Model } from '../network/model'
import type { Ops } from '../ops/ops'
import type { Tensor } from '../tensor'
import { Answers } from './answers'
import type { ClassScore } from './evaluation'

/** The images of one evaluated split. */
export interface CountedImages {
  /** Where the images are */
  readonly split: Split
  /** Indices of its images in the split; left out: all of them */
  readonly indices?: Uint32Array | undefined
  /** Number of the dataset's classes */
  readonly classes: number
  /** Images in the largest batch */
  readonly rows: number
}

/**
 * Counts the right answers on one split and sums its loss, batch by batch; no batch allocates. On request it also records
 * the answer to each image. Images are visited in a fixed
 * order whose prefixes are spread evenly, because a dataset may be sorted (MNIST's test set begins with the tidier writers).
 */
export class SplitCounter {
  seen = 0
  /** Number of images in the split */
  readonly count: number
  /** The answers of this evaluation so far; null when they are not recorded */
  answers: Answers | null = null
  private wanted = 0
  private lossSum = 0
  private readonly correct: Uint32Array
  private readonly counts: Uint32Array
  /** Indices of the current batch (rows) */
  private readonly batch: Uint32Array
  private readonly order: (place: number) => number

  constructor(private readonly images: CountedImages) {
    const { split, indices, classes, rows } = images
    this.count = indices?.length ?? split.count
    this.correct = new Uint32Array(classes)
    this.counts = new Uint32Array(classes)
    this.batch = new Uint32Array(rows)
    this.order = evenOrder(this.count)
  }

  /** Images of this evaluation that are still to be seen. */
  get left(): number { return this.wanted - this.seen }
  /** Whether this many images have been seen, or all if the evaluation has fewer. */
  hasSeen(images: number): boolean { return this.seen >= Math.min(images, this.wanted) }
  /** Progress, 0 to 1. */
  get share(): number { return this.wanted === 0 ? 1 : this.seen / this.wanted }

  /** @param images to be seen; all if the split has fewer @param recorded whether the answers are recorded */
  begin(images: number, recorded: boolean): void {
    this.wanted = Math.min(images, this.count)
    this.seen = this.lossSum = 0
    this.correct.fill(0)
    this.counts.fill(0)
    this.answers = recorded ? new Answers(this.wanted, this.counts.length) : null
  }

  /** Evaluates the next batch. @param model with room for `rows` images */
  advance(model: Model, ops: Ops): void {
    const { batch, order, correct, counts, images: { split, indices } } = this
    const rows = Math.min(batch.length, this.left)
    for (let n = 0; n < rows; n++) {
      const at = order(this.seen + n)
      batch[n] = indices ? indices[at]! : at
    }
    model.setRows(rows)
    fillImages(model.input.value, split, batch, 0, rows)
    fillTarget(model.target.value, split, batch, 0, rows)
    this.lossSum += rows * model.forward(ops)
    const y = model.out.value // (N,M)
    for (let n = 0; n < rows; n++) {
      const label = split.labels[batch[n]!]!
      counts[label]!++
      if (predictedClass(y, n) === label) correct[label]!++
    }
    this.answers?.take(model, batch, split.labels, rows)
    this.seen += rows
  }

  /** The score so far; its loss and accuracy are NaN before the first image. */
  get score(): ClassScore {
    const { seen: images, lossSum } = this
    const [correct, counts] = [Array.from(this.correct), Array.from(this.counts)]
    return { images, loss: lossSum / images, accuracy: correct.reduce((sum, n) => sum + n, 0) / images, correct, counts }
  }
}

/** Predicted class of row n; of equal outputs the first. @param y (N,M) */
export function predictedClass({ data, columns }: Pick<Tensor, 'data' | 'columns'>, n = 0): number {
  let best = 0
  for (let m = 1; m < columns; m++) if (data[n * columns + m]! > data[n * columns + best]!) best = m
  return best
}

/** The order in which the images of a split are visited, whose prefixes are spread evenly. @returns the index at a place of the order */
export function evenOrder(count: number): (place: number) => number {
  const stride = strideFor(count)
  return place => place * stride % count
}

/** A stride near the golden section of `count`, coprime to it, so that every index is visited once. */
function strideFor(count: number): number {
  const greatestCommonDivisor = (a: number, b: number): number => b === 0 ? a : greatestCommonDivisor(b, a % b)
  let stride = Math.max(1, Math.round(count * 0.6180339887))
  while (greatestCommonDivisor(count, stride) !== 1) stride++
  return stride
}
