import type { Model } from '../network/model'
import type { Tensor } from '../tensor'

/** Largest outputs that are kept for each image */
export const keptOutputs = 3

/** An answer to one image. */
export interface Answer {
  /** Of the image in its split */
  readonly index: number
  readonly label: number
  readonly predicted: number
  /** Loss of this image alone */
  readonly loss: number
  /** Classes with the largest outputs, in descending order */
  readonly top: readonly { readonly class: number, readonly output: number }[]
  /** Output of the image's own class */
  readonly right: number
}

/** Which answers are wanted: the mistakes, or the right answers when both classes are the same. */
export interface AnswerFilter {
  readonly actual?: number | undefined
  readonly predicted?: number | undefined
}

/** The answers of one evaluation to the images of one split, in the order of the evaluation. */
export class Answers {
  /** Number of images so far */
  images = 0
  private readonly indices: Uint32Array
  private readonly labels: Uint16Array
  private readonly losses: Float32Array
  /** (images, kept): the first one of a row is the predicted class */
  private readonly topClasses: Uint16Array
  private readonly topOutputs: Float32Array
  private readonly rightOutputs: Float32Array
  private readonly kept: number
  /** Positions by descending loss, made for the first selection */
  private order: Uint32Array | null = null

  /** @param images at most */
  constructor(images: number, readonly classes: number) {
    this.kept = Math.min(keptOutputs, classes)
    this.indices = new Uint32Array(images)
    this.labels = new Uint16Array(images)
    this.losses = new Float32Array(images)
    this.topClasses = new Uint16Array(images * this.kept)
    this.topOutputs = new Float32Array(images * this.kept)
    this.rightOutputs = new Float32Array(images)
  }

  /**
   * Adds a batch after the model's forward pass.
   * @param indices of the images (rows) @param labels of the whole split
   */
  take(model: Model, indices: Uint32Array, labels: Uint16Array, rows: number): void {
    const y = model.out.value // (N,M)
    for (let n = 0; n < rows; n++) {
      const at = this.images++
      const label = labels[indices[n]!]!
      this.indices[at] = indices[n]!
      this.labels[at] = label
      this.losses[at] = model.lossOf(n)
      this.rightOutputs[at] = y.data[n * y.columns + label]!
      this.keepLargest(y, n, at * this.kept)
    }
    this.order = null
  }

  /** Inserts each output of row n into the kept ones, which are in descending order; of equal outputs the first class comes first. */
  private keepLargest({ data, columns }: Tensor, n: number, from: number): void {
    const { kept, topClasses, topOutputs } = this
    for (let m = 0; m < columns; m++) {
      const value = data[n * columns + m]!
      let place = Math.min(m, kept)
      while (place > 0 && value > topOutputs[from + place - 1]!) place--
      if (place === kept) continue
      for (let i = Math.min(m, kept - 1); i > place; i--) {
        topOutputs[from + i] = topOutputs[from + i - 1]!
        topClasses[from + i] = topClasses[from + i - 1]!
      }
      topOutputs[from + place] = value
      topClasses[from + place] = m
    }
  }

  /** @param at position in the evaluation */
  at(at: number): Answer {
    const { kept } = this
    return {
      index: this.indices[at]!, label: this.labels[at]!, predicted: this.predicted(at), loss: this.losses[at]!, right: this.rightOutputs[at]!,
      top: Array.from({ length: kept }, (_, i) => ({ class: this.topClasses[at * kept + i]!, output: this.topOutputs[at * kept + i]! })),
    }
  }

  /** Position of an image in the evaluation; −1 when it was not evaluated. @param index of the image in its split */
  positionOf(index: number): number { return this.indices.subarray(0, this.images).indexOf(index) }

  private predicted(at: number): number { return this.topClasses[at * this.kept]! }

  /** Positions of the wanted answers, largest loss first; losses that are not finite come before all others. */
  select({ actual, predicted }: AnswerFilter): number[] {
    const wantsRight = actual !== undefined && actual === predicted
    const selected: number[] = []
    for (const at of this.order ??= this.byLoss()) {
      const [label, found] = [this.labels[at]!, this.predicted(at)]
      if ((label === found) === wantsRight && (actual ?? label) === label && (predicted ?? found) === found) selected.push(at)
    }
    return selected
  }

  private byLoss(): Uint32Array {
    const key = (at: number): number => Number.isNaN(this.losses[at]!) ? Infinity : this.losses[at]!
    return Uint32Array.from({ length: this.images }, (_, at) => at).sort((a, b) => {
      const [left, right] = [key(a), key(b)]
      return left === right ? a - b : left > right ? -1 : 1
    })
  }

  /** Number of images by class and predicted class, (classes, classes), a row for each actual class. */
  confusion(): Uint32Array {
    const counts = new Uint32Array(this.classes * this.classes)
    for (let at = 0; at < this.images; at++) counts[this.labels[at]! * this.classes + this.predicted(at)]!++
    return counts
  }

  /** All kinds of mistakes, the most frequent first. */
  confusions(): { readonly actual: number, readonly predicted: number, readonly count: number }[] {
    const { classes } = this
    const counts = new Map<number, number>()
    for (let at = 0; at < this.images; at++) {
      const cell = this.labels[at]! * classes + this.predicted(at)
      if (this.labels[at] !== this.predicted(at)) counts.set(cell, (counts.get(cell) ?? 0) + 1)
    }
    return [...counts].sort(([a, m], [b, n]) => n - m || a - b)
      .map(([cell, count]) => ({ actual: Math.floor(cell / classes), predicted: cell % classes, count }))
  }
}
