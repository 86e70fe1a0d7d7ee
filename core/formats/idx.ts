import { datasetLimits } from '../data/dataset'
import { memoryLike } from '../data/memory'
import { FormatError } from '../errors'

/** What an IDX file holds. */
export type IdxKind = 'images' | 'labels'

/** The beginning of an IDX file. */
export interface IdxHeader {
  /** Images: [count, rows, columns]; labels: [count] */
  readonly dimensions: readonly number[]
  /** Size of the header */
  readonly from: number
  /** Bytes of one number */
  readonly width: 1 | 2 | 4
  /** Size of the whole file */
  readonly bytes: number
}

/** The contents of an IDX image file. */
export interface IdxImages<Memory extends ArrayBufferLike = ArrayBufferLike> {
  readonly count: number
  readonly rows: number
  readonly columns: number
  /** count × rows × columns bytes, as a view of the file */
  readonly images: Uint8Array<Memory>
}

/** Size of the longest header. */
export const idxHeaderBytes = 16

/** Types of numbers, by the third byte of the magic number: unsigned byte, short, int. @source the IDX format, at the end of MNIST's page */
const widths: Readonly<Record<IdxKind, readonly (readonly [type: number, width: 1 | 2 | 4])[]>> = { images: [[0x08, 1]], labels: [[0x08, 1], [0x0b, 2], [0x0c, 4]] }
const dimensionsOf: Readonly<Record<IdxKind, number>> = { images: 3, labels: 1 }
const magicsOf = (kind: IdxKind): readonly number[] => widths[kind].map(([type]) => type << 8 | dimensionsOf[kind])

/** Whether a file begins as an IDX file of images or labels. A safetensors file with the same first bytes would have a header of 16 MB and more. */
export const beginsAsIdx = (start: Uint8Array): boolean => {
  const magic = start.length >= 4 ? new DataView(start.buffer, start.byteOffset, start.byteLength).getUint32(0) : -1
  return [...magicsOf('images'), ...magicsOf('labels')].includes(magic)
}

/**
 * Reads and checks the header, which says how large the file is.
 * @param start the first 16 bytes of the uncompressed file, or all when there are fewer
 * @param file its name, for the message
 * @param maxBytes limit for the whole file
 * @throws FormatError idx.magic, idx.swapped, idx.length, idx.empty, idx.size, idx.tooLarge
 */
export function readIdxHeader(start: Uint8Array, file: string, kind: IdxKind, maxBytes: number = datasetLimits.bytes): IdxHeader {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const width = checkMagic(view, file, kind)
  const from = 4 + 4 * dimensionsOf[kind]
  if (start.length < from) throw lengthError(file, from, start.length)
  const dimensions = Array.from({ length: dimensionsOf[kind] }, (_, i) => view.getUint32(4 + 4 * i))
  const [count = 0, ...sides] = dimensions
  if (count === 0) throw new FormatError('idx.empty', `${file}: 0 ${kind}`, { file, at: 4, wanted: 1, found: 0 })
  if (sides.some(side => side < 1 || side > datasetLimits.side)) {
    const { side } = datasetLimits
    throw new FormatError('idx.size', `${file}: images of ${sides.join('×')}`, { file, at: 8, wanted: `1×1–${side}×${side}`, found: sides.join('×') })
  }
  const bytes = from + width * dimensions.reduce((a, b) => a * b)
  if (bytes > maxBytes) throw new FormatError('idx.tooLarge', `${file}: ${bytes} bytes, at most ${maxBytes}`, { file, at: 4, wanted: megabytes(maxBytes), found: megabytes(bytes), max: megabytes(datasetLimits.bytes) })
  return { dimensions, from, width, bytes }
}

/**
 * Reads an IDX image file, such as MNIST's.
 * @param bytes the whole uncompressed file, big-endian
 * @param file its name, for the message
 * @throws FormatError as readIdxHeader
 */
export function parseIdxImages<Memory extends ArrayBufferLike>(bytes: Uint8Array<Memory>, file: string): IdxImages<Memory> {
  const header = readIdxHeader(bytes, file, 'images')
  checkLength(header, bytes.length, file)
  const [count, rows, columns] = header.dimensions as [number, number, number]
  return { count, rows, columns, images: bytes.subarray(header.from) }
}

/**
 * Reads an IDX label file of unsigned bytes, shorts or ints.
 * @param classes labels are 0 to classes − 1
 * @returns the labels, in memory of the same kind as the bytes
 * @throws FormatError as readIdxHeader, and idx.label
 */
