import { toWire, type WireError } from '@contract'

/** A crash may lose at most 30 s of training; 25 s leave time for a long mini-batch and a slow disk. */
export const intervalMs = 25_000
/** Delay after training has stopped. Saves are then `gapMs` apart, so that single steps do not each cause one. */
export const restDelayMs = 2_000
export const gapMs = 10_000

/** Schedules the autosaves: periodically while new steps are trained, sooner once the run rests. */
export class Autosaver {
  private timer: NodeJS.Timeout | undefined
  private dueAt = Infinity
  private writtenAt = -Infinity
  private warned = false

  /**
   * @param write saves the run
   * @param warn gets the first error; further ones are silent until a save has succeeded
   */
  constructor(private readonly write: () => Promise<void>, private readonly warn: (error: WireError) => void) {}

  /** Reports unsaved steps. @param resting whether the run has stopped */
  schedule(resting: boolean): void {
    const now = performance.now()
    const nextAt = resting ? Math.max(now + restDelayMs, this.writtenAt + gapMs) : now + intervalMs
    if (nextAt >= this.dueAt) return
    this.clear()
    this.dueAt = nextAt
    this.timer = setTimeout(() => void this.save(), nextAt - now)
  }

  /** Cancels the planned save. */
  clear(): void {
    clearTimeout(this.timer)
    this.dueAt = Infinity
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
      const threadEnded = error.code === 'worker.died' || error.code === 'worker.timeout' // reported by the owner of the thread
      if (!this.warned && !threadEnded) this.warn(error)
      this.warned ||= !threadEnded
      if (!threadEnded) this.schedule(false)
      return false
    }
  }
}
