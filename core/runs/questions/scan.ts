import type { Trainer } from '../../train/trainer'
import { type Past, Replay } from '../replay'
import type { Meter } from './meter'

/** Consecutive steps of a run that are learned again, and measured: those after `from` until `to`. */
export interface Span {
  readonly from: number
  readonly to: number
  /** Whether the state at `from` is measured too: at the first step of a run */
  readonly withStart: boolean
}

export interface ScanOptions<T> {
  readonly past: Past
  readonly span: Span
  readonly meter: Pick<Meter<T>, 'measure'>
  /** Which steps of the span are measured; left out: all of them */
  readonly isMeasured?: (step: number) => boolean
  /** Gets what was measured. @returns whether the rest is of no interest */
  readonly take: (step: number, value: T) => boolean
}

/** Measures the steps of a span while they are learned again, in slices. */
export class Scan<T> {
  private readonly replay: Replay
  private isStopped = false

  /** @param trainer at a state of the run at or before the span; it belongs to the scan from now on */
  constructor(trainer: Trainer, { past, span: { from, to, withStart }, meter, isMeasured = () => true, take }: ScanOptions<T>) {
    const measure = (trainer: Trainer): void => {
      const value = meter.measure(trainer)
      if (value !== null && take(trainer.step, value)) this.isStopped = true
    }
    this.replay = new Replay(trainer, past, to, (trainer) => {
      const { step } = trainer
      if ((step > from || (step === from && withStart)) && isMeasured(step)) measure(trainer)
    })
    if (withStart && trainer.step === from && isMeasured(from)) measure(trainer)
  }

  get trainer(): Trainer { return this.replay.trainer }
  get step(): number { return this.replay.step }
  /** The first step whose loss is not the recorded one; null while all are */
  get differsAt(): number | null { return this.replay.differsAt }

  /**
   * Learns and measures until the slice is over, at least one mini-batch.
   * @returns whether the span is done
   * @throws LabError as `Trainer.repeat` and `Meter.measure`
   */
  advance(isOver: () => boolean): boolean {
    return this.isStopped || this.replay.advance(() => this.isStopped || isOver()) || this.isStopped
  }
}
