import type { Clock } from '../../../electron/worker/clock'

/** Time that advances only when told to: `soon` runs before anything that waits. */
export class FakeClock implements Clock {
  time = 0
  private waiting: { at: number, work: () => void }[] = []

  now(): number { return this.time }
  soon(work: () => void): () => void { return this.later(work, 0) }

  later(work: () => void, ms: number): () => void {
    const entry = { at: this.time + ms, work }
    this.waiting.push(entry)
    return () => { this.waiting = this.waiting.filter(other => other !== entry) }
  }

  get idle(): boolean { return this.waiting.length === 0 }

  /** Runs everything that is due by then. */
  advanceTo(end: number): void {
    for (;;) {
      const next = this.waiting.toSorted((a, b) => a.at - b.at)[0]
      if (!next || next.at > end) break
      this.waiting = this.waiting.filter(other => other !== next)
      this.time = Math.max(this.time, next.at)
      next.work()
    }
    this.time = Math.max(this.time, end)
  }
}
