import { basename } from 'node:path'
import { datasetOfArrays, LabError, type NumberArray, readNpzArrays } from '@core'
import { readWhole } from '../../read'
import { checkGoesOn, type FoundImages, leftOut, type Reading, unusedClasses } from './found'
import type { ImportFile } from './idx'

/** For the file, and for its arrays: numbers of eight bytes for a dataset of 128 MB */
const maxBytes = 2 ** 30

/**
 * Reads images and labels from .npz files, all of them in one, or each array in a file of its own.
 * @throws FormatError zip.*, npy.*, npz.*, arrays.*; LabError dataset.tooLarge, dataset.cancelled, file.*
 */
export async function readNpzFiles(files: readonly ImportFile[], { onProgress, signal }: Reading = {}): Promise<FoundImages> {
  const arrays = new Map<string, NumberArray>()
  for (const [done, { path, name }] of files.entries()) {
    onProgress?.(done, files.length)
    checkGoesOn(signal)
    const read = readNpzArrays(await readWhole(path, { maxBytes, name }), name, maxBytes)
    for (const [array, numbers] of read.arrays) arrays.set(files.length > 1 ? `${basename(name)}: ${array}` : array, numbers)
  }
  const [first] = files
  if (!first) throw new LabError('dataset.files', 'no files', { images: 0, labels: 0 })
  const { images, others } = datasetOfArrays(arrays, files.map(({ name }) => basename(name)).join(', '))
  return {
    kind: 'npz', name: basename(first.name).replace(/\.npz$/i, ''), preprocessing: 'resize', sha256: null, given: {}, files: {}, sizes: [],
    images: { ...images, classes: null, source: files.map(({ name }) => basename(name)).join(', ') },
    problems: [unusedClasses({ ...images, classes: null }), leftOut('dataset.otherArrays', others)].filter(problem => problem !== null),
  }
}
