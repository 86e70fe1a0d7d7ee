import { evaluatedSplits, type Evaluation, type Evaluator, fullSize, quickSize, type RecordedEvaluation } from '@core'
import type { Clock } from './clock'
import { Recording } from './recording'

/** Quick evaluations take at most this share of a run's time, and are at least this far apart. */
const quickShare = 0.15
const quickGapMs = 250
/** Additional time per run for the evaluations at steps 1, 2, 4, 8, …: on 1,000 images the default network takes 3 ms. */
const earlyMs = 250

/**
 * Reason for an evaluation. The firm ones (start, end of an epoch, steps 1, 2, 4, 8, …) run to completion; a newer one replaces
 * any other. Exception: an early one replaces that of the start, on all images, once it has evaluated a thousand.
 */
export type EvaluationKind = 'start' | 'epoch' | 'early' | 'rest' | 'quick'
const runsToEnd: Readonly<Record<EvaluationKind, boolean>> = { start: true, epoch: true, early: true, rest: false, quick: false }

/**
 * Decides when a run is evaluated, and on how many images: on all at the start, after each epoch and when it pauses;
 * in between on a thousand of each split, as long as that costs little.
 */
export class Evaluations {
  private readonly recording = new Recording()
  private current: EvaluationKind | null = null
  /** The current evaluation is of a step 1, 2, 4, 8, …: it can be replaced once it has evaluated as many images as a quick one. */
  private isEarly = false
  /** Starts after the current firm one. */
  private queued: { readonly step: number, readonly kind: EvaluationKind, readonly early: boolean } | null = null
  private latestStep: number | null = null
  /** Step of the latest evaluation on all images, running or done. */
  private fullStep: number | null = null
  private endedAt = -Infinity
  /** Time spent while the run was training, without the evaluation at its start */
  private spentMs = 0

  constructor(private readonly evaluator: Evaluator, private readonly clock: Clock, private readonly done: (evaluation: Evaluation) => void) {}

  get active(): boolean { return this.current !== null }
  /** The queued evaluation needs the current weights, so training must wait. */
  get blocking(): boolean { return this.queued !== null && (this.queued.early || this.queued.kind === 'epoch') }

  /** @param step of the current weights */
  request(step: number, kind: EvaluationKind): void {
    if (this.fullStep === step) return
    if (this.current && (runsToEnd[this.current] || this.queued?.early || this.needsQuickResult)) {
      if (this.queued?.step !== step) this.queued = { step, kind: kind, early: false }
      else if (this.queued.kind === 'early') this.queued = { step, kind: kind, early: true }
      return
    }
    this.interrupt()
    this.begin(step, kind)
  }

  /**
   * Call after steps 1, 2, 4, 8, … of a run, where accuracy changes most. Waits for the current evaluation. Skipped when these
   * evaluations have become expensive: a large network trains a hundred small mini-batches in the time of one.
   * @param ranMs training time of the run
   */
  early(step: number, ranMs: number): void {
    if (this.spentMs >= earlyMs + quickShare * ranMs) return
    if (this.active) this.queued = { step, kind: 'early', early: true }
    else this.begin(step, 'early')
  }

  /** Completes queued evaluations of the current weights before a manual step changes them. */
  finishQueued(step: number): void {
    while (this.blocking && this.active) this.advance(step, true, () => true)
  }

  /** Starts a quick one, if the weights are new and the time budget allows it. @param trainedMs training time of the run */
  beginQuick(step: number, trainedMs: number): void {
    if (this.active || step === this.latestStep || this.clock.now() - this.endedAt < quickGapMs || this.spentMs >= quickShare * trainedMs) return
    this.begin(step, 'quick')
  }

  /**
   * The recorded answers that a view shows: of the latest evaluation while the run learns, else of one of the current weights
   * on as many images as after a pause.
   * @returns null when there are none yet: an evaluation is in progress or was started; ask again after `answersChanged`
   */
  answers(step: number, running: boolean): RecordedEvaluation | null {
    const { recording, recording: { latest } } = this
    recording.ask()
    if (latest && (running || (latest.evaluation.step === step && this.isFull(latest)))) return latest
    if (!this.active) this.begin(step, running ? 'quick' : 'rest')
    return null
  }

  /** Resolves after the next evaluation, or when it is abandoned. */
  answersChanged(): Promise<void> { return this.recording.changed() }
  /** Lets views ask again: this run ends. */
  abandonAnswers(): void { this.recording.forget() }

  private isFull({ answers }: RecordedEvaluation): boolean {
    return evaluatedSplits.every(split => answers[split].images >= Math.min(fullSize[split] ?? 0, this.evaluator.imagesIn(split)))
  }

  /**
   * Evaluates images until `over`, at least one piece.
   * @param step of the current weights, in case the next evaluation starts
   * @param running whether this takes time from a run
   */
  advance(step: number, running: boolean, isOver: () => boolean): void {
    const began = this.clock.now()
    const free = !running || this.current === 'start' // the evaluation at the start is free: a run started at once should not wait for its first numbers
    do {
      const evaluation = this.evaluator.advance()
      if (evaluation) this.finish(evaluation, step)
      else if (this.queued && (this.current === 'rest' || (this.current === 'start' && this.queued.early))) this.yieldToQueued(step)
    } while (this.active && !isOver())
    if (!free) this.spentMs += this.clock.now() - began
  }

  /** The steps after this one were undone: abandons their evaluations. */
  undoAfter(step: number): void {
    if (this.queued && this.queued.step > step) this.queued = null
    if (this.latestStep === null || this.latestStep <= step) return
    this.evaluator.interrupt(fullSize)
    this.current = this.latestStep = this.fullStep = null
    this.recording.forget()
  }

  /** Resets everything after a rewind. */
  clear(): void {
    this.evaluator.interrupt(fullSize)
    this.current = this.queued = this.latestStep = this.fullStep = null
    this.spentMs = 0
    this.recording.forget()
  }

  private get needsQuickResult(): boolean { return this.isEarly && !this.evaluator.hasSeen(quickSize) }

  /** Starts the queued evaluation as soon as the current one has a useful result. */
  private yieldToQueued(step: number): void {
    if (this.evaluator.hasSeen(quickSize)) this.finish(this.evaluator.interrupt(quickSize)!, step)
  }

  private begin(step: number, kind: EvaluationKind, early = false): void {
    this.isEarly = early
    const full = kind !== 'quick' && kind !== 'early'
    this.current = kind
    this.latestStep = step
    if (full) this.fullStep = step
    this.evaluator.begin(full ? fullSize : quickSize, this.recording.begin())
  }

  private interrupt(): void {
    const evaluation = this.evaluator.interrupt(quickSize)
    this.current = null
    if (evaluation) this.report(evaluation)
  }

  private finish(evaluation: Evaluation, step: number): void {
    const { queued } = this
    this.current = this.queued = null
    this.report(evaluation)
    if (queued?.step === step) this.begin(step, queued.kind, queued.early)
  }

  private report(evaluation: Evaluation): void {
    this.endedAt = this.clock.now()
    this.done(evaluation)
    this.recording.end(this.evaluator.recorded)
  }
}
