import type { MetricsFrame } from '@contract'
import type { Evaluation } from '@core'
import type { Speed } from './speed'

/** 20 frames per second. */
export const frameMs = 50

/** The run's position when a frame is sent. */
export type Position = Pick<MetricsFrame, 'runId' | 'step' | 'epoch' | 'stepInEpoch'>

/** Collects losses and evaluations and sends them at most 20 times per second; sends no empty frames. */
export class MetricsFeed {
  private losses: number[] = []
  private firstStep = 0
  private evaluations: Evaluation[] = []
  private sentAt = -Infinity
  private rate = 0

  constructor(private readonly send: (frame: MetricsFrame) => void, private readonly speed: Speed) {}

  /** @param step counted from 1, consecutive */
  loss(step: number, loss: number): void {
    if (this.losses.length === 0) this.firstStep = step
    this.losses.push(loss)
  }

  evaluation(evaluation: Evaluation): void {
    this.evaluations.push(evaluation)
  }

  /** The steps after this one were undone: their evaluations are not sent. */
  undoAfter(step: number): void {
    this.evaluations = this.evaluations.filter(evaluation => evaluation.step <= step)
  }

  /** Milliseconds until the next frame may be sent, Infinity when there is nothing to send. */
  wait(now: number): number {
    return this.losses.length + this.evaluations.length === 0 ? Infinity : Math.max(0, this.sentAt + frameMs - now)
  }

  /** Sends a frame if there is something to send and the last frame is old enough. */
  flush(position: Position, now: number): void {
    if (this.wait(now) > 0) return
    if (this.losses.length > 0) this.rate = this.speed.measure(now)
    this.send({
      ...position, firstStep: this.firstStep,
      losses: Float32Array.from(this.losses), samplesPerSecond: this.rate, evaluations: this.evaluations,
    })
    this.sentAt = now
    this.discard()
  }

  /** Discards unsent data of a run that was replaced. */
  discard(): void {
    this.losses = []
    this.evaluations = []
  }
}
