import type { SteadyPace } from '@contract'

/** With a larger delay the schedule restarts instead of catching up. */
const maxLagMs = 250

/** Schedules steps at multiples of the interval after an anchor, so that delays of timers do not accumulate. */
export class Pacer {
  private pace: SteadyPace = 'full'
  /** Time of step 0 */
  private anchor = 0
  private steps = 0
  private latest = -Infinity

  /** The first step is due immediately. */
  start(pace: SteadyPace, now: number): void {
    this.pace = pace
    this.anchor = now
    this.steps = 0
    this.latest = -Infinity
  }

  /** The next step is due one new interval after the latest step. */
  change(pace: SteadyPace, now: number): void {
    if (pace === this.pace) return
    this.pace = pace
    this.anchor = Math.max(now, this.latest + this.interval)
    this.steps = 0
  }

  /** Milliseconds until the next step, 0 when it is due. */
  wait(now: number): number {
    return Math.max(0, this.due - now)
  }

  /** Call when a step starts. */
  stepStarted(now: number): void {
    this.latest = now
    if (now - this.due > Math.max(maxLagMs, this.interval)) {
      this.anchor = now
      this.steps = 0
    }
    this.steps++
  }

  /** Milliseconds between steps; 0 at full speed. */
  get interval(): number { return this.pace === 'full' ? 0 : 1000 / this.pace }

  private get due(): number { return this.anchor + this.steps * this.interval }
}
