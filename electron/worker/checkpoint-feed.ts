import { checkpointOf, CheckpointPace, type Trainer, writeCheckpoint } from '@core'
import type { CheckpointFrame } from '@contract'
import type { Clock } from './clock'

/** Makes the checkpoints of a run while it learns: its first state, then one after every 100 ms of learning. */
export class CheckpointFeed {
  private begun = false
  private isKept = true
  private pace = new CheckpointPace()

  /** @param version of the lab */
  constructor(private readonly clock: Clock, private readonly version: string, private readonly send: (frame: Omit<CheckpointFrame, 'runId'>) => void) {}

  /** A new run: nothing is known of it yet. @param isKept false: nobody wants to visit its past */
  begin(isKept = true): void {
    this.begun = false
    this.isKept = isKept
    this.pace = new CheckpointPace()
  }

  /** Before a mini-batch: the first state is kept before the first one. */
  beforeStep(trainer: Trainer): void { if (this.isKept && !this.begun) this.take(trainer) }

  /** After learning. @param ms that it took */
  learned(trainer: Trainer, ms: number): void {
    if (this.isKept && this.pace.learned(ms) && !trainer.divergence) this.take(trainer)
  }

  /**
   * The first state of a run that began with a file, if nothing was learned yet: the file may be deleted. Later ones need no state
   * at their end, since learning again from the one before brings back the activations and gradients of the last step, too.
   */
  rest(trainer: Trainer): void { if (!this.begun && trainer.recipe.first?.step === trainer.step) this.take(trainer) }

  private take(trainer: Trainer): void {
    const began = this.clock.now()
    this.send({ step: trainer.step, bytes: writeCheckpoint(checkpointOf(trainer, { version: this.version })) })
    this.begun = true
    this.pace.made(this.clock.now() - began)
  }
}
