import type { RecordedEvaluation } from '@core'

/** Evaluations that are recorded after a question: a view that is open asks again after each. */
const recordedPerQuestion = 3

/** Decides which evaluations record the answer to each image: only those after a question, so that nothing is spent otherwise. */
export class Recording {
  /** The latest evaluation, if it was recorded */
  latest: RecordedEvaluation | null = null
  private left = 0
  private waiting: (() => void)[] = []

  /** A view asks about answers: the next evaluations are recorded. */
  ask(): void { this.left = recordedPerQuestion }

  /** Whether the evaluation that begins now is recorded. */
  begin(): boolean { return this.left > 0 && this.left-- > 0 }

  /** An evaluation has ended. @param recorded null when it was not recorded */
  end(recorded: RecordedEvaluation | null): void {
    this.latest = recorded
    this.wake()
  }

  /** The weights of the latest evaluation are no longer the run's. */
  forget(): void { this.end(null) }

  /** Resolves after the next evaluation, or when it is abandoned. */
  changed(): Promise<void> { return new Promise(resolve => this.waiting.push(resolve)) }

  private wake(): void {
    const { waiting } = this
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}
