import type { RunEvent } from '../train/change'
import { type EvaluatedSplit, type EvaluationPoint, pointOf, type Score } from '../train/evaluation'
import { maxLosses } from '../train/curves'
import { Series, type StepRange } from '../train/series'
import type { SeriesRecord } from './series-record'

type Scored = Extract<SeriesRecord, { readonly kind: 'score' }>
type Timed = Extract<SeriesRecord, { readonly kind: 'time' }>
type Diverged = Extract<SeriesRecord, { readonly kind: 'diverged' }>

const firstCapacity = 1024

/** More missing losses between two records than a run that goes back can leave: then the earlier ones are given up. */
const longestGap = 1000

/**
 * Everything that was recorded of a run, by step. A record at an earlier step than the latest one says that the run went back:
 * what was recorded after that step no longer counts.
 */
export class RunSeries {
  events: readonly RunEvent[] = []
  /** How the run ended, unless it went on */
  divergence: Diverged | null = null
  /** All losses that were not finite, also those after which a change of the settings let it go on */
  readonly divergences: Diverged[] = []
  /** Step of the first loss, counted from 1; null without losses */
  firstStep: number | null = null
  private scored: Scored[] = []
  private timed: Timed[] = []
  private values = new Float32Array(firstCapacity)
  private count = 0

  constructor(records: readonly SeriesRecord[] = []) { for (const record of records) this.take(record) }

  /** When the run reached a step, in ascending order of steps */
  get times(): readonly Timed[] { return this.timed }
  /** In ascending order of steps */
  get scores(): readonly Scored[] { return this.scored }
  /** Losses of consecutive mini-batches from `firstStep` on; NaN where one was not recorded */
  get losses(): Float32Array { return this.values.subarray(0, this.count) }
  /** The latest step with a loss; null without one */
  get lastStep(): number | null { return this.firstStep === null ? null : this.firstStep + this.count - 1 }
  /** Loss of the mini-batch that led to a step; undefined when it was not recorded */
  lossAt(step: number): number | undefined {
    const loss = this.firstStep === null ? undefined : this.losses[step - this.firstStep]
    return loss === undefined || Number.isNaN(loss) ? undefined : loss
  }

  /** The losses of some steps as a curve in fixed memory: each of them, as long as there are no more than its buckets. */
  curve({ from, to }: StepRange): Series {
    const curve = new Series(maxLosses)
    const { firstStep: begin, losses } = this
    if (begin === null) return curve
    for (let step = Math.max(from, begin); step <= Math.min(to, begin + losses.length - 1); step++) {
      const loss = losses[step - begin]!
      if (!Number.isNaN(loss)) curve.push(step, loss)
    }
    return curve
  }

  /** The evaluations that have a score on the training and on the test images, in ascending order of steps */
  get evaluations(): readonly EvaluationPoint[] {
    const steps = new Map<number, Partial<Record<EvaluatedSplit, Score>>>()
    for (const { step, split, score } of this.scores) steps.set(step, { ...steps.get(step), [split]: score })
    return [...steps].flatMap(([step, { train, validation = null, test }]) => train && test ? [pointOf({ step, train, validation, test })] : [])
  }

  take(record: SeriesRecord): void {
    if (record.kind === 'losses') this.takeLosses(record)
    else if (record.kind === 'score') this.takeScore(record)
    else if (record.kind === 'event') this.takeEvent(record.event)
    else if (record.kind === 'time') this.takeTime(record)
    else {
      this.scored = this.scored.filter(({ step }) => step <= record.step)
      this.timed = this.timed.filter(({ step }) => step <= record.step)
      this.divergence = record
      this.divergences.push(record)
    }
  }

  private takeScore(score: Scored): void {
    const latest = this.scored.at(-1)
    if (latest && latest.step >= score.step) this.scored = this.scored.filter(({ step, split }) => step < score.step || (step === score.step && split !== score.split))
    this.scored.push(score)
  }

  private takeTime(time: Timed): void {
    if (this.timed.length > 0 && this.timed.at(-1)!.step >= time.step) this.timed = this.timed.filter(({ step }) => step < time.step)
    this.timed.push(time)
  }

  /** After a divergence a change of the settings continues the run from the step that it went back to. */
  private takeEvent(event: RunEvent): void {
    if (this.divergence && this.firstStep !== null) this.count = Math.max(0, Math.min(this.count, event.step + 1 - this.firstStep))
    this.events = [...this.events.filter(({ step }) => step <= event.step), event]
    this.divergence = null
  }

  private takeLosses({ firstStep, losses }: Extract<SeriesRecord, { readonly kind: 'losses' }>): void {
    if (losses.length === 0) return
    const { firstStep: begin } = this
    const offset = begin === null ? -1 : firstStep - begin
    if (offset < 0 || offset > this.count + longestGap) {
      this.firstStep = firstStep
      this.count = 0
    }
    else if (offset > this.count) this.append(new Float32Array(offset - this.count).fill(NaN))
    else this.count = offset
    this.append(losses)
  }

  private append(losses: Float32Array): void {
    if (this.count + losses.length > this.values.length) {
      const larger = new Float32Array(2 * (this.count + losses.length))
      larger.set(this.losses)
      this.values = larger
    }
    this.values.set(losses, this.count)
    this.count += losses.length
  }
}
