import { type ErrorCode, FormatError } from '../errors'
import { centralBytes, centralMark, directoryOf, endBytes, endMark, headerBytesOf, localHeader, localMark, type ZipEntry } from '../formats/zip-layout'
import { excerpt } from '../typed/excerpt'

// A run as one file (.labrun): a zip whose entries are stored as they are, of run.json, series.bin and checkpoints/<step>.safetensors.
// It is read and written here and not by a library: those read more than this format allows (compressed entries, any name, sizes
// that contradict each other), and what they pass over would have to be checked again.

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
export function readDirectory(bytes: Uint8Array, offset: number, file: string): readonly ZipEntry[] {
  const fail = (code: ErrorCode, name: string, details: object = {}): FormatError => new FormatError(code, `${file}: ${code} ${name}`, { file, name: excerpt(name) || '–', ...details })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries: ZipEntry[] = []
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
export function checkLocalHeader(found: Uint8Array, entry: ZipEntry, file: string): void {
  const wanted = localHeader(entry)
  if (found.length !== wanted.length || wanted.some((byte, i) => byte !== found[i])) throw new FormatError('labrun.damaged', `${file}: header of ${entry.name}`, { file, name: entry.name })
}
