import { isDatasetId } from '../config'
import { isCount, record } from '../untrusted'
import { type DatasetFile, datasetFiles, type DatasetInfo, type DatasetMark, type Normalization, type Preprocessing, preprocessings, unitRange } from './dataset'

/** The part of a description that goes into a weights file. */
export const markOf = ({ id, name, shape, normalization, preprocessing, counts, sha256 }: DatasetInfo): DatasetMark =>
  ({ id, name, shape, normalization, preprocessing, counts, sha256 })

/** Whether two descriptions are of the same files. */
export const isSameDataset = (a: Pick<DatasetMark, 'sha256'>, b: Pick<DatasetMark, 'sha256'>): boolean => datasetFiles.every(file => a.sha256[file] === b.sha256[file])

/** Reads a mark from a file's metadata. @returns undefined when it is missing or invalid: the weights are still usable */
export function readDatasetMark(value: unknown, normalization: unknown): DatasetMark | undefined {
  const { id, name, shape, preprocessing, counts, sha256 } = record(value)
  const { train, test } = record(counts)
  const known = isDatasetId(id) && typeof name === 'string' && isShape(shape) && (preprocessings as readonly unknown[]).includes(preprocessing) && isCount(train) && isCount(test)
  if (!known) return undefined
  const hashes = Object.fromEntries(datasetFiles.flatMap((file): [DatasetFile, string][] => {
    const hash = record(sha256)[file]
    return typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) ? [[file, hash]] : []
  }))
  return { id, name: name.slice(0, 100), shape, normalization: readNormalization(normalization), preprocessing: preprocessing as Preprocessing, counts: { train, test }, sha256: hashes }
}

function readNormalization(value: unknown): Normalization {
  const { divideBy } = record(value)
  return typeof divideBy === 'number' && Number.isFinite(divideBy) && divideBy > 0 ? { divideBy } : unitRange
}

const isShape = (value: unknown): value is DatasetMark['shape'] => Array.isArray(value) && value.length === 3 && value.every(size => isCount(size) && size > 0)
