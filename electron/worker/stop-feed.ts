import { type Evaluation, isPassed, LabError, type StopMoment, type StopCondition, type Stopped, StopWatch } from '@core'
import type { SuspendedStop } from '@contract'

/** Says when the run of this thread stops by itself, and why it did. */
export class StopFeed {
  stopped: Stopped | null = null
  private watch: StopWatch | null = null
  /** Milliseconds of learning when the condition was set */
  private since = 0
  /** Step at the end of an epoch whose evaluation decides; null: none */
  private awaited: number | null = null

  get condition(): StopCondition | null { return this.watch?.condition ?? null }
  /** Whether the next step has to wait for the evaluation of an epoch. */
  get isWaiting(): boolean { return this.awaited !== null }

  /** Another run begins. */
  begin(): void {
    this.watch = this.stopped = this.awaited = null
  }

  /** What another thread needs to go on. @param trainedMs milliseconds of learning until now */
  suspend(trainedMs: number): SuspendedStop {
    const { watch, since, awaited, stopped } = this
    return { watch: watch && { condition: watch.condition, memory: watch.memory, ms: trainedMs - since }, awaited, stopped }
  }

  /** Goes on as the thread before would have. */
  resume({ watch, awaited, stopped }: SuspendedStop, trainedMs: number): void {
    this.watch = watch && new StopWatch(watch.condition, watch.memory)
    this.since = trainedMs - (watch?.ms ?? 0)
    this.awaited = awaited
    this.stopped = stopped
  }

  /** The run goes on after it has stopped. */
  goOn(): void { this.stopped = null }

  /** @throws LabError train.stopPassed */
  wait(condition: StopCondition | null, at: StopMoment, trainedMs: number): void {
    if (condition && isPassed(condition, at)) throw new LabError('train.stopPassed', `${condition.kind} is passed`, { step: at.step, epoch: at.epoch })
    this.watch = condition && new StopWatch(condition)
    this.since = trainedMs
    this.awaited = this.stopped = null
  }

  /** After a mini-batch with a finite loss. @returns whether the run is to stop */
  learned(at: StopMoment, loss: number, epochEnds: boolean, trainedMs: () => number): boolean {
    const { watch } = this
    if (!watch) return false
    if (epochEnds && watch.needsEpochs) this.awaited = at.step
    return watch.learned(at, loss, () => (trainedMs() - this.since) / 1000) && this.end(at.step)
  }

  /** @returns whether the run is to stop */
  evaluated(evaluation: Evaluation): boolean {
    if (!this.watch || evaluation.step !== this.awaited) return false
    this.awaited = null
    return this.watch.evaluated(evaluation) && this.end(evaluation.step)
  }

  private end(step: number): true {
    const { condition, best, mean } = this.watch!
    this.watch = null
    this.stopped = { condition, step, best, ...condition.kind === 'loss' && { mean } }
    return true
  }
}
