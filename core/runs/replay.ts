import type { Trainer } from '../train/trainer'
import type { RunEvent } from '../train/change'

/** What is known of the run whose past is learned again. */
export interface Past {
  /** Changes of the settings and images that were taught, in their order */
  readonly events: readonly RunEvent[]
  /** The recorded loss of the mini-batch that led to a step; undefined where none was recorded */
  lossAt(step: number): number | undefined
  /** Memory limit of two trainers while a change puts one in place of the other; left out: 1 GB */
  readonly maxBytes?: number
}

/**
 * Learns a recorded run again from a state of its past to a later step, with its changes of the settings, and compares each loss
 * with the recorded one. The state at a step is the one after the changes at that step.
 */
export class Replay {
  /** The first step whose loss is not the recorded one; null while all are */
  differsAt: number | null = null
  private current: Trainer

  /**
   * @param trainer at a step of the run, with its settings and events until then; it belongs to the replay from now on
   * @param learned called after each mini-batch, before the changes at the step that it led to
   */
  constructor(trainer: Trainer, private readonly past: Past, readonly target: number, private readonly learned: (trainer: Trainer) => void = () => undefined) {
    this.current = trainer
  }

  /** At the step that has been reached; another one after a change that needs other memory. */
  get trainer(): Trainer { return this.current }
  get step(): number { return this.current.step }

  /**
   * Learns until the step is reached or the slice is over, at least one mini-batch.
   * @returns whether the step is reached; also true when the run diverges on the way, which the recorded one did not
   * @throws LabError as `Trainer.repeat`
   */
  advance(isOver: () => boolean): boolean {
    do {
      this.change()
      if (this.step >= this.target || this.current.divergence) return true
      const loss = Math.fround(this.current.learn())
      const { step } = this
      const recorded = this.past.lossAt(step)
      if (this.differsAt === null && recorded !== undefined && !Object.is(loss, recorded)) this.differsAt = step
      if (!this.current.divergence) this.learned(this.current)
    } while (!isOver())
    this.change()
    return this.step >= this.target || this.current.divergence !== null
  }

  /** Makes the changes that were made at this step. */
  private change(): void {
    for (let i = this.current.events.length; this.past.events[i]?.step === this.step; i++) this.current = this.current.repeat(this.past.events[i]!, this.past.maxBytes)
  }
}
