import { join } from 'node:path'
import { type DatasetInfo, datasetLimits, firstOfClasses, idxHeaderBytes, inputSize, LabError, parseIdxLabels } from '@core'
import { readWhole, withFile } from '../read'
import { fileNames } from './folder'

/** A few images of a dataset. */
export interface Samples {
  readonly images: readonly Uint8Array[]
  /** Class indices */
  readonly labels: readonly number[]
}

/**
 * The first training image of each class, without reading the others.
 * @param folder of the dataset
 * @param most at most so many
 * @returns none where the files cannot be read
 */
export async function samplesIn(folder: string, info: DatasetInfo, most: number): Promise<Samples> {
  try {
    const name = fileNames.trainLabels
    const labels = parseIdxLabels(await readWhole(join(folder, name), { maxBytes: datasetLimits.bytes }), name)
    const first = firstOfClasses(labels, info.classes.length, 1).flat().slice(0, most)
    const size = inputSize(info)
    const images = await withFile(join(folder, fileNames.trainImages), { maxBytes: datasetLimits.bytes }, file => Promise.all(first.map(async (n) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(size), 0, size, idxHeaderBytes + n * size)
      return buffer.subarray(0, bytesRead)
    })))
    return images.every(({ length }) => length === size) ? { images, labels: first.map(n => labels[n]!) } : none
  }
  catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    return none // the list says why the dataset cannot be used
  }
}
const none: Samples = { images: [], labels: [] }
