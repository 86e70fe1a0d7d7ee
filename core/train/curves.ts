import type { Accuracy } from './metrics'

/** A growing series that stays small: when full, every two points become their mean and the stride doubles. */
export class Series {
  readonly steps: Float64Array
  readonly values: Float32Array
  length = 0
  #stride = 1
  #skipped = 0
  /** Sum of the values since the last kept point, so that thinning does not lie about noise. */
  #sum = 0

  constructor(readonly capacity: number) {
    this.steps = new Float64Array(capacity)
    this.values = new Float32Array(capacity)
  }

  /** Steps whose mean one point is */
  get stride(): number { return this.#stride }

  push(step: number, value: number): void {
    this.#sum += value
    this.#skipped++
    if (this.#skipped >= this.#stride && this.length === this.capacity) this.#halve()
    if (this.#skipped < this.#stride) return // full: halved just now, so this point waits for its other half
    this.steps[this.length] = step
    this.values[this.length++] = this.#sum / this.#skipped
    this.#sum = this.#skipped = 0
  }

  clear(): void {
    this.length = this.#skipped = this.#sum = 0
    this.#stride = 1
  }

  /** Everything that another series needs to go on as this one does. */
  read(): SeriesState {
    return { steps: this.steps.slice(0, this.length), values: this.values.slice(0, this.length), stride: this.#stride, skipped: this.#skipped, sum: this.#sum }
  }

  /** Goes on as the series that was read. @param state of a series of the same capacity */
  restore({ steps, values, stride, skipped, sum }: SeriesState): void {
    this.steps.set(steps)
    this.values.set(values)
    this.length = steps.length
    this.#stride = stride
    this.#skipped = skipped
    this.#sum = sum
  }

  #halve(): void {
    for (let i = 0; i < this.length >> 1; i++) {
      this.steps[i] = this.steps[2 * i + 1]!
      this.values[i] = (this.values[2 * i]! + this.values[2 * i + 1]!) / 2
    }
    this.length >>= 1
    this.#stride *= 2
  }
}

export interface SeriesState {
  readonly steps: Float64Array
  readonly values: Float32Array
  /** Steps averaged into one point; steps pending for the next point, and the sum of their values */
  readonly stride: number
  readonly skipped: number
  readonly sum: number
}

export const maxLosses = 4096
export const maxEvaluations = 1024

/**
 * At most `most` of the evaluations: every second, fourth, … one, which stay while others come, and always the latest.
 * Those at steps 1, 2, 4, 8, … stay too, or the curve would lose its beginning.
 */
export function thinned<T extends { readonly step: number }>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items
  const firstStep = items[0]!.step
  const octave = (i: number): number => Math.floor(Math.log2(items[i]!.step - firstStep))
  const isMilestone = (i: number): boolean => i === 0 || i === items.length - 1 || octave(i) > octave(i - 1)
  for (let stride = 2; ; stride *= 2) {
    const left = items.filter((_, i) => (i + 1) % stride === 0 || isMilestone(i))
    if (left.length <= most) return left
  }
}

/** What was measured of a run so far, in bounded memory: the same in the training thread and in the window. */
export class Curves {
  readonly loss = new Series(maxLosses)
  evaluations: readonly Accuracy[] = []
  /** Of the latest mini-batch, null before the first */
  latestLoss: number | null = null
  private latestStep = -1

  /** A step that was told already is not told twice. @param step counted from 1 */
  takeLoss(step: number, loss: number): void {
    if (step <= this.latestStep) return
    this.latestStep = step
    this.latestLoss = Math.fround(loss)
    this.loss.push(step, this.latestLoss)
  }

  /** Of two evaluations of one step the one on more images counts. */
  takeEvaluation(evaluation: Accuracy): void {
    const latest = this.evaluations.at(-1)
    if (latest && (latest.step > evaluation.step || (latest.step === evaluation.step && latest.testImages >= evaluation.testImages))) return
    const all = [...latest?.step === evaluation.step ? this.evaluations.slice(0, -1) : this.evaluations, evaluation]
    this.evaluations = all.length > maxEvaluations ? thinned(all, maxEvaluations * 3 / 4) : all
  }

  clear(): void {
    this.loss.clear()
    this.evaluations = []
    this.latestLoss = null
    this.latestStep = -1
  }

  read(): CurvesState {
    return { loss: this.loss.read(), latestStep: this.latestStep, latestLoss: this.latestLoss, evaluations: this.evaluations }
  }

  restore({ loss, latestStep, latestLoss, evaluations }: CurvesState): void {
    this.loss.restore(loss)
    this.latestStep = latestStep
    this.latestLoss = latestLoss
    this.evaluations = evaluations
  }
}

export interface CurvesState {
  readonly loss: SeriesState
  /** −1 before the first step */
  readonly latestStep: number
  readonly latestLoss: number | null
  readonly evaluations: readonly Accuracy[]
}
