import type { DatasetFile } from '../data/dataset'
import type { ImportedImages, LabelledImages } from '../data/import/imported-images'
import { writeIdx } from './idx'

/**
 * A source's images and labels as IDX files: for a source that is IDX itself its very bytes.
 * @returns bytes of each file; without test files where there are no test images
 */
export const datasetFilesOf = ({ rows, columns, train, test }: Pick<ImportedImages, 'rows' | 'columns' | 'train' | 'test'>): Readonly<Record<'trainImages' | 'trainLabels', Uint8Array<ArrayBuffer>> & Partial<Record<DatasetFile, Uint8Array<ArrayBuffer>>>> => ({
  trainImages: writeIdx([train.labels.length, rows, columns], train.images), trainLabels: writeIdx([train.labels.length], labelsOf(train)),
  ...test && { testImages: writeIdx([test.labels.length, rows, columns], test.images), testLabels: writeIdx([test.labels.length], labelsOf(test)) },
})

const labelsOf = ({ labels, labelWidth }: LabelledImages): Uint8Array | Int16Array | Int32Array => labelWidth === 1 ? Uint8Array.from(labels) : labelWidth === 2 ? Int16Array.from(labels) : Int32Array.from(labels)
