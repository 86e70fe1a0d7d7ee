import { checkpointOf, type Trainer, writeCheckpoint } from '@core'
import type { CheckpointFrame } from '@contract'
import type { Clock } from './clock'

/** Milliseconds of learning between two checkpoints */
export const checkpointMs = 100
/** Largest share of the learning time that making checkpoints takes: those of a large network are further apart. */
const share = 0.02

/** The latest ones of which the least time counts: another one may have been interrupted by other programs */
const measured = 5

/** Makes the checkpoints of a run while it learns: its first state, then one after every 100 ms of learning. */
export class CheckpointFeed {
  private begun = false
  private learnedMs = 0
  private dueMs = checkpointMs
  /** Milliseconds that the latest ones took */
  private costs: readonly number[] = []

  /** @param version of the lab */
  constructor(private readonly clock: Clock, private readonly version: string, private readonly send: (frame: Omit<CheckpointFrame, 'runId'>) => void) {}

  /** A new run: nothing is known of it yet. */
  begin(): void {
    this.begun = false
    this.learnedMs = 0
    this.dueMs = checkpointMs
    this.costs = []
  }

  /** Before a mini-batch: the first state is kept before the first one. */
  beforeStep(trainer: Trainer): void { if (!this.begun) this.take(trainer) }

  /** After learning. @param ms that it took */
  learned(trainer: Trainer, ms: number): void {
    this.learnedMs += ms
    if (this.learnedMs >= this.dueMs && !trainer.divergence) this.take(trainer)
  }

  private take(trainer: Trainer): void {
    const began = this.clock.now()
    this.send({ step: trainer.step, bytes: writeCheckpoint(checkpointOf(trainer, { version: this.version })) })
    this.begun = true
    this.learnedMs = 0
    this.costs = [...this.costs, this.clock.now() - began].slice(-measured)
    this.dueMs = Math.max(checkpointMs, Math.min(...this.costs) / share)
  }
}
