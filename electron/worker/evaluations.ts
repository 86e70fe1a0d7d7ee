import { type Evaluator, fullSize, quickSize } from '@core'
import type { Evaluation } from '@contract'
import type { Clock } from './clock'

/** Quick evaluations take less than this share of a run's time, and come no closer than this. */
const quickShare = 0.15
const quickGapMs = 250
/** What the evaluations at steps 1, 2, 4, 8, … may take beyond that share, in a whole run: on 1,000 images the default network takes 3 ms. */
const earlyMs = 250

/**
 * Why to look: firm ones (the start, an epoch's end, steps 1, 2, 4, 8, …) are finished, the others give way to newer
 * ones. The start's, which looks at all images, gives way to an early one as soon as it has looked at a thousand.
 */
export type Occasion = 'start' | 'epoch' | 'early' | 'rest' | 'quick'
const firm: Readonly<Record<Occasion, boolean>> = { start: true, epoch: true, early: true, rest: false, quick: false }

/**
 * Decides when a run is evaluated, and on how many images: on all at the start, after each epoch
 * and when it rests, on a thousand of each split in between as long as that costs little.
 */
export class Evaluations {
  private current: Occasion | null = null
  /** The current evaluation is of a step 1, 2, 4, 8, …: it can be replaced once it has seen as many images as a quick one. */
  private isEarly = false
  /** Waits for a firm one to be finished. */
  private queued: { readonly step: number, readonly occasion: Occasion, readonly early: boolean } | null = null
  private latestStep: number | null = null
  /** Step of the latest evaluation on all images, begun or done. */
  private fullStep: number | null = null
  private endedAt = -Infinity
  /** While the run went, without its start */
  private spentMs = 0

  constructor(private readonly evaluator: Evaluator, private readonly clock: Clock, private readonly done: (evaluation: Evaluation) => void) {}

  get active(): boolean { return this.current !== null }
  /** An evaluation of the current weights is waiting: learning on would change them. */
  get blocking(): boolean { return this.queued !== null && (this.queued.early || this.queued.occasion === 'epoch') }

  /** @param step of the weights as they are now */
  request(step: number, occasion: Occasion): void {
    if (this.fullStep === step) return
    if (this.current && (firm[this.current] || this.queued?.early || this.owesQuick)) {
      if (this.queued?.step !== step) this.queued = { step, occasion, early: false }
      else if (this.queued.occasion === 'early') this.queued = { step, occasion, early: true }
      return
    }
    this.interrupt()
    this.begin(step, occasion)
  }

  /**
   * After steps 1, 2, 4, 8, … of a run, where accuracy changes most. Waits for the current evaluation, unless these
   * evaluations have become expensive: a large network learns a hundred small mini-batches in the time of one.
   * @param ranMs how long the run has gone
   */
  early(step: number, ranMs: number): void {
    if (this.spentMs >= earlyMs + quickShare * ranMs) return
    if (this.active) this.queued = { step, occasion: 'early', early: true }
    else this.begin(step, 'early')
  }

  /** A person steps on by hand: what waits for the weights as they are now gets them. */
  settle(step: number): void {
    while (this.blocking && this.active) this.advance(step, true, () => true)
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
      else if (this.queued && (this.current === 'rest' || (this.current === 'start' && this.queued.early))) this.giveWay(step)
    } while (this.active && !over())
    if (!free) this.spentMs += this.clock.now() - began
  }

  /** Forgets everything: the run was rewound. */
  clear(): void {
    this.evaluator.interrupt(fullSize)
    this.current = this.queued = this.latestStep = this.fullStep = null
    this.spentMs = 0
  }

  private get owesQuick(): boolean { return this.isEarly && !this.evaluator.hasSeen(quickSize) }

  /** Starts the waiting evaluation as soon as the current one has a useful result. */
  private giveWay(step: number): void {
    if (this.evaluator.hasSeen(quickSize)) this.finish(this.evaluator.interrupt(quickSize)!, step)
  }

  private begin(step: number, occasion: Occasion, early = false): void {
    this.isEarly = early
    const full = occasion !== 'quick' && occasion !== 'early'
    this.current = occasion
    this.latestStep = step
    if (full) this.fullStep = step
    this.evaluator.begin(step, full ? fullSize : quickSize)
  }

  private interrupt(): void {
    const accuracy = this.evaluator.interrupt(quickSize)
    this.current = null
    if (accuracy) this.report(accuracy)
  }

  private finish(accuracy: Evaluation, step: number): void {
    const { queued } = this
    this.current = this.queued = null
    this.report(accuracy)
    if (queued?.step === step) this.begin(step, queued.occasion, queued.early)
  }

  private report(evaluation: Evaluation): void {
    this.endedAt = this.clock.now()
    this.done(evaluation)
  }
}
