import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { classCountOf, type DatasetFile, datasetFiles, datasetFilesOf, type DatasetInfo, heldOutShare, type ImportedImages, LabError, type TestShare, withTestImages } from '@core'
import { type DatasetEntry, entryWithFiles } from './entry'
import type { FileBytes } from './folder'
import type { FoundImages } from './sources/found'

/** Images as they are stored: with test images, unless an earlier version holds them out each time when it loads. */
export interface StoredImages {
  readonly images: ImportedImages
  readonly files: FileBytes
  readonly sha256: DatasetInfo['sha256']
  /** How the test images were held out; null where the source has them */
  readonly testShare: TestShare | null
}

/**
 * How images that were found are stored, and the dataset that they are already.
 * @throws LabError dataset.tooFew
 */
export async function storedAs(found: FoundImages, entries: readonly DatasetEntry[], testShare: TestShare): Promise<{ readonly stored: StoredImages, readonly known: DatasetInfo | null }> {
  const asFound = await unchanged(found)
  const known = entryWithFiles(entries, asFound)?.info // without test images: imported by an earlier version
  if (known || found.images.test) return { stored: asFound, known: known ?? null }
  const stored = await split(found, testShare)
  return { stored, known: entryWithFiles(entries, stored)?.info ?? null }
}

/** The same for a dataset that is here: its test images are held out as they were then. @throws LabError dataset.tooFew */
export const storedIn = ({ testShare }: DatasetInfo, found: FoundImages): Promise<StoredImages> => testShare && !found.images.test ? split(found, testShare) : unchanged(found)

async function unchanged({ images, sha256 }: FoundImages): Promise<StoredImages> {
  const files = datasetFilesOf(images)
  return { images, files, sha256: sha256 ?? await hashesOf(files), testShare: null }
}

async function split({ images: found }: FoundImages, testShare: TestShare): Promise<StoredImages> {
  const count = found.train.labels.length
  if (count < heldOutShare) throw new LabError('dataset.tooFew', `${found.source}: ${count} images`, { file: found.source, wanted: heldOutShare, found: count })
  const images = withTestImages(found, classCountOf(found), testShare)
  const files = datasetFilesOf(images)
  return { images, files, sha256: await hashesOf(files), testShare }
}

/** Hashing one piece takes 0.5 ms, so main stays responsive. */
const pieceBytes = 2 ** 18

async function hashesOf(files: FileBytes): Promise<DatasetInfo['sha256']> {
  const hashes: Partial<Record<DatasetFile, string>> = {}
  for (const file of datasetFiles) {
    const bytes = files[file]
    if (!bytes) continue
    const hash = createHash('sha256')
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      hash.update(bytes.subarray(from, from + pieceBytes))
      await setImmediate()
    }
    hashes[file] = hash.digest('hex')
  }
  return hashes
}
