import type { SharedDataset } from '@contract'
import { checkIdxPair, checkSameSize, type DatasetFile, type DatasetInfo, holdOut, type IdxImages, parseIdxImages, parseIdxLabels, type Split } from '@core'

/** One uncompressed IDX file, and its name for messages. */
export interface NamedBytes {
  readonly name: string
  readonly bytes: Uint8Array<SharedArrayBuffer>
}

/** The files of a dataset; those of the test images may be left out. */
export type DatasetBytes = Readonly<Record<Extract<DatasetFile, `train${string}`>, NamedBytes> & Partial<Record<DatasetFile, NamedBytes>>>

/** Images and labels of a dataset, with the sizes that they have in common. */
export interface DatasetParts extends Omit<SharedDataset, 'info'> {
  readonly rows: number
  readonly columns: number
  /** The largest label and one */
  readonly classes: number
}

/** Reads a dataset from its files. Without test files, a tenth of the training images is held out. @throws FormatError idx.* */
export function readParts({ trainImages, trainLabels, testImages, testLabels }: DatasetBytes, { normalization }: Pick<DatasetInfo, 'normalization'>): DatasetParts {
  const size = parseIdxImages(trainImages.bytes, trainImages.name)
  const train = readSplit(size, trainImages, trainLabels, normalization)
  const { rows, columns } = size
  if (!testImages || !testLabels) return { rows, columns, classes: classesIn(train), ...holdOut(train) }
  const testSize = parseIdxImages(testImages.bytes, testImages.name)
  checkSameSize(size, testSize, testImages.name)
  const test = readSplit(testSize, testImages, testLabels, normalization)
  return { rows, columns, classes: Math.max(classesIn(train), classesIn(test)), train, test }
}

function readSplit({ count, images }: IdxImages<SharedArrayBuffer>, { name }: NamedBytes, from: NamedBytes, normalization: Split['normalization']): SharedDataset['train'] {
  const labels = parseIdxLabels(from.bytes, from.name)
  checkIdxPair({ count }, labels, { images: name, labels: from.name })
  return { count, images, labels, normalization }
}

const classesIn = ({ labels }: Split): number => 1 + labels.reduce((a, b) => Math.max(a, b), 0)
