import { toWire, type WireError } from '@contract'

/** A crash may lose at most 30 s of training; 25 s leave time for a long mini-batch and a slow disk. */
export const everyMs = 25_000
/** Delay after training has stopped. Saves are then `gapMs` apart, so that single steps do not each cause one. */
export const restMs = 2_000
export const gapMs = 10_000

/** Schedules the autosaves: periodically while new steps are trained, sooner once the run rests. */
export class Autosaver {
  private timer: NodeJS.Timeout | undefined
  private due = Infinity
  private writtenAt = -Infinity
  private warned = false

  /**
   * @param write saves the run
   * @param warn gets the first error; further ones are silent until a save has succeeded
   */
  constructor(private readonly write: () => Promise<void>, private readonly warn: (error: WireError) => void) {}

  /** Reports unsaved steps. @param resting whether the run has stopped */
  touch(resting: boolean): void {
    const now = performance.now()
    const due = resting ? Math.max(now + restMs, this.writtenAt + gapMs) : now + everyMs
    if (due >= this.due) return
    this.clear()
    this.due = due
    this.timer = setTimeout(() => void this.save(), due - now)
  }

  /** Cancels the planned save. */
  clear(): void {
    clearTimeout(this.timer)
    this.due = Infinity
  }

  /** Saves immediately. @returns whether it succeeded */
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
      const gone = error.code === 'worker.died' || error.code === 'worker.timeout' // reported by the owner of the thread
      if (!this.warned && !gone) this.warn(error)
      this.warned ||= !gone
      if (!gone) this.touch(false)
      return false
    }
  }
}
