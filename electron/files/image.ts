import { promisify } from 'node:util'
import { constants, inflate } from 'node:zlib'
import { LabError } from '@core'
import { readWhole } from './read'

export interface Picture {
  readonly width: number
  readonly height: number
  /** width × height × 4 bytes */
  readonly rgba: Uint8Array
}

const maxBytes = 50_000_000
const maxPixels = 25_000_000
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const others: readonly (readonly [string, RegExp])[] = [
  ['JPEG', /^\xff\xd8\xff/], ['GIF', /^GIF8/], ['BMP', /^BM/], ['WebP', /^RIFF.{4}WEBP/s], ['PDF', /^%PDF/], ['SVG', /^\s*<(\?xml|svg)/],
]

/**
 * Reads a PNG of any size up to 25 megapixels.
 * @throws LabError file.*, image.format, image.tooLarge, image.damaged
 */
export async function readPng(path: string): Promise<Picture> {
  const bytes = await readWhole(path, { maxBytes })
  if (!signature.every((byte, i) => bytes[i] === byte)) {
    const found = kindOf(bytes)
    throw new LabError('image.format', `${path}: not a PNG: ${found}`, { file: path, wanted: 'PNG', found })
  }
  const { width, height, interlaced } = headerOf(bytes, path)
  if (width * height > maxPixels)
    throw new LabError('image.tooLarge', `${path}: ${width}×${height}`, { file: path, wanted: `${maxPixels / 1e6}`, found: `${width}×${height}` })
  if (interlaced) await checkUnfolding(bytes, width, height, path)
  const { PNG } = await import('pngjs') // the window's start does not wait for it
  try {
    const { data } = PNG.sync.read(Buffer.from(bytes.buffer))
    return { width, height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.length) }
  }
  catch (cause) { throw damaged(path, isWhole(bytes) ? cause instanceof Error ? cause.message : String(cause) : `${bytes.length} bytes, IEND?`) }
}

/** What the file is instead, and where nobody knows, how it begins. */
function kindOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return '0 bytes'
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  const known = others.find(([, pattern]) => pattern.test(start))?.[0]
  if (known !== undefined) return known
  const first = start.slice(0, 12)
  return /^[\x20-\x7e\s]+$/.test(first) ? `“${first.trim().replace(/\s+/g, ' ')}…”` : `${Buffer.from(first, 'latin1').toString('hex', 0, 8).replace(/..(?=.)/g, '$& ')} …`
}

/** A PNG ends with an empty chunk of that name; one that was cut off has none. */
const isWhole = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(-64)).includes('IEND')

/** Signature, length and type of the first chunk, and its 13 bytes. @source PNG, "IHDR Image header" */
function headerOf(bytes: Uint8Array<ArrayBuffer>, file: string): { readonly width: number, readonly height: number, readonly interlaced: boolean } {
  if (bytes.length < 33) throw damaged(file, `${bytes.length} bytes`)
  const view = new DataView(bytes.buffer)
  const [type, width, height] = [view.getUint32(12), view.getUint32(16), view.getUint32(20)]
  if (type !== chunkType('IHDR') || width === 0 || height === 0) throw damaged(file, type === chunkType('IHDR') ? `${width}×${height}` : 'IHDR?')
  return { width, height, interlaced: bytes[28] !== 0 }
}

/**
 * Makes sure that an interlaced picture unfolds to no more than its pixels take; pngjs keeps
 * that limit for all others.
 */
async function checkUnfolding(bytes: Uint8Array<ArrayBuffer>, width: number, height: number, file: string): Promise<void> {
  const view = new DataView(bytes.buffer)
  const parts: Uint8Array[] = []
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at))
    if (view.getUint32(at + 4) === chunkType('IDAT')) parts.push(bytes.subarray(at + 8, at + 8 + view.getUint32(at)))
  // at most 8 bytes a pixel; in seven passes each row has a filter byte and may end inside a byte
  const maxOutputLength = 8 * width * height + 14 * (height + 1)
  try { await unfold(Buffer.concat(parts), { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH }) }
  catch (cause) { throw damaged(file, (cause as NodeJS.ErrnoException).code ?? String(cause)) }
}

const unfold = promisify<Uint8Array, { maxOutputLength: number, finishFlush: number }, Buffer>(inflate)
const chunkType = (name: string): number => Buffer.from(name, 'latin1').readUInt32BE()
const damaged = (file: string, found: string): LabError => new LabError('image.damaged', `${file}: damaged: ${found}`, { file, found })
