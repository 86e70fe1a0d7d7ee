import { basename, dirname, join } from 'node:path'
import { checkLength, type DatasetFile, datasetFiles, datasetLimits, FormatError, type GivenFiles, type IdxHeader, type IdxKind, LabError, mnist, readIdxHeader } from '@core'
import { inflateStart } from '../../inflate-start'
import { kindOf } from '../folder'
import { type DatasetBytes, type NamedBytes, readParts } from '../parts'
import { readBytes, withFile } from '../../read'
import { type Unpacked, unpackFile } from '../../unpack'
import { checkGoesOn, type FoundImages, type Reading, unusedClasses } from './found'

/** Paths of the files to import, as they were given and to open. */
export type ImportFiles = Readonly<Record<'trainImages' | 'trainLabels', ImportFile> & Partial<Record<DatasetFile, ImportFile>>>
export interface ImportFile {
  readonly path: string
  /** For messages */
  readonly name: string
}

/** Reads a file to import; its header says how large it is. @throws LabError file.*; FormatError idx.* */
export async function unpackIdx({ path, name }: ImportFile, file: DatasetFile, maxBytes: number): Promise<Unpacked> {
  const unpacked = await unpackFile(path, { name, maxBytes: datasetLimits.bytes, sizeOf: (start, most) => promised(readIdxHeader(start, name, kindOf(file), maxBytes), most, name) })
  const { bytes, length, damage } = unpacked
  if (damage !== null) throw new FormatError('idx.gzip', `${name}: ${damage} after ${length} bytes`, { file: name, at: length, wanted: 'gzip', found: damage })
  checkLength({ bytes: bytes.length }, length, name)
  return unpacked
}

/** Size that a header promises, if a file of this size can hold it. @throws FormatError idx.length, idx.gzip */
function promised(header: Pick<IdxHeader, 'bytes'>, most: { readonly bytes: number, readonly packed: boolean }, name: string): number {
  if (header.bytes <= most.bytes) return header.bytes
  if (!most.packed) checkLength(header, most.bytes, name)
  throw new FormatError('idx.gzip', `${name}: ${header.bytes} bytes promised, at most ${most.bytes} possible`, { file: name, at: most.bytes, wanted: 'gzip', found: `${header.bytes} bytes` })
}

/**
 * Reads an IDX pair, or a pair of training and one of test images.
 * @throws FormatError idx.*; LabError dataset.tooFew, dataset.memory, dataset.cancelled, file.*
 */
export async function readIdxFiles(files: ImportFiles, { onProgress, signal }: Reading = {}): Promise<FoundImages> {
  const read: Partial<Record<DatasetFile, NamedBytes>> = {}
  const sha256: Partial<Record<DatasetFile, string>> = {}
  const given: Record<string, { packedSha256: string, sha256: string }> = {}
  const names: Partial<Record<DatasetFile, string>> = {}
  let left: number = datasetLimits.bytes
  const wanted = datasetFiles.filter(file => files[file])
  for (const [done, file] of wanted.entries()) {
    onProgress?.(done, wanted.length)
    checkGoesOn(signal)
    const unpacked = await unpackIdx(files[file]!, file, left)
    left -= unpacked.bytes.length
    names[file] = files[file]!.name
    read[file] = { name: names[file], bytes: unpacked.bytes }
    sha256[file] = unpacked.sha256
    given[file] = { packedSha256: unpacked.packedSha256, sha256: unpacked.sha256 }
  }
  const bytes = read as DatasetBytes
  const { rows, columns, train, test } = readParts(bytes, mnist)
  const widthOf = ({ bytes, name }: NamedBytes) => readIdxHeader(bytes, name, 'labels').width
  const labelled = ({ images, labels }: typeof train, from: NamedBytes) => ({ images, labels, labelWidth: widthOf(from) })
  const images = {
    rows, columns, classes: null, train: labelled(train, bytes.trainLabels), test: test && bytes.testLabels ? labelled(test, bytes.testLabels) : null,
    source: wanted.map(file => basename(files[file]!.name)).join(', '),
  }
  return {
    kind: 'idx', name: nameOf(files), preprocessing: 'resize', sha256, given: given as GivenFiles, files: names, sizes: [], images,
    problems: [unusedClasses(images)].filter(problem => problem !== null),
  }
}

