import type { ProbePrice } from '@contract'
import type { Clock } from './clock'

/** Largest share of the thread's time that answers take while it learns at full speed. */
export const maxShare = 0.05
/** Share and rate are measured over this time. */
export const windowMs = 2000

/**
 * Delays answers so that all of them together take at most `maxShare` of the training thread's time. An answer that took c ms
 * is paid off c / maxShare ms after it began; the next one waits until then. Without learning, nobody waits.
 */
export class ProbeBudget {
  /** When all answers so far are paid off */
  private paidAt = -Infinity
  private readonly waiting: (() => void)[] = []
  private timer: (() => void) | null = null
  private readonly measured: { readonly at: number, ms: number }[] = []

  /** @param isBusy whether the thread learns without pauses, so that an answer delays learning */
  constructor(private readonly clock: Clock, private readonly isBusy: () => boolean) {}

  /**
   * Computes an answer when its turn comes: in the order of the requests.
   * @returns the answer with its price; rejects with the error of `compute`
   */
  answer<T extends object>(compute: () => T): Promise<T & { readonly price: ProbePrice }> {
    return new Promise((resolve, reject) => {
      this.waiting.push(() => {
        const began = this.clock.now()
        try { resolve({ ...compute(), price: this.take(began) }) }
        catch (cause) { reject(cause as Error) }
      })
      this.review()
    })
  }

  /** Adds the time for sending the latest answer. */
  charge(ms: number): void {
    const latest = this.measured.at(-1)
    if (!latest) return
    latest.ms += ms
    this.paidAt += ms / maxShare
  }

  /** Answers the waiting requests if the thread is idle. Call it whenever the thread may have become idle. */
  review(): void {
    while (this.waiting.length > 0 && this.isPaidOrIdle()) this.waiting.shift()!()
    this.planReview()
  }

  /** Answers everybody, before the run that they ask about is replaced. */
  answerAll(): void {
    while (this.waiting.length > 0) this.waiting.shift()!()
  }

  private isPaidOrIdle(): boolean { return this.clock.now() >= this.paidAt || !this.isBusy() }

  private planReview(): void {
    if (this.waiting.length === 0 || this.timer) return
    this.timer = this.clock.later(() => {
      this.timer = null
      this.review()
    }, Math.max(0, this.paidAt - this.clock.now()))
  }

  private take(began: number): ProbePrice {
    const { measured } = this
    const ms = this.clock.now() - began
    this.paidAt = Math.max(this.paidAt, began) + ms / maxShare
    measured.push({ at: began, ms })
    while (measured[0]!.at <= began - windowMs) measured.shift()
    const share = measured.reduce((sum, { ms }) => sum + ms, 0) / windowMs
    return { ms, share, everyMs: measured.length < 2 ? 0 : (began - measured[0]!.at) / (measured.length - 1) }
  }
}
