import { FormatError } from '../errors'

/** The contents of an IDX image file. */
export interface IdxImages<Memory extends ArrayBufferLike = ArrayBufferLike> {
  readonly count: number
  readonly rows: number
  readonly columns: number
  /** count × rows × columns bytes, as a view of the file */
  readonly images: Uint8Array<Memory>
}

const imagesMagic = 0x803
const labelsMagic = 0x801

/**
 * Reads an IDX image file, such as MNIST's.
 * @param bytes the whole uncompressed file, big-endian
 * @param file its name, for the message
 * @throws FormatError idx.magic or idx.length
 */
export function parseIdxImages<Memory extends ArrayBufferLike>(bytes: Uint8Array<Memory>, file: string): IdxImages<Memory> {
  const [count, rows, columns] = header(bytes, file, imagesMagic, 3) as [number, number, number]
  return { count, rows, columns, images: body(bytes, file, 16, count * rows * columns) }
}

/**
 * Reads an IDX label file.
 * @param classes labels are 0 to classes − 1
 * @throws FormatError idx.magic, idx.length or idx.label
 */
export function parseIdxLabels<Memory extends ArrayBufferLike>(bytes: Uint8Array<Memory>, file: string, classes: number): Uint8Array<Memory> {
  const [count] = header(bytes, file, labelsMagic, 1) as [number]
  const labels = body(bytes, file, 8, count)
  const index = labels.findIndex(label => label >= classes)
  if (index >= 0)
    throw new FormatError('idx.label', `${file}: label ${index} is ${labels[index]}, wanted 0 to ${classes - 1}`, { file, index, wanted: `0–${classes - 1}`, found: labels[index]! })
  return labels
}

/**
 * Checks that images and labels belong together.
 * @throws FormatError idx.count, or idx.size when the images have the wrong size
 */
export function checkIdxPair(images: IdxImages, labels: Uint8Array, wanted: { file: string, rows: number, columns: number }): void {
  const { file } = wanted
  if (images.rows !== wanted.rows || images.columns !== wanted.columns) {
    const [size, found] = [`${wanted.rows}×${wanted.columns}`, `${images.rows}×${images.columns}`]
    throw new FormatError('idx.size', `${file}: wanted ${size} images, found ${found}`, { file, wanted: size, found })
  }
  if (images.count !== labels.length)
    throw new FormatError('idx.count', `${file}: ${images.count} images but ${labels.length} labels`, { file, wanted: images.count, found: labels.length })
}

function header(bytes: Uint8Array, file: string, magic: number, dimensions: number): number[] {
  const wanted = 4 + 4 * dimensions
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = bytes.length >= 4 ? view.getUint32(0) : -1
  if (found !== magic) {
    const name = found < 0 ? `${bytes.length} bytes` : hex(found)
    throw new FormatError('idx.magic', `${file}: wanted ${hex(magic)}, found ${name}`, { file, wanted: hex(magic), found: name })
  }
  if (bytes.length < wanted) throw lengthError(file, wanted, bytes.length)
  return Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
}

function body<Memory extends ArrayBufferLike>(bytes: Uint8Array<Memory>, file: string, from: number, size: number): Uint8Array<Memory> {
  if (bytes.length !== from + size) throw lengthError(file, from + size, bytes.length)
  return bytes.subarray(from)
}

const hex = (n: number): string => `0x${n.toString(16).padStart(8, '0')}`
const lengthError = (file: string, wanted: number, found: number): FormatError =>
  new FormatError('idx.length', `${file}: wanted ${wanted} bytes, found ${found}`, { file, wanted, found })
