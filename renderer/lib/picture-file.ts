import { fileKind, fileStart, LabError, pictureKind, pictureKinds, pictureLimits, pictureSize, type PictureBase, type PictureKind, type PictureSize } from '@core'

/** A picture from a file or the clipboard on the paper, at most 1,000 pixels a side. */
export interface PaperPicture extends PictureBase {
  /** Of its file */
  readonly name: string
}

/** Larger pictures are scaled to this width and height, which is still many times finer than a digit needs. */
const largestSide = 1000
/** In most files the header is within the first part; a JPEG's may come after profiles and previews. */
const headerBytes = [2 ** 16, 2 ** 20, 2 ** 24] as const
/** An uncompressed picture of the largest size, with 4 bytes a pixel */
const maxBytes = 4 * pictureLimits.pixels + 2 ** 20

/**
 * Decodes a picture in the window's sandbox: upright, at most 1000 pixels a side. Its size is checked before anything is unpacked.
 * @param name shown in errors
 * @throws LabError image.format, image.tooLarge, image.damaged; file.tooLarge, file.other
 */
export async function pictureOf(file: Blob, name: string): Promise<PaperPicture> {
  const kind = await checked(file, name)
  const bitmap = await createImageBitmap(file).catch(() => { throw damaged(name, kind, kind) })
  try { return { kind: 'picture', name, ...scaled(bitmap, name), sensitivity: 0.5 } }
  finally { bitmap.close() }
}

/** Checks format and size. @throws LabError as `pictureOf` */
async function checked(file: Blob, name: string): Promise<PictureKind> {
  for (const bytes of headerBytes) {
    const start = await startOf(file, bytes, name)
    const kind = pictureKind(start)
    if (!kind) {
      const found = fileKind(start) ?? fileStart(start)
      throw new LabError('image.format', `${name}: ${found}`, { file: name, wanted: pictureKinds.join(', '), found })
    }
    if (file.size > maxBytes) throw new LabError('file.tooLarge', `${name}: ${file.size} bytes`, { file: name, found: `${Math.ceil(file.size / 1e6)} MB`, wanted: `${Math.floor(maxBytes / 1e6)} MB` })
    const size = pictureSize(start, kind)
    if (size) {
      checkSize(size, name, kind)
      return kind
    }
    if (file.size <= bytes) throw damaged(name, kind, `${file.size} bytes`)
  }
  throw damaged(name, 'JPEG', `${file.size} bytes`)
}

async function startOf(file: Blob, bytes: number, name: string): Promise<Uint8Array> {
  try { return new Uint8Array(await file.slice(0, bytes).arrayBuffer()) }
  catch (cause) { throw new LabError('file.other', `${name}: ${String(cause)}`, { file: name, found: cause instanceof Error ? cause.name : '?' }, { cause }) } // moved or changed since it was chosen
}

function checkSize({ width, height }: PictureSize, file: string, kind: PictureKind): void {
  const found = `${width}×${height}`
  if (width === 0 || height === 0) throw damaged(file, kind, found)
  const { pixels, side } = pictureLimits
  if (width <= side && height <= side && width * height <= pixels) return
  throw new LabError('image.tooLarge', `${file}: ${found}`, { file, wanted: pixels / 1e6, side, found })
}

const damaged = (file: string, kind: PictureKind, found: string): LabError => new LabError('image.damaged', `${file}: damaged: ${found}`, { file, kind, found })

/** The pixels, scaled down smoothly: with the default quality a thin line would fall between the samples. */
function scaled(bitmap: ImageBitmap, name: string): Pick<PaperPicture, 'width' | 'height' | 'rgba'> {
  const scale = Math.min(1, largestSide / Math.max(bitmap.width, bitmap.height))
  const [width, height] = [bitmap.width, bitmap.height].map(side => Math.max(1, Math.round(side * scale))) as [number, number]
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new LabError('internal', `${name}: no canvas`, { found: 'canvas' })
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  return { width, height, rgba: context.getImageData(0, 0, width, height).data }
}