/** What the beginning of an IDX file says. */
interface IdxStart extends ImportFile {
  readonly kind: IdxKind
  readonly count: number
}

/** Enough for the header of any gzip file, with a long name and a comment */
const startBytes = 4096

/** Looks at the beginning of a file, plain or gzip. @returns null for anything but IDX @throws LabError file.* */
export async function idxStart({ path, name }: ImportFile): Promise<IdxStart | null> {
  const start = inflateStart(await withFile(path, { maxBytes: Infinity, name }, (file, size) => readBytes(file, Math.min(size, startBytes))))
  for (const kind of ['images', 'labels'] as const) {
    try { return { path, name, kind, count: readIdxHeader(start, name, kind, Infinity).dimensions[0] ?? 0 } }
    catch (cause) {
      if (!(cause instanceof FormatError)) throw cause
      if (cause.code !== 'idx.magic' && cause.code !== 'idx.swapped') return { path, name, kind, count: 0 } // its reader says what is wrong
    }
  }
  return null
}

const saysTest = /test|t10k|val/i

/**
 * Finds out which of the files are images and labels, and which pair is for training: by their contents, then by their names, then by
 * their number. Labels that lie beside a single file of images belong to it.
 * @throws LabError dataset.files
 */
export async function rolesOf(given: readonly ImportFile[]): Promise<ImportFiles> {
  const starts = (await Promise.all(given.map(idxStart))).filter(start => start !== null)
  const ofKind = (kind: IdxKind) => starts.filter(start => start.kind === kind)
  const [images, labels] = [ofKind('images'), ofKind('labels')]
  if (images.length === 1 && labels.length === 0) {
    const beside = await labelsBeside(images[0]!)
    if (beside) labels.push(beside)
  }
  if (images.length !== labels.length || images.length < 1 || images.length > 2)
    throw new LabError('dataset.files', `${images.length} files of images and ${labels.length} of labels`, { images: images.length, labels: labels.length })
  if (images.length === 1) return { trainImages: images[0]!, trainLabels: labels[0]! }
  const [trainImages, testImages] = inOrder(images)
  const [trainLabels, testLabels] = inOrder(labels)
  return { trainImages, trainLabels, testImages, testLabels }
}

/** The files for training and for testing. */
function inOrder([a, b]: readonly IdxStart[]): [IdxStart, IdxStart] {
  const [first, second] = [a!, b!]
  const says = [first, second].map(({ name }) => saysTest.test(basename(name)))
  if (says[0] !== says[1]) return says[0] ? [second, first] : [first, second]
  return first.count >= second.count ? [first, second] : [second, first]
}

async function labelsBeside({ path, name }: ImportFile): Promise<IdxStart | null> {
  const file = labelsFileOf(basename(path))
  if (file === basename(path)) return null
  const beside = { path: join(dirname(path), file), name: join(dirname(name), file) }
  return await idxStart(beside).catch(() => null) // it is missing
}

/** 'a-images.idx' → 'a-labels.idx', 'train-images-idx3-ubyte.gz' → 'train-labels-idx1-ubyte.gz', 'a.idx' → 'a-labels.idx' */
export function labelsFileOf(images: string): string {
  const other = images.replace(/images(?!.*images)/i, 'labels').replace('idx3', 'idx1')
  return other === images ? images.replace(/(\.[^.]*)?$/, '-labels$1') : other
}

/** The name of the folder, since the files' own names are often those of MNIST's. */
const nameOf = ({ trainImages: { path } }: ImportFiles): string => basename(dirname(path))
