import { promisify } from 'node:util'
import { constants, crc32, createInflateRaw, deflate } from 'node:zlib'

/** The fields of IHDR. @source PNG, "IHDR Image header" */
export interface PngHeader {
  readonly width: number
  readonly height: number
  readonly depth: number
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha */
  readonly colour: number
  readonly interlaced: boolean
}

/** The defect of a PNG, in the format's own names and numbers, which need no translation. */
export class PngDamage {
  constructor(readonly found: string) {}
}

interface Chunk { readonly type: string, readonly data: Uint8Array, readonly hasValidChecksum: boolean }

export const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const
const frameBytes = 12 // length, type and checksum around a chunk's data
const headerBytes = 8 + frameBytes + 13
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const depths: Readonly<Record<number, readonly number[]>> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] }

/** Reads the first chunk. @throws PngDamage */
export function pngHeader(bytes: Uint8Array): PngHeader {
  if (bytes.length < headerBytes) throw new PngDamage(`${bytes.length} bytes`)
  const { value: first } = chunksOf(bytes).next() as { value: Chunk | undefined }
  if (first?.type !== 'IHDR' || first.data.length !== 13) throw new PngDamage('IHDR?')
  if (!first.hasValidChecksum) throw new PngDamage('IHDR: CRC')
  const view = new DataView(first.data.buffer, first.data.byteOffset, 13)
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  const [depth = 0, colour = 0, compression, filter, interlace = 0] = first.data.subarray(8)
  if (width === 0 || height === 0) throw new PngDamage(`IHDR: ${width}×${height}`)
  if (!depths[colour]?.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) throw new PngDamage(`IHDR: ${[depth, colour, compression, filter, interlace].join(', ')}`)
  return { width, height, depth, colour, interlaced: interlace === 1 }
}

/**
 * Rewrites a PNG with only the chunks that its picture needs, and without data after IEND or the last row.
 * A strict decoder can then read every file that image viewers can show.
 * @throws PngDamage when viewers could not show it either
 */
export async function cleanPng(bytes: Uint8Array, header: PngHeader): Promise<Buffer> {
  const chunks: Chunk[] = []
  for (const chunk of chunksOf(bytes)) {
    if (chunk.type === 'IEND') break
    const isCritical = /^[A-Z]/.test(chunk.type)
    if (isCritical && !chunk.hasValidChecksum) throw new PngDamage(`${chunk.type}: CRC`)
    if (isCritical && !['IHDR', 'PLTE', 'IDAT'].includes(chunk.type)) throw new PngDamage(`${chunk.type}?`)
    if (chunk.hasValidChecksum) chunks.push(chunk)
  }
  const dataOf = (type: string): Uint8Array[] => chunks.filter(chunk => chunk.type === type).map(({ data }) => data)
  const [IHDR] = dataOf('IHDR')
  const rows = await inflatePart(dataOf('IDAT'), uncompressedBytes(header), bytes.length)
  return Buffer.concat([
    Buffer.from(pngSignature), chunkOf('IHDR', IHDR!), ...paletteOf(header, dataOf('PLTE')[0], dataOf('tRNS')[0]),
    chunkOf('IDAT', await promisify<Buffer, { level: number }, Buffer>(deflate)(rows, { level: constants.Z_NO_COMPRESSION })), chunkOf('IEND', new Uint8Array(0)),
  ])
}

/** Iterates over the complete chunks, up to a truncated one. */
function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at: number = pngSignature.length; at + frameBytes <= bytes.length;) {
    const end = at + frameBytes + view.getUint32(at)
    if (end > bytes.length) return
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    yield { type, data: bytes.subarray(at + 8, end - 4), hasValidChecksum: crc32(bytes.subarray(at + 4, end - 4)) === view.getUint32(end - 4) }
    at = end
  }
}

/** Bytes of all rows, each with its filter byte; an interlaced PNG has the rows of seven reduced images. @source PNG, "Interlacing and pass extraction" */
function uncompressedBytes({ width, height, depth, colour, interlaced }: PngHeader): number {
  const bits = depth * samples[colour]!
  const size = (columns: number, rows: number): number => columns > 0 && rows > 0 ? rows * (1 + Math.ceil(columns * bits / 8)) : 0
  if (!interlaced) return size(width, height)
  const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const
  return passes.reduce<number>((sum, [left, top, across, down]) => sum + size(Math.ceil((width - left) / across), Math.ceil((height - top) / down)), 0)
}

/** Inflates the first `wanted` bytes of a zlib stream, and no more, however large it gets. @throws PngDamage when it has fewer */
async function inflatePart(parts: readonly Uint8Array[], wanted: number, fileBytes: number): Promise<Buffer> {
  const rows: Buffer = Buffer.alloc(wanted)
  let length = 0
  // Skip zlib's 2-byte header and its checksum, as many viewers do: a wrong checksum would discard the last rows.
  const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH })
  inflate.end(Buffer.concat(parts).subarray(2))
  try {
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      length += piece.copy(rows, length)
      if (length === wanted) break
    }
  }
  catch { /* damaged from here on; the rows before may suffice */ }
  if (length < wanted) throw new PngDamage(parts.length > 0 ? `IDAT: ${length} < ${wanted} bytes` : `${fileBytes} bytes, IDAT?`)
  return rows
}

/** Fills the palette up to 256 entries: viewers show a pixel without an entry as black. */
function paletteOf({ colour }: PngHeader, palette: Uint8Array | undefined, opacity: Uint8Array | undefined): Buffer[] {
  const ofOneColour = { 0: 2, 2: 6 }[colour]
  if (ofOneColour !== undefined) return opacity?.length === ofOneColour ? [chunkOf('tRNS', opacity)] : []
  if (colour !== 3) return []
  if (!palette) throw new PngDamage('PLTE?')
  const entries = new Uint8Array(3 * 256)
  entries.set(palette.subarray(0, entries.length))
  return [chunkOf('PLTE', entries), ...opacity ? [chunkOf('tRNS', opacity.subarray(0, 256))] : []]
}

function chunkOf(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(frameBytes + data.length)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(data, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), data.length + 8)
  return bytes
}
