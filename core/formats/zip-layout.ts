/** An entry of a zip whose contents are stored as they are. */
export interface ZipEntry {
  readonly name: string
  readonly size: number
  /** CRC-32 of its contents */
  readonly crc32: number
}

/** Sizes of the headers, with a name of no bytes. @source PKWARE, APPNOTE.TXT, 4.3 */
export const [localBytes, centralBytes, endBytes] = [30, 46, 22]
export const [localMark, centralMark, endMark] = [0x04034b50, 0x02014b50, 0x06054b50]
/** Version that can read it, and the date 1980-01-01, which says nothing about the writer */
const [version, date] = [20, 0x21]
/** The comment's length has 16 bits. */
export const maxComment = 0xffff

const encode = (name: string): Uint8Array => new TextEncoder().encode(name)
/** Bytes of the header before an entry's contents. */
export const headerBytesOf = ({ name }: Pick<ZipEntry, 'name'>): number => localBytes + encode(name).length

/** The header before an entry's contents. */
export function localHeader(entry: ZipEntry): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytesOf(entry))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, localMark, true)
  view.setUint16(4, version, true)
  common(view, 10, entry)
  bytes.set(encode(entry.name), localBytes)
  return bytes
}

/** Date, checksum, sizes and length of the name, as both kinds of headers have them. */
function common(view: DataView, at: number, { name, size, crc32 }: ZipEntry): void {
  view.setUint16(at + 2, date, true)
  view.setUint32(at + 4, crc32, true)
  view.setUint32(at + 8, size, true)
  view.setUint32(at + 12, size, true)
  view.setUint16(at + 16, encode(name).length, true)
}

/** The directory behind all entries, which lie in this order from the beginning. @param comment at most `maxComment` bytes */
export function directoryOf(entries: readonly ZipEntry[], comment: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const names = entries.map(({ name }) => encode(name))
  const size = names.reduce((sum, { length }) => sum + centralBytes + length, 0)
  const bytes = new Uint8Array(size + endBytes + comment.length)
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
  view.setUint16(at + 20, comment.length, true)
  bytes.set(comment, at + endBytes)
  return bytes
}
