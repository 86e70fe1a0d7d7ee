import { blank, type Sketch } from './strokes'

/** Of the pictures that can be brought back */
const mostBytes = 2 ** 26

function bytesOf(sketches: readonly Sketch[]): number {
  const buffers = new Set(sketches.flatMap(({ base }) => base?.kind === 'picture' ? [base.rgba, ...base.erased ? [base.erased] : []] : []))
  return [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0)
}

/** What can be taken back, and what was taken back; a cleared drawing too. */
export class SketchHistory {
  private past: Sketch[] = []
  private future: Sketch[] = []
  current: Sketch = blank

  get canUndo(): boolean { return this.past.length > 0 }
  get canRedo(): boolean { return this.future.length > 0 }

  change(next: Sketch): void {
    this.past = [...this.past, this.current].slice(-100)
    while (bytesOf(this.past) > mostBytes) this.past.shift()
    this.future = []
    this.current = next
  }

  undo(): void {
    const before = this.past.pop()
    if (!before) return
    this.future.push(this.current)
    this.current = before
  }

  redo(): void {
    const after = this.future.pop()
    if (!after) return
    this.past.push(this.current)
    this.current = after
  }
}
