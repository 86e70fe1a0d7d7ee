import { type BrowsedDataset, type BrowsedSplit, browseLimits } from '@contract'
import { inputSize } from '@core'
import type { Rgb } from '../../lib/grey'
import { imageAt } from '../../stores/browse'

/** Bytes of one request, about, and of all pictures that are kept */
const [requestBytes, keptBytes] = [256 * 1024, 64 * 1024 * 1024]
/** Requests in progress at once */
const mostAsked = 3
/** After an error, main is asked again only then. */
const retryMs = 2_000

/** Some images that follow one another in a selection. */
interface Chunk {
  /** One image after the other, 0 (paper) to 255 (ink) */
  readonly bytes: Uint8Array
  /** All of them, `across` in a row, one pixel for each of theirs; made when they are first drawn */
  sheet: HTMLCanvasElement | null
}

export interface ImageChunksOptions {
  readonly dataset: BrowsedDataset
  /** Places of the images, in the order of the selection */
  readonly places: Uint32Array
  /** @returns the images' bytes, one after the other */
  readonly ask: (split: BrowsedSplit, indices: readonly number[]) => Promise<Uint8Array>
  /** Called when more images are there */
  readonly arrived: () => void
  readonly failed: (cause: unknown) => void
}

/** The images of a selection, loaded a few hundred at a time when they become visible; the most recent chunks are kept. */
export class ImageChunks {
  /** Images of a chunk */
  readonly length: number
  private readonly across: number
  private readonly size: number
  private readonly most: number
  /** In the order in which they were last used */
  private readonly chunks = new Map<number, Chunk>()
  private readonly asked = new Set<number>()
  private wanted: readonly number[] = []
  private refusedAt = -Infinity
  private isClosed = false

  constructor(private readonly options: ImageChunksOptions) {
    const { dataset: { info } } = options
    this.size = inputSize(info)
    this.length = Math.max(1, Math.min(256, browseLimits.images, Math.floor(requestBytes / this.size)))
    this.across = Math.ceil(Math.sqrt(this.length))
    this.most = Math.max(4, Math.floor(keptBytes / (5 * this.size * this.length))) // one byte a pixel, and four in a picture
  }

  /** Brings the images from one position to another, and then those around them. What was wanted before is no longer. */
  want(first: number, last: number): void {
    const [from, to] = [Math.floor(first / this.length), Math.floor(last / this.length)]
    const inSight = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
    const end = Math.ceil(this.options.places.length / this.length)
    this.wanted = [...inSight, to + 1, from - 1].filter(chunk => chunk >= 0 && chunk < end)
    this.askNext()
  }

  /** The bytes of an image; null: not there yet */
  bytesOf(position: number): Uint8Array | null {
    const chunk = this.use(Math.floor(position / this.length))
    const at = position % this.length * this.size
    return chunk && chunk.bytes.subarray(at, at + this.size)
  }

  /** Where an image is in a picture; null: not there yet. @param colours of paper and ink */
  pictureOf(position: number, colours: readonly [Rgb, Rgb]): { readonly sheet: HTMLCanvasElement, readonly x: number, readonly y: number } | null {
    const chunk = this.use(Math.floor(position / this.length))
    if (!chunk) return null
    const [, rows, columns] = this.options.dataset.info.shape
    const at = position % this.length
    return { sheet: chunk.sheet ??= this.paint(chunk.bytes, colours), x: at % this.across * columns, y: Math.floor(at / this.across) * rows }
  }

  /** The pictures are to be painted in other colours. */
  repaint(): void { for (const chunk of this.chunks.values()) chunk.sheet = null }

  /** Nothing more is wanted. */
  close(): void {
    this.isClosed = true
    this.wanted = []
    this.chunks.clear()
  }

  private use(at: number): Chunk | null {
    const chunk = this.chunks.get(at)
    if (!chunk) return null
    this.chunks.delete(at)
    this.chunks.set(at, chunk)
    return chunk
  }

  private askNext(): void {
    if (this.isClosed || performance.now() - this.refusedAt < retryMs) return
    for (const chunk of this.wanted) {
      if (this.asked.size >= mostAsked) return
      if (!this.chunks.has(chunk) && !this.asked.has(chunk)) void this.bring(chunk)
    }
  }

  private async bring(chunk: number): Promise<void> {
    this.asked.add(chunk)
    try {
      const bytes = await this.read(this.options.places.subarray(chunk * this.length, (chunk + 1) * this.length))
      if (this.isClosed) return
      this.chunks.set(chunk, { bytes, sheet: null })
      for (const oldest of this.chunks.keys()) {
        if (this.chunks.size <= this.most) break
        this.chunks.delete(oldest)
      }
      this.options.arrived()
    }
    catch (cause) {
      this.refusedAt = performance.now()
      if (!this.isClosed) this.options.failed(cause)
    }
    finally {
      this.asked.delete(chunk)
      this.askNext()
    }
  }

  /** A selection may have images of both splits. */
  private async read(places: Uint32Array): Promise<Uint8Array> {
    const { dataset: { labels }, ask } = this.options
    const images = Array.from(places, place => imageAt(place, labels))
    const bytes = new Uint8Array(images.length * this.size)
    await Promise.all((['train', 'test'] as const).map(async (split) => {
      const mine = images.flatMap((image, n) => image.split === split ? [{ n, index: image.index }] : [])
      if (mine.length === 0) return
      const found = await ask(split, mine.map(({ index }) => index))
      mine.forEach(({ n }, i) => { bytes.set(found.subarray(i * this.size, (i + 1) * this.size), n * this.size) })
    }))
    return bytes
  }

  private paint(bytes: Uint8Array, [paper, ink]: readonly [Rgb, Rgb]): HTMLCanvasElement {
    const [, rows, columns] = this.options.dataset.info.shape
    const [width, height] = [this.across * columns, Math.ceil(this.length / this.across) * rows]
    const sheet = Object.assign(document.createElement('canvas'), { width, height })
    const context = sheet.getContext('2d')
    if (!context) return sheet
    const image = context.createImageData(width, height)
    const words = new Uint32Array(image.data.buffer)
    const tones = tonesOf(paper, ink)
    for (let n = 0; n * this.size < bytes.length; n++) {
      const [x, y] = [n % this.across * columns, Math.floor(n / this.across) * rows]
      for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) words[(y + row) * width + x + column] = tones[bytes[n * this.size + row * columns + column]!]!
    }
    context.putImageData(image, 0, 0)
    return sheet
  }
}

/** The colour of each byte, as the four bytes of a pixel */
function tonesOf(paper: Rgb, ink: Rgb): Uint32Array {
  const bytes = new Uint8ClampedArray(4 * 256)
  for (let value = 0; value < 256; value++) bytes.set([...paper.map((from, c) => from + value / 255 * (ink[c]! - from)), 255], 4 * value)
  return new Uint32Array(bytes.buffer)
}
