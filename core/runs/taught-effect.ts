import type { ClassScore, EvaluatedSplit } from '../train/evaluation'
import type { OneAnswer } from '../train/taught'
import type { WeightDistance } from './compare'

/** A weight that teaching has moved. */
export interface MovedWeight {
  /** 'affine1.W' */
  readonly path: string
  /** Null in a vector */
  readonly row: number | null
  readonly column: number
  readonly before: number
  readonly after: number
}

/** What teaching has added to a part of a weight matrix: after − before. */
export interface MovedMap {
  readonly path: string
  /** Of the whole matrix */
  readonly shape: readonly [rows: number, columns: number]
  readonly firstRow: number
  readonly rows: number
  readonly firstColumn: number
  readonly columns: number
  /** rows × columns, row-major */
  readonly data: Float32Array
  /** Where a colour scale of the whole matrix ends */
  readonly range: number
}

/** A test image whose answer has become wrong or right. */
export interface FlippedImage {
  /** Of the image in its file */
  readonly index: number
  readonly label: number
  readonly before: number
  readonly after: number
  /** rows × columns, 0 (paper) to 1 (ink) */
  readonly pixels: Float32Array
}

/** What teaching one image has changed, all of it at one step. */
export interface TaughtEffect {
  readonly step: number
  readonly areProbabilities: boolean
  readonly before: OneAnswer
  readonly after: OneAnswer
  /** Right answers of all test images; null without test images */
  readonly test: { readonly images: number, readonly before: number, readonly after: number } | null
  readonly toWrong: { readonly count: number, readonly images: readonly FlippedImage[] }
  readonly toRight: { readonly count: number, readonly images: readonly FlippedImage[] }
  /** Those that moved most, the largest change first */
  readonly moved: readonly MovedWeight[]
  /** ‖ΔW‖ and ‖W‖ of each parameter, in the order of the layers */
  readonly distances: readonly WeightDistance[]
  readonly maps: readonly MovedMap[]
  /** How well the taught network does, as an evaluation of its run would say; of each split that has images */
  readonly scores: readonly { readonly epoch: number, readonly split: EvaluatedSplit, readonly score: ClassScore }[]
}
