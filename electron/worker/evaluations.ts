import { type Evaluator, fullSize, quickSize } from '@core'
import type { Evaluation } from '@contract'
import type { Clock } from './clock'

/** Quick evaluations take less than this share of a run's time, and come no closer than this. */
const quickShare = 0.15
const quickGapMs = 250

/** Why to look: firm ones (the start, an epoch's end) are always finished, the others give way to newer ones. */
export type Occasion = 'start' | 'epoch' | 'rest' | 'quick'
const firm: Readonly<Record<Occasion, boolean>> = { start: true, epoch: true, rest: false, quick: false }

/**
 * Decides when a run is evaluated, and on how many images: on all at the start, after each epoch
 * and when it rests, on a thousand of each split in between as long as that costs little.
 */
export class Evaluations {
  private current: Occasion | null = null
  /** Waits for a firm one to be finished. */
  private queued: { readonly step: number, readonly occasion: Occasion } | null = null
  private latestStep = -1
  /** Step of the latest evaluation on all images, begun or done. */
  private fullStep = -1
  private endedAt = -Infinity
  /** While the run went, without its start */
  private spentMs = 0

  constructor(private readonly evaluator: Evaluator, private readonly clock: Clock, private readonly done: (evaluation: Evaluation) => void) {}

  get active(): boolean { return this.current !== null }
  /** An epoch's weights wait to be looked at: learning on would change them. */
  get blocking(): boolean { return this.queued?.occasion === 'epoch' }

  /** @param step of the weights as they are now */
  request(step: number, occasion: Occasion): void {
    if (this.fullStep === step) return
    if (this.current && firm[this.current]) {
      if (this.queued?.step !== step) this.queued = { step, occasion }
      return
    }
    this.interrupt()
    this.begin(step, occasion)
  }

  /** A quick one, if the weights are new and it is not too dear. @param ranMs how long the run has gone */
  offer(step: number, ranMs: number): void {
    if (this.active || step === this.latestStep || this.clock.now() - this.endedAt < quickGapMs || this.spentMs >= quickShare * ranMs) return
    this.begin(step, 'quick')
  }

  /**
   * Looks at images until `over`, at least at some.
   * @param step of the weights as they are now, in case the next evaluation begins
   * @param running whether the time is taken from a run
   */
  advance(step: number, running: boolean, over: () => boolean): void {
    const began = this.clock.now()
    const free = !running || this.current === 'start' // a run that starts at once is not to wait for its first figures
    do {
      const accuracy = this.evaluator.advance()
      if (accuracy) this.finish(accuracy, step)
    } while (this.active && !over())
    if (!free) this.spentMs += this.clock.now() - began
  }

  /** The weights are no longer of this run. */
  clear(): void {
    this.evaluator.interrupt(fullSize)
    this.current = this.queued = null
    this.latestStep = this.fullStep = -1
    this.spentMs = 0
  }

  private begin(step: number, occasion: Occasion): void {
    const full = occasion !== 'quick'
    this.current = occasion
    this.latestStep = step
    if (full) this.fullStep = step
    this.evaluator.begin(step, full ? fullSize : quickSize)
  }

  private interrupt(): void {
    const accuracy = this.evaluator.interrupt(quickSize)
    if (this.current && this.current !== 'quick') this.fullStep = -1
    this.current = null
    if (accuracy) this.report(accuracy)
  }

  private finish(accuracy: Evaluation, step: number): void {
    const { queued } = this
    this.current = this.queued = null
    this.report(accuracy)
    if (queued?.step === step) this.begin(step, queued.occasion)
  }

  private report(evaluation: Evaluation): void {
    this.endedAt = this.clock.now()
    this.done(evaluation)
  }
}
