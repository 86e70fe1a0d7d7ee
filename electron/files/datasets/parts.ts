import type { SharedDataset } from '@contract'
import { checkIdxPair, checkSameSize, type DatasetFile, type DatasetInfo, heldOutShare, holdOut, type IdxImages, LabError, parseIdxImages, parseIdxLabels, type Split } from '@core'

/** One uncompressed IDX file, and its name for messages. */
export interface NamedBytes {
  readonly name: string
  readonly bytes: Uint8Array<SharedArrayBuffer>
}

/** The files of a dataset; the two test files may be left out. */
export type DatasetBytes = Readonly<Record<Extract<DatasetFile, `train${string}`>, NamedBytes> & Partial<Record<DatasetFile, NamedBytes>>>

/** Images and labels of a dataset's files. */
export interface DatasetParts {
  readonly rows: number
  readonly columns: number
  /** The largest label + 1 */
  readonly classes: number
  readonly train: SharedDataset['train']
  /** Null without test files */
  readonly test: SharedDataset['test'] | null
}

/**
 * Reads the files of a dataset.
 * @throws FormatError idx.*
 * @throws LabError dataset.tooFew when there are neither test files nor enough images to hold some out
 */
export function readParts({ trainImages, trainLabels, testImages, testLabels }: DatasetBytes, { normalization }: Pick<DatasetInfo, 'normalization'>): DatasetParts {
  const size = parseIdxImages(trainImages.bytes, trainImages.name)
  const train = readSplit(size, trainImages, trainLabels, normalization)
  const { rows, columns, count } = size
  if (!testImages || !testLabels) {
    if (count < heldOutShare) throw new LabError('dataset.tooFew', `${trainImages.name}: ${count} images`, { file: trainImages.name, wanted: heldOutShare, found: count })
    return { rows, columns, classes: classesIn(train), train, test: null }
  }
  const testSize = parseIdxImages(testImages.bytes, testImages.name)
  checkSameSize(size, testSize, testImages.name)
  const test = readSplit(testSize, testImages, testLabels, normalization)
  return { rows, columns, classes: Math.max(classesIn(train), classesIn(test)), train, test }
}

/** The dataset of these files. Without test files, a tenth of the training images is held out; the memory of the files is reused. */
export const datasetOf = (info: DatasetInfo, { train, test }: DatasetParts): SharedDataset => ({ info, ...test ? { train, test } : holdOut(train) })

function readSplit({ count, images }: IdxImages<SharedArrayBuffer>, { name }: NamedBytes, from: NamedBytes, normalization: Split['normalization']): SharedDataset['train'] {
  const labels = parseIdxLabels(from.bytes, from.name)
  checkIdxPair({ count }, labels, { images: name, labels: from.name })
  return { count, images, labels, normalization }
}

const classesIn = ({ labels }: Split): number => 1 + labels.reduce((a, b) => Math.max(a, b), 0)
