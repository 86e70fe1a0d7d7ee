import { excerpt } from '../typed/excerpt'
import { crc32 } from './crc32'
import { bytesText, fault } from './fault'
import { inflate, mostInflation } from './inflate'
import { centralBytes, centralMark, directoryOf, endBytes, endMark, localBytes, localHeader, localMark, maxComment, type ZipEntry } from './zip-layout'

/** An entry of a zip that is read: stored, or deflated. */
export interface PackedEntry extends ZipEntry {
  readonly deflated: boolean
  /** Position of its header in the file */
  readonly at: number
  /** Bytes that it takes in the file, without its header */
  readonly packed: number
}

export interface ZipFile {
  /** In the order of the directory */
  readonly entries: readonly PackedEntry[]
  readonly comment: Uint8Array
}

export interface ZipLimits {
  /** Number of entries */
  readonly entries: number
  /** All entries together, unpacked */
  readonly bytes: number
}

/** Method of an entry */
const [stored, deflated] = [0, 8]
const mostBytesOf = (packed: number): number => mostInflation * packed
/** A field with all bits set refers to the fields of zip64, which is for files of 4 GB and more. */
const [all16, all32] = [0xffff, 0xffffffff]

/**
 * Reads the directory of a zip strictly: what it says of its entries must be possible, and agree with the entries' own headers.
 * @param bytes the whole file
 * @param file its name, for the message
 * @throws FormatError zip.* naming the entry or the place
 */
export function readZip(bytes: Uint8Array, file: string, limits: ZipLimits): ZipFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOf(view, file)
  const [disk, diskOfDirectory, here, count] = [4, 6, 8, 10].map(field => view.getUint16(end + field, true)) as [number, number, number, number]
  const [size, from] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)]
  if ([disk, diskOfDirectory, here, count].includes(all16) || size === all32 || from === all32) throw fault(file, 'zip.large', { name: '–' })
  if (disk !== 0 || diskOfDirectory !== 0 || here !== count) throw fault(file, 'zip.damaged', { at: end + 4, wanted: 'disk 0', found: `disk ${disk}` })
  if (from + size !== end) throw fault(file, 'zip.damaged', { at: end + 12, wanted: end, found: from + size })
  if (count > limits.entries) throw fault(file, 'zip.tooMany', { wanted: limits.entries, found: count })
  const entries: PackedEntry[] = []
  let at = from
  for (let i = 0; i < count; i++) {
    if (at + centralBytes > end || view.getUint32(at, true) !== centralMark) throw fault(file, 'zip.damaged', { at, wanted: 'PK\\1\\2', found: bytesText(bytes.subarray(at, at + 4)) })
    const [name, extra, comment] = [28, 30, 32].map(field => view.getUint16(at + field, true)) as [number, number, number]
    if (at + centralBytes + name + extra + comment > end) throw fault(file, 'zip.damaged', { at: at + 28, wanted: `≤ ${end}`, found: at + centralBytes + name + extra + comment })
    entries.push(entryAt(view, at, nameIn(bytes.subarray(at + centralBytes, at + centralBytes + name), file), file))
    at += centralBytes + name + extra + comment
  }
  if (at !== end) throw fault(file, 'zip.damaged', { at, wanted: end, found: at })
  checkNames(entries, file)
  checkSizes(entries, limits, file)
  checkPlaces(entries, view, from, file)
  return { entries, comment: bytes.subarray(end + endBytes) }
}

/**
 * Unpacks one entry; a stored one is a view of the file.
 * @throws FormatError zip.data, zip.checksum
 */
export function readEntry(bytes: Uint8Array, entry: PackedEntry, file: string): Uint8Array {
  const { name, size, packed, at } = entry
  const from = contentsOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at)
  const contents = bytes.subarray(from, from + packed)
  const content = entry.deflated ? unpack(contents, entry, file) : contents
  const found = crc32(content)
  if (found !== entry.crc32) throw fault(file, 'zip.checksum', { name: excerpt(name), wanted: hex(entry.crc32), found: hex(found) })
  if (content.length !== size) throw fault(file, 'zip.data', { name: excerpt(name), wanted: size, found: content.length })
  return content
}

