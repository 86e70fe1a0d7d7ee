import { type ClassScore, type EvaluatedSplit, evaluatedSplits } from '@core'
import * as v from 'valibot'
import { count } from './schema'

/** Most images in one reply */
const mistakesPerReply = 100
/** A confusion matrix of more classes is left out of the reply: it would have 1,000,000 counts for 1,000 classes. */
export const maxMatrixClasses = 100

/** Asks for the answers of the latest evaluation to the images of one split. */
export const mistakesQuery = v.strictObject({
  split: v.picklist(evaluatedSplits),
  /** Only images of this class */
  actual: v.optional(count),
  /** Only images that were read as this class */
  predicted: v.optional(count),
  /** Position of the first item in the order */
  first: count,
  count: v.pipe(count, v.maxValue(mistakesPerReply)),
  /** Index of an image whose answer is wanted besides the items */
  image: v.optional(count),
  /** Largest loss first */
  order: v.literal('loss'),
})
export type MistakesQuery = Readonly<v.InferOutput<typeof mistakesQuery>>

/** An output of the network for one class. */
export interface ClassOutput {
  readonly class: number
  /** Probability, or the output itself if the loss has no probabilities */
  readonly output: number
}

/** One image with the network's answer. */
export interface AnsweredImage {
  /** Of the image in its split's file: validation images are training images */
  readonly index: number
  /** Index of its class */
  readonly label: number
  /** Index of the class with the largest output */
  readonly predicted: number
  /** Loss of this image alone; NaN or Infinity when the network's numbers are not finite */
  readonly loss: number
  /** Largest outputs, at most three, in descending order */
  readonly top: readonly ClassOutput[]
  /** Output of the image's own class */
  readonly right: number
  /** rows × columns, 0 (paper) to 1 (ink) */
  readonly pixels: Float32Array
}

/** A kind of mistake: images of one class that were read as another. */
export interface Confusion {
  readonly actual: number
  readonly predicted: number
  readonly count: number
}

/** The reply. All of it comes from one evaluation of the weights of one step. */
export interface MistakesFrame {
  readonly runId: number
  /** Mini-batches trained before the evaluation */
  readonly step: number
  readonly split: EvaluatedSplit
  /** Of the images that were evaluated, and of each class */
  readonly score: ClassScore
  /** Number of images in the split; the evaluation may have taken fewer */
  readonly of: number
  /** Whether outputs sum to 1; else they are numbers of any sign */
  readonly areProbabilities: boolean
  /** Number of images by class and predicted class, classes × classes, a row for each actual class; null with more than {@link maxMatrixClasses} classes */
  readonly confusion: Uint32Array | null
  /** The most frequent mistakes, at most 100, in descending order */
  readonly confusions: readonly Confusion[]
  /** Number of pairs of classes that were confused; `confusions` may hold fewer */
  readonly confusionKinds: number
  /** Number of images that the query selects: mistakes, or right answers when `actual` and `predicted` are the same class */
  readonly total: number
  readonly items: readonly AnsweredImage[]
  /** The answer to the query's `image`; null when it was not evaluated */
  readonly image: AnsweredImage | null
}
