import type { ProbePrice } from '@contract'
import type { Clock } from './clock'

/** Largest share of the thread's time that answers take while it learns at full speed. */
export const maxShare = 0.05
/** Share and rate are measured over this time. */
const windowMs = 2000

/**
 * Delays answers so that all of them together take at most `maxShare` of the training thread's time. An answer that took c ms
 * is paid off c / maxShare ms after it began; the next one waits until then. Without learning, nobody waits.
 */
export class ProbeBudget {
  /** When all answers so far are paid off */
  private paidAt = -Infinity
  private readonly waiting: (() => void)[] = []
  private cancelTimer: (() => void) | null = null
  private readonly measured: { readonly at: number, ms: number }[] = []

  /** @param isBusy whether the thread learns without pauses, so that an answer delays learning */
  constructor(private readonly clock: Clock, private readonly isBusy: () => boolean) {}

  /** Computes an answer when its turn comes. @returns the answer with its price */
  answer<T extends object>(compute: () => T): Promise<T & { readonly price: ProbePrice }> {
    return new Promise((resolve, reject) => {
      this.waiting.push(() => {
        const began = this.clock.now()
        try {
          const answer = compute()
          resolve({ ...answer, price: this.take(began) })
        }
        catch (cause) {
          reject(cause as Error)
        }
      })
      this.review()
    })
  }

  /** Adds time that the latest answer took afterwards, for sending it. */
  charge(ms: number): void {
    const latest = this.measured.at(-1)
    if (!latest) return
    latest.ms += ms
    this.paidAt += ms / maxShare
  }

  /** Answers what may be answered now. Call it when the thread has become idle. */
  review(): void {
    while (this.waiting.length > 0 && (!this.isBusy() || this.clock.now() >= this.paidAt)) this.waiting.shift()!()
    this.cancelTimer?.()
    this.cancelTimer = this.waiting.length > 0 ? this.clock.later(() => { this.review() }, this.paidAt - this.clock.now()) : null
  }

  /** Answers all that wait, before the run that they are about is replaced. */
  answerAll(): void {
    while (this.waiting.length > 0) this.waiting.shift()!()
    this.review()
  }

  private take(began: number): ProbePrice {
    const { measured } = this
    const now = this.clock.now()
    const ms = now - began
    this.paidAt = Math.max(this.paidAt, began) + ms / maxShare
    measured.push({ at: began, ms })
    while (measured[0]!.at < now - windowMs) measured.shift()
    return { ms, share: measured.reduce((sum, { ms }) => sum + ms, 0) / windowMs, everyMs: measured.length < 2 ? 0 : (began - measured[0]!.at) / (measured.length - 1) }
  }
}
