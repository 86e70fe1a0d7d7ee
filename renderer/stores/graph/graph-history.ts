import type { GraphDocument } from '@core'

/** Changes of one kind that follow each other faster than this are one: a word typed, an input dragged. */
const togetherMs = 1_000
const maxPast = 200

/** The documents of one graph so far: those to go back to, and those that were taken back. */
export class GraphHistory {
  private past: GraphDocument[] = []
  private future: GraphDocument[] = []
  private latest: { readonly kind: string | null, readonly at: number } | null = null

  constructor(private document: GraphDocument, private readonly now: () => number = () => performance.now()) {}

  get current(): GraphDocument { return this.document }
  get canUndo(): boolean { return this.past.length > 0 }
  get canRedo(): boolean { return this.future.length > 0 }

  /** @param kind 'expression', 'input apple', …: only changes of one kind can become one; null: a change that stands alone */
  change(next: GraphDocument, kind: string | null): void {
    const at = this.now()
    const together = kind !== null && this.latest?.kind === kind && at - this.latest.at < togetherMs
    if (!together) this.past = [...this.past, this.document].slice(-maxPast)
    this.document = next
    this.future = []
    this.latest = { kind, at }
  }

  /** The next change is one of its own: a field was left, a handle let go. */
  settle(): void {
    this.latest = null
  }

  undo(): void {
    const before = this.past.pop()
    if (!before) return
    this.future.push(this.document)
    this.document = before
    this.settle()
  }

  redo(): void {
    const after = this.future.pop()
    if (!after) return
    this.past.push(this.document)
    this.document = after
    this.settle()
  }
}
