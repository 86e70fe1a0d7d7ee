/** How a pixel's byte becomes a number of the network's input. */
export interface Normalization {
  readonly divideBy: number
}

/** A pixel's byte at full ink */
export const largestByte = 255

/** Bytes from 0 to 255 become numbers from 0 to 1. */
export const unitRange: Normalization = { divideBy: largestByte }

/** The network's input for an image of numbers from 0 to 1, such as a drawing. */
export const normalizeUnit = (image: Float32Array, { divideBy }: Normalization): Float32Array => image.map(value => value * largestByte / divideBy)

/** The four files of a dataset. Without test files, a part of the training images is held out. */
export const datasetFiles = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const
export type DatasetFile = (typeof datasetFiles)[number]

/** Where the test images come from: the source has them, or they were taken from its training images. */
export type TestSource = 'files' | 'heldOut'

/** How test images are taken from the training images of a source that has none of its own. */
export interface TestShare {
  /** Share of the images, of each class: 0 < share < 1 */
  readonly share: number
  readonly seed: number
}

/** How a picture becomes an image of the dataset: prepared like MNIST's digits, or only resized, with light as ink or with dark as ink. */
export type Preprocessing = 'digit' | 'resize' | 'resizeDark'
export const preprocessings: readonly Preprocessing[] = ['digit', 'resize', 'resizeDark']

/** What a weights file says about the dataset that its network has learned. */
export interface DatasetMark {
  /** Unique: 'mnist' */
  readonly id: string
  /** Shown to people: 'MNIST' */
  readonly name: string
  readonly shape: readonly [channels: number, rows: number, columns: number]
  readonly normalization: Normalization
  readonly preprocessing: Preprocessing
  /** Number of images */
  readonly counts: { readonly train: number, readonly test: number }
  /** Hashes of the uncompressed files, which identify the dataset */
  readonly sha256: Readonly<Partial<Record<DatasetFile, string>>>
}

/** A dataset's description of itself. */
export interface DatasetInfo extends DatasetMark {
  /** Names of the classes, by their index */
  readonly classes: readonly string[]
  readonly testSource: TestSource
  /** How the test images were held out when the dataset was imported; without it, a tenth is held out each time when it is loaded */
  readonly testShare?: TestShare
  readonly licence: string
  readonly source: string
  readonly kind: 'bundled' | 'imported'
}

/** Images with their labels, one byte per pixel, as in MNIST's files. */
export interface Split<Memory extends ArrayBufferLike = ArrayBufferLike> {
  readonly count: number
  /** count × channels × rows × columns, from 0 (paper) to 255 (ink) */
  readonly images: Uint8Array<Memory>
  /** Class indices of the images */
  readonly labels: Uint16Array<Memory>
  readonly normalization: Normalization
}

export interface Dataset<Memory extends ArrayBufferLike = ArrayBufferLike> {
  readonly info: DatasetInfo
  readonly train: Split<Memory>
  readonly test: Split<Memory>
}

/** Limits for a dataset from files. */
export const datasetLimits = {
  /** Height and width of an image */
  side: 128,
  classes: 1000,
  /** All files of a dataset, uncompressed */
  bytes: 512 * 2 ** 20,
} as const

/** Number of inputs of a network that reads these images. */
export const inputSize = ({ shape: [channels, rows, columns] }: Pick<DatasetInfo, 'shape'>): number => channels * rows * columns
