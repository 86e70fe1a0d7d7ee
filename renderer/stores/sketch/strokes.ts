import type { Stroke } from '@core'

export type { Point, Stroke } from '@core'

/** A test image on the paper. */
export interface TestDigit {
  readonly index: number
  readonly label: number
  /** 28×28, 0 to 1 */
  readonly image: Float32Array
}

/** A drawing: strokes, possibly on top of a test image. */
export interface Sketch {
  readonly base: TestDigit | null
  readonly strokes: readonly Stroke[]
}

export const blank: Sketch = { base: null, strokes: [] }
export const isBlank = ({ base, strokes }: Sketch): boolean => !base && strokes.length === 0

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
 * Stroke width as a fraction of the paper's width: MNIST's 2.4 of 28 pixels. Strokes without a test image are scaled to
 * a digit's size before the network sees them.
 */
export const thickness = 0.085

/** The part of a canvas context that strokes are drawn with. */
export type Pen = Pick<CanvasRenderingContext2D, 'strokeStyle' | 'lineWidth' | 'lineCap' | 'lineJoin' | 'beginPath' | 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'stroke'>

/** Draws strokes as smooth round lines: quadratic curves between the midpoints of neighbouring points. */
export function inkStrokes(pen: Pen, strokes: readonly Stroke[], size: number, colour: string): void {
  pen.strokeStyle = colour
  pen.lineWidth = thickness * size
  pen.lineCap = pen.lineJoin = 'round'
  for (const stroke of strokes) {
    const [first, ...rest] = stroke
    if (!first) continue
    pen.beginPath()
    pen.moveTo(first.x * size, first.y * size)
    // a line of length 0 with round caps is a dot
    if (rest.length === 0) pen.lineTo(first.x * size, first.y * size)
    rest.forEach((point, i) => {
      const after = rest[i + 1]
      const [x, y] = after ? [(point.x + after.x) / 2, (point.y + after.y) / 2] : [point.x, point.y]
      pen.quadraticCurveTo(point.x * size, point.y * size, x * size, y * size)
    })
    pen.stroke()
  }
}
