import { type ErrorCode, FormatError } from '../errors'
import { excerpt } from '../typed/excerpt'

// A run as one file (.labrun): a zip whose entries are stored as they are, of run.json, series.bin and checkpoints/<step>.safetensors.
// It is read and written here and not by a library: those read more than this format allows (compressed entries, any name, sizes
// that contradict each other), and what they pass over would have to be checked again.

/** An entry of the file. */
export interface RunFileEntry {
  readonly name: string
  readonly size: number
  /** CRC-32 of its contents */
  readonly crc32: number
}

/** Sizes of a header with a name of no bytes */
const [localBytes, centralBytes, endBytes] = [30, 46, 22]
const [localMark, centralMark, endMark] = [0x04034b50, 0x02014b50, 0x06054b50]
/** Version that can read it, and the date 1980-01-01, which says nothing about the writer */
const [version, date] = [20, 0x21]

export const runFileLimits = { /** Of the whole file: sizes and offsets have 32 bits */ bytes: 2 ** 32 - 2, entries: 65_534, record: 2 ** 24, series: 2 ** 29, checkpoint: 330_000_000 } as const
export const runFileNames = { record: 'run.json', series: 'series.bin' } as const

const checkpointName = /^checkpoints\/(0|[1-9]\d{0,14})\.safetensors$/
export const checkpointEntry = (step: number): string => `checkpoints/${step}.safetensors`
/** The step of a checkpoint's entry; null for another one. */
export function stepOfEntry(name: string): number | null {
  const step = checkpointName.exec(name)?.[1]
  return step === undefined ? null : Number(step)
}
const mostBytesOf = (name: string): number | null => name === runFileNames.record ? runFileLimits.record : name === runFileNames.series ? runFileLimits.series : stepOfEntry(name) === null ? null : runFileLimits.checkpoint

const encode = (name: string): Uint8Array => new TextEncoder().encode(name)
/** Bytes of the header before an entry's contents. */
export const headerBytesOf = ({ name }: Pick<RunFileEntry, 'name'>): number => localBytes + encode(name).length

/** The header before an entry's contents. */
export function localHeader(entry: RunFileEntry): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytesOf(entry))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, localMark, true)
  view.setUint16(4, version, true)
  common(view, 10, entry)
  bytes.set(encode(entry.name), localBytes)
  return bytes
}

/** Date, checksum, sizes and length of the name, as both kinds of headers have them. */
function common(view: DataView, at: number, { name, size, crc32 }: RunFileEntry): void {
  view.setUint16(at + 2, date, true)
  view.setUint32(at + 4, crc32, true)
  view.setUint32(at + 8, size, true)
  view.setUint32(at + 12, size, true)
  view.setUint16(at + 16, encode(name).length, true)
}

/** The directory behind all entries, which lie in this order from the beginning. */
export function directoryOf(entries: readonly RunFileEntry[]): Uint8Array<ArrayBuffer> {
  const names = entries.map(({ name }) => encode(name))
  const size = names.reduce((sum, { length }) => sum + centralBytes + length, 0)
  const bytes = new Uint8Array(size + endBytes)
  const view = new DataView(bytes.buffer)
  let [at, offset] = [0, 0]
  for (const [i, entry] of entries.entries()) {
    view.setUint32(at, centralMark, true)
    view.setUint16(at + 4, version, true)
    view.setUint16(at + 6, version, true)
    common(view, at + 12, entry)
    view.setUint32(at + 42, offset, true)
    bytes.set(names[i]!, at + centralBytes)
    at += centralBytes + names[i]!.length
    offset += headerBytesOf(entry) + entry.size
  }
  view.setUint32(at, endMark, true)
  view.setUint16(at + 8, entries.length, true)
  view.setUint16(at + 10, entries.length, true)
  view.setUint32(at + 12, size, true)
  view.setUint32(at + 16, offset, true)
  return bytes
}

/** Where the directory of a file lies. @param end the file's last bytes @param size of the file @throws FormatError labrun.foreign, labrun.cut */
export function directoryPlace(end: Uint8Array, size: number, file: string): { readonly offset: number, readonly bytes: number } {
  const view = new DataView(end.buffer, end.byteOffset, end.byteLength)
  const at = end.length - endBytes
  if (at < 0 || view.getUint32(at, true) !== endMark || view.getUint16(at + 20, true) !== 0) throw new FormatError('labrun.cut', `${file}: no end of a directory`, { file })
  const [bytes, offset] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)]
  if (offset + bytes + endBytes !== size) throw new FormatError('labrun.cut', `${file}: ${size} bytes, wanted ${offset + bytes + endBytes}`, { file })
  return { offset, bytes: bytes + endBytes }
}

/** Whether a file begins as a zip does. */
export const beginsAsRunFile = (start: Uint8Array): boolean => start.length >= 4 && new DataView(start.buffer, start.byteOffset).getUint32(0, true) === localMark

/**
 * Reads the directory of a file. Nothing in it is trusted: it must be, byte for byte, the one that the lab writes for its entries.
 * @param bytes from the directory's beginning to the end of the file
 * @param offset of the directory in the file
 * @throws FormatError labrun.* naming the entry
 */
export function readDirectory(bytes: Uint8Array, offset: number, file: string): readonly RunFileEntry[] {
  const fail = (code: ErrorCode, name: string, details: object = {}): FormatError => new FormatError(code, `${file}: ${code} ${name}`, { file, name: excerpt(name) || '–', ...details })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries: RunFileEntry[] = []
  const names = new Set<string>()
  let [at, next] = [0, 0]
  while (at < bytes.length - endBytes) {
    if (at + centralBytes > bytes.length - endBytes || view.getUint32(at, true) !== centralMark) throw fail('labrun.damaged', `${at}`)
    const length = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + centralBytes, at + centralBytes + length))
    const most = mostBytesOf(name)
    if (most === null) throw fail('labrun.name', name)
    if (names.has(name)) throw fail('labrun.duplicate', name)
    if (view.getUint32(at + 38, true) !== 0) throw fail('labrun.link', name) // attributes: a link, a folder, a device
    if (view.getUint16(at + 10, true) !== 0) throw fail('labrun.compressed', name)
    const [crc32, stored, size] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true), view.getUint32(at + 24, true)]
    if (stored !== size || view.getUint32(at + 42, true) !== next || size > most) throw fail('labrun.size', name)
    names.add(name)
    entries.push({ name, size, crc32 })
    if (entries.length > runFileLimits.entries) throw fail('labrun.size', name)
    next += headerBytesOf({ name }) + size
    at += centralBytes + length
  }
  for (const name of Object.values(runFileNames)) if (!names.has(name)) throw fail('labrun.missing', name)
  if (!entries.some(({ name }) => stepOfEntry(name) !== null)) throw fail('labrun.missing', 'checkpoints/…')
  const wanted = directoryOf(entries)
  if (next !== offset || wanted.length !== bytes.length || wanted.some((byte, i) => byte !== bytes[i])) throw fail('labrun.damaged', entries.at(-1)!.name)
  return entries
}

/** @throws FormatError labrun.damaged when the header before an entry is not the one of the directory */
export function checkLocalHeader(found: Uint8Array, entry: RunFileEntry, file: string): void {
  const wanted = localHeader(entry)
  if (found.length !== wanted.length || wanted.some((byte, i) => byte !== found[i])) throw new FormatError('labrun.damaged', `${file}: header of ${entry.name}`, { file, name: entry.name })
}
