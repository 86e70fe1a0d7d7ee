import { fileKind, fileStart, LabError, pictureLimits } from '@core'
import { cleanPng, PngDamage, type PngHeader, pngHeader, pngSignature } from './png'
import { readWhole } from './read'

export interface Picture {
  readonly width: number
  readonly height: number
  /** width × height × 4 bytes */
  readonly rgba: Uint8Array
}

const maxBytes = 50_000_000
const { pixels: maxPixels, side: maxSide } = pictureLimits

/**
 * Reads a PNG of up to 25 megapixels. Damage that image viewers tolerate is accepted.
 * @throws LabError file.*, image.format, image.tooLarge, image.damaged
 */
export async function readPng(path: string): Promise<Picture> {
  const bytes = await readWhole(path, { maxBytes })
  if (!pngSignature.every((byte, i) => bytes[i] === byte)) {
    const found = fileKind(bytes) ?? fileStart(bytes)
    throw new LabError('image.format', `${path}: not a PNG: ${found}`, { file: path, wanted: 'PNG', found })
  }
  try {
    const header = pngHeader(bytes)
    checkSize(header, path)
    return await decode(await cleanPng(bytes, header), header)
  }
  catch (cause) {
    if (cause instanceof PngDamage) throw new LabError('image.damaged', `${path}: damaged: ${cause.found}`, { file: path, kind: 'PNG', found: cause.found })
    throw cause
  }
}

function checkSize({ width, height, depth }: PngHeader, file: string): void {
  const most = depth === 16 ? maxPixels / 2 : maxPixels // 16-bit samples take twice the memory
  if (width <= maxSide && height <= maxSide && width * height <= most) return
  throw new LabError('image.tooLarge', `${file}: ${width}×${height}`, { file, wanted: most / 1e6, side: maxSide, found: `${width}×${height}` })
}

async function decode(png: Buffer, { width, height }: PngHeader): Promise<Picture> {
  const { PNG } = await import('pngjs') // loaded on demand, so that it does not delay the window
  try {
    const { data } = PNG.sync.read(png)
    return { width, height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.length) }
  }
  catch { throw new PngDamage('IDAT') } // a row has an invalid filter type
}
