/** Milliseconds of learning between two checkpoints */
export const checkpointMs = 100
/** Largest share of the learning time that making checkpoints takes: those of a large network are further apart. */
const share = 0.02
/** Number of recent checkpoints whose shortest time counts as the cost: longer times may include interruptions by other programs */
const measured = 5

/** Number of checkpoints before their time counts: the first ones are slow, because the engine has not compiled their code yet */
const enough = 3

/** Says when the next checkpoint of a run is due. */
export class CheckpointPace {
  private learnedMs = 0
  private dueMs = checkpointMs
  /** Milliseconds that each recent checkpoint took */
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
