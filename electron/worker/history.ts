import type { Evaluation, RunHistory } from '@contract'

export const maxPoints = 4096
const maxEvaluations = 1024

/**
 * The run so far in bounded memory: when it is full, every second point goes, and from then on only
 * every second step is kept. The latest loss is always there.
 */
export class History {
  private readonly steps = new Float64Array(maxPoints)
  private readonly losses = new Float32Array(maxPoints)
  /** Points in use, without the latest loss, for which one place is left free. */
  private count = 0
  private stride = 1
  private latestStep = 0
  private latestLoss = 0
  private evaluations: Evaluation[] = []

  /** @param step counted from 1 */
  loss(step: number, loss: number): void {
    this.latestStep = step
    this.latestLoss = loss
    if (step % this.stride !== 0) return
    if (this.count === maxPoints - 1) this.thin()
    if (step % this.stride !== 0) return
    this.steps[this.count] = step
    this.losses[this.count] = loss
    this.count++
  }

  evaluation(evaluation: Evaluation): void {
    if (this.evaluations.length === maxEvaluations) this.evaluations = this.evaluations.filter((_, i) => i % 2 === 0)
    this.evaluations.push(evaluation)
  }

  get lastEvaluation(): Evaluation | null { return this.evaluations.at(-1) ?? null }

  /** @returns copies, at most 4,096 losses */
  read(runId: number): RunHistory {
    let points = this.count
    if (this.latestStep > 0 && this.steps[points - 1] !== this.latestStep) {
      this.steps[points] = this.latestStep
      this.losses[points++] = this.latestLoss
    }
    return { runId, steps: this.steps.slice(0, points), losses: this.losses.slice(0, points), evaluations: [...this.evaluations] }
  }

  clear(): void {
    this.count = 0
    this.stride = 1
    this.latestStep = 0
    this.evaluations = []
  }

  private thin(): void {
    this.stride *= 2
    let kept = 0
    for (let i = 0; i < this.count; i++) {
      if (this.steps[i]! % this.stride !== 0) continue
      this.steps[kept] = this.steps[i]!
      this.losses[kept] = this.losses[i]!
      kept++
    }
    this.count = kept
  }
}
