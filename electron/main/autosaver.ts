import { toWire, type WireError } from '@contract'

/** At most 30 s of training may be lost; a slow disk and a long mini-batch fit in between. */
export const everyMs = 25_000
/** Nothing more is being learned: soon, but not after every single step. */
export const restMs = 2_000
export const gapMs = 10_000

/** Says when to write: a while after something new was learned, sooner when the run rests. */
export class Autosaver {
  private timer: NodeJS.Timeout | undefined
  private due = Infinity
  private writtenAt = -Infinity
  private warned = false

  /**
   * @param write puts what was learned onto the disk
   * @param warn is told of the first failure; then silence until it works again
   */
  constructor(private readonly write: () => Promise<void>, private readonly warn: (error: WireError) => void) {}

  /** Something is not on the disk yet. @param resting whether the run has stopped */
  touch(resting: boolean): void {
    const now = performance.now()
    const due = resting ? Math.max(now + restMs, this.writtenAt + gapMs) : now + everyMs
    if (due >= this.due) return
    this.clear()
    this.due = due
    this.timer = setTimeout(() => void this.save(), due - now)
  }

  /** Nothing is left to write, or nobody to ask for it. */
  clear(): void {
    clearTimeout(this.timer)
    this.due = Infinity
  }

  /** Now, whatever was planned. @returns whether it is on the disk */
  async save(): Promise<boolean> {
    this.clear()
    this.writtenAt = performance.now()
    try {
      await this.write()
      this.warned = false
      return true
    }
    catch (cause) {
      const error = toWire(cause)
      const gone = error.code === 'worker.died' || error.code === 'worker.timeout' // told by whoever lost it
      if (!this.warned && !gone) this.warn(error)
      this.warned ||= !gone
      if (!gone) this.touch(false)
      return false
    }
  }
}
