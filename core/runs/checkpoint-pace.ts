/** Milliseconds of learning between two checkpoints */
export const checkpointMs = 100
/** Largest share of the learning time that making checkpoints takes: those of a large network are further apart. */
const share = 0.02
/** The latest ones of which the least time counts: another one may have been interrupted by other programs */
const measured = 5

/** So many must have been made before their time counts: the first ones are slow, since their code is not compiled yet */
const enough = 3

/** Says when the next checkpoint of a run is due. */
export class CheckpointPace {
  private learnedMs = 0
  private dueMs = checkpointMs
  /** Milliseconds that the latest ones took */
  private costs: readonly number[] = []

  /** @param ms of learning since the last call @returns whether a checkpoint is due */
  learned(ms: number): boolean {
    this.learnedMs += ms
    return this.learnedMs >= this.dueMs
  }

  /** A checkpoint was made. @param costMs milliseconds that it took */
  made(costMs: number): void {
    this.learnedMs = 0
    this.costs = [...this.costs, costMs].slice(-measured)
    this.dueMs = this.costs.length < enough ? checkpointMs : Math.max(checkpointMs, Math.min(...this.costs) / share)
  }
}
