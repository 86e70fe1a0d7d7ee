import type { Pace } from '@contract'

/** When steps are later than this, the schedule restarts instead of catching up. */
const maxLagMs = 250

/**
 * Says when the next step is due. Steps are due at whole multiples of the interval after an anchor,
 * so that late timers never add up.
 */
export class Pacer {
  private pace: Pace = 'full'
  /** When tick 0 was due */
  private anchor = 0
  private beats = 0
  private latest = -Infinity

  /** The first step is due at once. */
  start(pace: Pace, now: number): void {
    this.pace = pace
    this.anchor = now
    this.beats = 0
    this.latest = -Infinity
  }

  /** The next step is due one new interval after the latest one. */
  change(pace: Pace, now: number): void {
    if (pace === this.pace) return
    this.pace = pace
    this.anchor = Math.max(now, this.latest + this.interval)
    this.beats = 0
  }

  /** Milliseconds until the next step is due, 0 when it is. */
  wait(now: number): number {
    return Math.max(0, this.due - now)
  }

  /** A step begins now. */
  take(now: number): void {
    this.latest = now
    if (now - this.due > Math.max(maxLagMs, this.interval)) {
      this.anchor = now
      this.beats = 0
    }
    this.beats++
  }

  /** Between steps; 0 at full speed. */
  get interval(): number { return this.pace === 'full' ? 0 : 1000 / this.pace }

  private get due(): number { return this.anchor + this.beats * this.interval }
}
