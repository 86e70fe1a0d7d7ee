import { LabError } from '@core'
import { PNG } from 'pngjs'
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
    const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
    const found = bytes.length === 0 ? '0 bytes' : others.find(([, pattern]) => pattern.test(start))?.[0] ?? '?'
    throw new LabError('image.format', `${path}: not a PNG: ${found}`, { file: path, wanted: 'PNG', found })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 33) throw damaged(path, `${bytes.length} bytes`)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  if (width * height > maxPixels)
    throw new LabError('image.tooLarge', `${path}: ${width}×${height}`, { file: path, wanted: `${maxPixels / 1e6}`, found: `${width}×${height}` })
  try {
    const { data } = PNG.sync.read(Buffer.from(bytes))
    return { width, height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.length) }
  }
  catch (cause) { throw damaged(path, cause instanceof Error ? cause.message : String(cause)) }
}

const damaged = (file: string, found: string): LabError => new LabError('image.damaged', `${file}: damaged: ${found}`, { file, found })
