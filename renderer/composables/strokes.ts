/** A point of the paper, both from 0 to 1. */
export interface Point { readonly x: number, readonly y: number }
export type Stroke = readonly Point[]

/** A drawing: perhaps a ready digit beneath, and strokes upon it. */
export interface Sketch {
  /** 28×28, 0 to 1 */
  readonly base: Float32Array | null
  readonly strokes: readonly Stroke[]
}

export const blank: Sketch = { base: null, strokes: [] }
export const isBlank = ({ base, strokes }: Sketch): boolean => !base && strokes.length === 0

/** Every sketch so far, so that clearing by mistake loses nothing. */
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

/** Thickness of a stroke, in parts of the paper's width: about MNIST's two pixels in twenty. */
const thickness = 0.085

/** Draws strokes as smooth round lines: each point bends the way between its neighbours' middles. */
export function inkStrokes(context: CanvasRenderingContext2D, strokes: readonly Stroke[], size: number, colour: string): void {
  context.strokeStyle = context.fillStyle = colour
  context.lineWidth = thickness * size
  context.lineCap = context.lineJoin = 'round'
  for (const stroke of strokes) {
    const [first, ...rest] = stroke
    if (!first) continue
    context.beginPath()
    if (rest.length === 0) {
      context.arc(first.x * size, first.y * size, thickness * size / 2, 0, 2 * Math.PI)
      context.fill()
      continue
    }
    context.moveTo(first.x * size, first.y * size)
    rest.forEach((point, i) => {
      const after = rest[i + 1]
      const [x, y] = after ? [(point.x + after.x) / 2, (point.y + after.y) / 2] : [point.x, point.y]
      context.quadraticCurveTo(point.x * size, point.y * size, x * size, y * size)
    })
    context.stroke()
  }
}
