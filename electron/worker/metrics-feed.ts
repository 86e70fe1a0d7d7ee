import type { MetricsFrame } from '@contract'
import type { Evaluation, Finding } from '@core'
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
  private found: readonly Finding[] = []
  private sentFindings = this.found
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

  /** All findings of now; they are sent if they have changed. @param findings a new array whenever they change */
  findings(findings: readonly Finding[]): void { this.found = findings }

  /** The steps after this one were undone: their evaluations are not sent. */
  undoAfter(step: number): void {
    this.evaluations = this.evaluations.filter(evaluation => evaluation.step <= step)
  }

  /** Milliseconds until the next frame may be sent, Infinity when there is nothing to send. */
  wait(now: number): number {
    return this.losses.length + this.evaluations.length === 0 && this.found === this.sentFindings ? Infinity : Math.max(0, this.sentAt + frameMs - now)
  }

  /** Sends a frame if there is something to send and the last frame is old enough. */
  flush(position: Position, now: number): void { if (this.wait(now) === 0) this.sendAll(position, now) }

  /** Sends a frame if there is something to send, however old the last frame is. */
  flushNow(position: Position, now: number): void { if (this.wait(now) < Infinity) this.sendAll(position, now) }

  private sendAll(position: Position, now: number): void {
    const { found } = this
    if (this.losses.length > 0) this.rate = this.speed.measure(now)
    this.send({
      ...position, firstStep: this.firstStep,
      losses: Float32Array.from(this.losses), samplesPerSecond: this.rate, evaluations: this.evaluations,
      ...found !== this.sentFindings && { findings: found },
    })
    this.sentFindings = found
    this.sentAt = now
    this.clear()
  }

  /** Discards unsent data of a run that was replaced. @param findings of the new run, which its state reports */
  begin(findings: readonly Finding[]): void {
    this.found = this.sentFindings = findings
    this.clear()
  }

  private clear(): void {
    this.losses = []
    this.evaluations = []
  }
}