export function parseIdxLabels<Memory extends ArrayBufferLike>(bytes: Uint8Array<Memory>, file: string, classes: number = datasetLimits.classes): Uint16Array<Memory> {
  const header = readIdxHeader(bytes, file, 'labels')
  checkLength(header, bytes.length, file)
  const { dimensions: [count = 0], from, width } = header
  const labels = new Uint16Array(memoryLike(bytes.buffer, 2 * count))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let index = 0; index < count; index++) {
    const at = from + width * index
    const label = width === 1 ? view.getUint8(at) : width === 2 ? view.getInt16(at) : view.getInt32(at)
    if (label < 0 || label >= classes)
      throw new FormatError('idx.label', `${file}: label ${index} at byte ${at} is ${label}, wanted 0 to ${classes - 1}`, { file, at, index, wanted: `0–${classes - 1}`, found: label })
    labels[index] = label
  }
  return labels
}

/** Writes an IDX file, such as MNIST's of unsigned bytes. @param dimensions images: [count, rows, columns]; labels: [count] */
export function writeIdx(dimensions: readonly number[], data: Uint8Array | Int16Array | Int32Array): Uint8Array<ArrayBuffer> {
  const from = 4 + 4 * dimensions.length
  const bytes = new Uint8Array(from + data.byteLength)
  const view = new DataView(bytes.buffer)
  const [type, width] = data instanceof Uint8Array ? [0x08, 1] : data instanceof Int16Array ? [0x0b, 2] : [0x0c, 4]
  for (const [i, number] of [type << 8 | dimensions.length, ...dimensions].entries()) view.setUint32(4 * i, number)
  if (data instanceof Uint8Array) bytes.set(data, from)
  else data.forEach((number, i) => { if (width === 2) view.setInt16(from + 2 * i, number); else view.setInt32(from + 4 * i, number) })
  return bytes
}

/**
 * Checks that images and labels belong together.
 * @param files their names, for the message
 * @throws FormatError idx.count
 */
export function checkIdxPair(images: Pick<IdxImages, 'count'>, labels: ArrayLike<number>, files: { readonly images: string, readonly labels: string }): void {
  if (images.count === labels.length) return
  throw new FormatError('idx.count', `${files.images} holds ${images.count} images, but ${files.labels} ${labels.length} labels`, {
    file: files.images, labels: files.labels, at: 4, wanted: images.count, found: labels.length,
  })
}

/**
 * Checks that the test images have the size of the training images.
 * @param file name of the test images, for the message
 * @throws FormatError idx.size
 */
export function checkSameSize(train: Pick<IdxImages, 'rows' | 'columns'>, test: Pick<IdxImages, 'rows' | 'columns'>, file: string): void {
  if (train.rows === test.rows && train.columns === test.columns) return
  const [wanted, found] = [`${train.rows}×${train.columns}`, `${test.rows}×${test.columns}`]
  throw new FormatError('idx.size', `${file}: wanted ${wanted} images, found ${found}`, { file, at: 8, wanted, found })
}

/** @throws FormatError idx.length @param found size of the uncompressed file */
export function checkLength({ bytes }: Pick<IdxHeader, 'bytes'>, found: number, file: string): void {
  if (found !== bytes) throw lengthError(file, bytes, found)
}

/** @returns bytes of one number */
function checkMagic(view: DataView, file: string, kind: IdxKind): 1 | 2 | 4 {
  const magic = view.byteLength >= 4 ? view.getUint32(0) : -1
  const known = widths[kind][magicsOf(kind).indexOf(magic)]
  if (known) return known[1]
  const wanted = magicsOf(kind).map(hex).join(', ')
  const found = magic < 0 ? `${view.byteLength} bytes` : hex(magic)
  const other = kind === 'images' ? 'labels' : 'images'
  if (magicsOf(other).includes(magic)) throw new FormatError('idx.swapped', `${file} holds ${other}, wanted ${kind}`, { file, at: 0, wanted, found })
  throw new FormatError('idx.magic', `${file}: wanted ${wanted}, found ${found}`, { file, at: 0, wanted, found })
}

const hex = (n: number): string => `0x${n.toString(16).padStart(8, '0')}`
const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`
const lengthError = (file: string, wanted: number, found: number): FormatError =>
  new FormatError('idx.length', `${file}: wanted ${wanted} bytes, found ${found}`, { file, at: Math.min(wanted, found), wanted, found })
