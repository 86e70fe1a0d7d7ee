import type { DatasetInfo, Size, Stroke } from '@core'
import type { PaperPicture } from '../../lib/picture-file'

export { fitted, type Point, type Stroke } from '@core'
export type { PaperPicture } from '../../lib/picture-file'

/** A dataset's image on the paper. */
export interface PaperImage {
  readonly kind?: never
  /** Id */
  readonly dataset: string
  readonly split: 'train' | 'test'
  readonly shape: DatasetInfo['shape']
  readonly index: number
  /** Index of its class */
  readonly label: number
  /** rows × columns, 0 to 1 */
  readonly image: Float32Array
}

/** A drawing: strokes, possibly on top of a dataset's image or of a picture. */
export interface Sketch {
  readonly base: PaperImage | PaperPicture | null
  readonly strokes: readonly Stroke[]
}

export const blank: Sketch = { base: null, strokes: [] }
export const isBlank = ({ base, strokes }: Sketch): boolean => !base && strokes.length === 0
/** @returns the dataset's image on the paper */
export const imageOn = ({ base }: Sketch): PaperImage | null => base?.kind === 'picture' ? null : base
/** @returns the picture on the paper */
export const pictureOn = ({ base }: Sketch): PaperPicture | null => base?.kind === 'picture' ? base : null

/** Undo history of the drawing, which also restores a cleared one. */
export class SketchHistory {
  private past: Sketch[] = []
  current: Sketch = blank

  get canUndo(): boolean { return this.past.length > 0 }

  change(next: Sketch): void {
    this.past = [...this.past, this.current].slice(-100)
    this.current = next
  }

  undo(): void {
    this.current = this.past.pop() ?? this.current
  }
}

/**
 * Stroke width as a fraction of the paper's shorter side: MNIST's 2.4 of 28 pixels. Strokes without a test image are scaled to
 * a digit's size before the network sees them.
 */
export const thickness = 0.085

/** The part of a canvas context that strokes are drawn with. */
export type Pen = Pick<CanvasRenderingContext2D, 'strokeStyle' | 'lineWidth' | 'lineCap' | 'lineJoin' | 'beginPath' | 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'stroke'>

/**
 * Draws strokes as smooth round lines: quadratic curves between the midpoints of neighbouring points.
 * @param size of the paper, in the pen's pixels
 */
export function inkStrokes(pen: Pen, strokes: readonly Stroke[], { width, height }: Size, colour: string): void {
  pen.strokeStyle = colour
  pen.lineWidth = thickness * Math.min(width, height)
  pen.lineCap = pen.lineJoin = 'round'
  for (const stroke of strokes) {
    const [first, ...rest] = stroke
    if (!first) continue
    pen.beginPath()
    pen.moveTo(first.x * width, first.y * height)
    // a line of length 0 with round caps is a dot
    if (rest.length === 0) pen.lineTo(first.x * width, first.y * height)
    rest.forEach((point, i) => {
      const after = rest[i + 1]
      const [x, y] = after ? [(point.x + after.x) / 2, (point.y + after.y) / 2] : [point.x, point.y]
      pen.quadraticCurveTo(point.x * width, point.y * height, x * width, y * height)
    })
    pen.stroke()
  }
}
