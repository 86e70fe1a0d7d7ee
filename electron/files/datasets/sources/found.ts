import { classCountOf, countsByClass, type DatasetFile, type GivenFiles, type ImportedImages, LabError, type Preprocessing } from '@core'

/** Kinds of sources that images are imported from. */
export type SourceKind = 'idx' | 'folder' | 'npz'

/** A size of pictures, and how many have it. */
export interface PictureCount {
  readonly rows: number
  readonly columns: number
  readonly count: number
}

/** What was found in files or in a folder: nothing is taken yet. */
export interface FoundImages {
  readonly kind: SourceKind
  /** What the dataset may be called */
  readonly name: string
  readonly images: ImportedImages
  readonly preprocessing: Preprocessing
  /** Hashes of the uncompressed files, where the source is IDX */
  readonly sha256: Readonly<Partial<Record<DatasetFile, string>>> | null
  /** Hashes of the files as they were given, where the source is IDX */
  readonly given: GivenFiles
  /** Names of the files by what they hold, where the source is IDX */
  readonly files: Readonly<Partial<Record<DatasetFile, string>>>
  /** Sizes of the pictures in a folder, the commonest first */
  readonly sizes: readonly PictureCount[]
  /** What was left out, and why */
  readonly problems: readonly LabError[]
}

/** How reading goes on, and whether it is to stop. */
export interface Reading {
  /** @param done pictures or files of `total` */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** @throws LabError dataset.cancelled */
export function checkGoesOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LabError('dataset.cancelled', 'the reading of images was stopped')
}

/** Tells of classes without an image, which a single wrong label makes; null where each class has one. */
export function unusedClasses(images: Omit<ImportedImages, 'source'>): LabError | null {
  const all = classCountOf(images)
  const [trained, tested] = [images.train, images.test].map(part => part && countsByClass(part.labels, all))
  const n = Array.from({ length: all }, (_, c) => (trained?.[c] ?? 0) + (tested?.[c] ?? 0)).filter(count => count === 0).length
  return n === 0 ? null : new LabError('dataset.unusedClasses', `${n} of ${all} classes have no image`, { n, all, last: images.classes?.[all - 1] ?? String(all - 1) })
}

/** Names in a message: the first ones, and how many there are. */
const named = 3

/** Tells what was left out; null where nothing was. */
export function leftOut(code: 'dataset.damagedPictures' | 'dataset.emptyClasses' | 'dataset.otherFiles' | 'dataset.otherArrays', names: readonly string[]): LabError | null {
  if (names.length === 0) return null
  const files = `${names.slice(0, named).join(', ')}${names.length > named ? ', …' : ''}`
  return new LabError(code, `${names.length} left out: ${files}`, { n: names.length, files })
}
