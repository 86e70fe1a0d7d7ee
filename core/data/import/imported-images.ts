import { datasetLimits } from '../dataset'

/** Images with their classes, as a source holds them. */
export interface LabelledImages<Memory extends ArrayBufferLike = ArrayBufferLike> {
  /** count × rows × columns, from 0 (paper) to 255 (ink) */
  readonly images: Uint8Array<Memory>
  /** Class indices, one per image */
  readonly labels: Uint16Array<Memory>
  /** Bytes of one label in an IDX file */
  readonly labelWidth: LabelWidth
}

/** The widths of labels in an IDX file: unsigned byte, short, int */
export type LabelWidth = 1 | 2 | 4

/** What any source of images holds, before it becomes a dataset. */
export interface ImportedImages<Memory extends ArrayBufferLike = ArrayBufferLike> {
  readonly rows: number
  readonly columns: number
  readonly train: LabelledImages<Memory>
  /** Null where the source has no test images */
  readonly test: LabelledImages<Memory> | null
  /** Names of the classes by their index; null where the source has none */
  readonly classes: readonly string[] | null
  /** Where they come from: names of files, or of a folder */
  readonly source: string
}

/** The narrowest width that holds the labels of so many classes. */
export const labelWidthFor = (classes: number): LabelWidth => classes <= 256 ? 1 : 2

/** Number of classes: as many as there are names, or the largest label + 1. */
export const classCountOf = ({ classes, train, test }: Pick<ImportedImages, 'classes' | 'train' | 'test'>): number =>
  classes?.length ?? 1 + Math.max(largestOf(train.labels), test ? largestOf(test.labels) : 0)
const largestOf = (labels: Uint16Array): number => labels.reduce((a, b) => Math.max(a, b), 0)

/** Number of images of each class. @param labels below `classes` */
export function countsByClass(labels: Uint16Array, classes: number): Uint32Array {
  const counts = new Uint32Array(classes)
  for (const label of labels) counts[label]! += 1
  return counts
}

/**
 * Indices of the first images of each class.
 * @param most at most so many of a class
 * @returns one list per class, in increasing order
 */
export function firstOfClasses(labels: Uint16Array, classes: number, most: number): readonly (readonly number[])[] {
  const found = Array.from({ length: classes }, (): number[] => [])
  let missing = classes * most
  for (let n = 0; n < labels.length && missing > 0; n++) {
    const own = found[labels[n]!]
    if (!own || own.length === most) continue
    own.push(n)
    missing--
  }
  return found
}

/** Whether so many images are within the limit for a dataset. */
export const isWithinLimit = (images: number, { rows, columns }: Pick<ImportedImages, 'rows' | 'columns'>): boolean => images * rows * columns <= datasetLimits.bytes