/** Writes a zip whose entries are stored. @param comment at most 65,535 bytes */
export function writeZip(contents: Iterable<readonly [name: string, bytes: Uint8Array]>, comment?: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts = [...contents].map(([name, bytes]) => ({ entry: { name, size: bytes.length, crc32: crc32(bytes) }, bytes }))
  const pieces = [...parts.flatMap(({ entry, bytes }) => [localHeader(entry), bytes]), directoryOf(parts.map(({ entry }) => entry), comment)]
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

function unpack(contents: Uint8Array, { name, size }: PackedEntry, file: string): Uint8Array {
  const { bytes, length, damaged } = inflate(contents, size)
  if (damaged || length !== size) throw fault(file, 'zip.data', { name: excerpt(name), wanted: size, found: length > size ? `> ${size}` : length })
  return bytes
}

/** Position of the record at the end, behind which only its comment stands. */
function endOf(view: DataView, file: string): number {
  for (let at = view.byteLength - endBytes; at >= 0 && at >= view.byteLength - endBytes - maxComment; at--)
    if (view.getUint32(at, true) === endMark && view.getUint16(at + 20, true) === view.byteLength - endBytes - at) return at
  throw fault(file, 'zip.cut')
}

function entryAt(view: DataView, at: number, name: string, file: string): PackedEntry {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)]
  const [crc, packed, size, place] = [16, 20, 24, 42].map(field => view.getUint32(at + field, true)) as [number, number, number, number]
  if (flags & 0x2041) throw fault(file, 'zip.encrypted', { name: excerpt(name) }) // encrypted, strongly encrypted, masked
  if (method !== stored && method !== deflated) throw fault(file, 'zip.method', { name: excerpt(name), found: method, wanted: '0, 8' })
  if ([packed, size, place].includes(all32)) throw fault(file, 'zip.large', { name: excerpt(name) })
  return { name, size, crc32: crc, deflated: method === deflated, at: place, packed }
}

/** Names are read as UTF-8, which includes ASCII. */
function nameIn(bytes: Uint8Array, file: string): string {
  try { return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  catch { throw fault(file, 'zip.name', { name: excerpt(new TextDecoder('latin1').decode(bytes)) || '–' }) }
}

/** A name is a path inside the zip: not absolute, no way upwards, no empty part. */
function checkNames(entries: readonly PackedEntry[], file: string): void {
  const names = new Set<string>()
  for (const { name } of entries) {
    const parts = name.split('/')
    if (/[\\\0]|^[a-z]:/i.test(name) || parts.some(part => part === '' || part === '.' || part === '..')) throw fault(file, 'zip.name', { name: excerpt(name) || '–' })
    if (names.has(name)) throw fault(file, 'zip.duplicate', { name: excerpt(name) })
    names.add(name)
  }
}

function checkSizes(entries: readonly PackedEntry[], { bytes: most }: ZipLimits, file: string): void {
  let sum = 0
  for (const { name, size, packed, deflated } of entries) {
    if (deflated ? size > mostBytesOf(packed) : size !== packed) throw fault(file, 'zip.size', { name: excerpt(name), wanted: deflated ? `≤ ${mostBytesOf(packed)}` : packed, found: size })
    sum += size
    if (sum > most) throw fault(file, 'zip.tooLarge', { name: excerpt(name), wanted: megabytes(most), found: megabytes(sum) })
  }
}

/** Entries lie before the directory and do not overlap, and each has a header of its own that agrees with the directory. */
function checkPlaces(entries: readonly PackedEntry[], view: DataView, directory: number, file: string): void {
  let before = 0
  for (const entry of [...entries].sort((a, b) => a.at - b.at)) {
    const { name, at } = entry
    if (at < before) throw fault(file, 'zip.overlap', { name: excerpt(name), at, wanted: `≥ ${before}`, found: at })
    if (at + localBytes > directory || view.getUint32(at, true) !== localMark) throw fault(file, 'zip.damaged', { at, wanted: 'PK\\3\\4', found: at + localBytes > directory ? directory : hex(view.getUint32(at, true)) })
    before = contentsOf(view, at) + entry.packed
    if (before > directory) throw fault(file, 'zip.overlap', { name: excerpt(name), at, wanted: `≤ ${directory}`, found: before })
    checkLocal(entry, view, file)
  }
}

function checkLocal({ name, at, size, packed, crc32, deflated: isDeflated }: PackedEntry, view: DataView, file: string): void {
  const length = view.getUint16(at + 26, true)
  const own = nameIn(new Uint8Array(view.buffer, view.byteOffset + at + localBytes, length), file)
  if (own !== name) throw fault(file, 'zip.damaged', { at: at + localBytes, wanted: excerpt(name), found: excerpt(own) || '–' })
  const [flags, method] = [view.getUint16(at + 6, true), view.getUint16(at + 8, true)]
  if (flags & 0x2041) throw fault(file, 'zip.encrypted', { name: excerpt(name) })
  if (method !== (isDeflated ? deflated : stored)) throw fault(file, 'zip.damaged', { at: at + 8, wanted: isDeflated ? deflated : stored, found: method })
  if (flags & 8) return // its sizes follow the contents
  for (const [field, wanted] of [[14, crc32], [18, packed], [22, size]] as const) {
    const found = view.getUint32(at + field, true)
    if (found !== wanted && (field === 14 || found !== all32)) throw fault(file, 'zip.damaged', { at: at + field, wanted, found }) // NumPy always writes the sizes of zip64 here
  }
}

/** Position of an entry's contents, behind the name and the extra field of its header. */
const contentsOf = (view: DataView, at: number): number => at + localBytes + view.getUint16(at + 26, true) + view.getUint16(at + 28, true)

const hex = (number: number): string => `0x${number.toString(16).padStart(8, '0')}`
const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`
