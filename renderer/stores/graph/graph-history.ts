import type { GraphDocument } from '@core'

/** Changes of the same kind within this time are one undo step: typing a word, dragging an input. */
const mergeMs = 1_000
const maxPast = 200

/** Undo and redo for one graph. */
export class GraphHistory {
  private past: GraphDocument[] = []
  private future: GraphDocument[] = []
  private latest: { readonly kind: string | null, readonly at: number } | null = null

  constructor(private document: GraphDocument, private readonly now: () => number = () => performance.now()) {}

  get current(): GraphDocument { return this.document }
  get canUndo(): boolean { return this.past.length > 0 }
  get canRedo(): boolean { return this.future.length > 0 }

  /** @param kind 'expression', 'input apple', …: only changes of the same kind are merged; null: never merged */
  change(next: GraphDocument, kind: string | null): void {
    const at = this.now()
    const merges = kind !== null && this.latest?.kind === kind && at - this.latest.at < mergeMs
    if (!merges) this.past = [...this.past, this.document].slice(-maxPast)
    this.document = next
    this.future = []
    this.latest = { kind, at }
  }

  /** The next change is not merged: a field lost the focus, a drag ended. */
  endEdit(): void {
    this.latest = null
  }

  undo(): void {
    const before = this.past.pop()
    if (!before) return
    this.future.push(this.document)
    this.document = before
    this.endEdit()
  }

  redo(): void {
    const after = this.future.pop()
    if (!after) return
    this.past.push(this.document)
    this.document = after
    this.endEdit()
  }
}
