import { type EvaluatedSplit, type Evaluation, evaluatedSplits, type EvaluationPoint, pointOf, type Score } from './evaluation'
import { columnWidth, Series, type SeriesState } from './series'

export const maxLosses = 4096
export const maxEvaluations = 1024

/** A step with the accuracies that were measured at it. */
type MeasuredStep = { readonly step: number } & { readonly [S in EvaluatedSplit]?: Pick<Score, 'accuracy'> | null }

/**
 * Thins evaluations to at most `most`. Each column of steps keeps those with the least and greatest accuracy on each split, so
 * that no dip is hidden. The first, the latest and those at steps 1, 2, 4, 8, … also stay, so that the beginning
 * of the curve remains visible, unless there are more of these than `most`.
 * @param most at least 2
 */
export function thinned<T extends MeasuredStep>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items
  const stepOf = (i: number): number => items[i]!.step - items[0]!.step
  const splits = evaluatedSplits.filter(split => items[0]![split])
  const octave = (i: number): number => Math.floor(Math.log2(stepOf(i)))
  const milestones = items.flatMap((_, i) => i === 0 || i === items.length - 1 || octave(i) > octave(i - 1) ? [i] : [])
  for (let width = columnWidth(stepOf(items.length - 1) + 1, most); ; width *= 2) {
    const kept = new Set(milestones)
    for (let from = 0, end = 0; from < items.length; from = end) {
      const column = Math.floor(stepOf(from) / width)
      while (end < items.length && Math.floor(stepOf(end) / width) === column) end++
      for (const split of splits) {
        const accuracy = (i: number): number => items[i]![split]?.accuracy ?? NaN
        let least = from
        let greatest = from
        for (let i = from + 1; i < end; i++) {
          if (accuracy(i) < accuracy(least)) least = i
          if (accuracy(i) > accuracy(greatest)) greatest = i
        }
        kept.add(least).add(greatest)
      }
    }
    if (kept.size <= most) return items.filter((_, i) => kept.has(i))
    if (width > stepOf(items.length - 1)) return evenly(items.filter((_, i) => kept.has(i)), most)
  }
}

/** At most `most` of some items, the first and the last among them. @param most at least 2 */
const evenly = <T>(items: readonly T[], most: number): readonly T[] =>
  Array.from({ length: most }, (_, i) => items[Math.round(i * (items.length - 1) / (most - 1))]!)

/** Losses and evaluations of a run, in bounded memory; the training thread and the window hold the same. */
export class Curves {
  readonly loss = new Series(maxLosses)
  /** In ascending order of steps, without their answers for each class: with 1,000 classes those would take 50 MB */
  evaluations: readonly EvaluationPoint[] = []
  /** The latest evaluation; null before the first */
  latest: Evaluation | null = null

  /** Loss of the latest mini-batch, null before the first */
  get latestLoss(): number | null { return this.loss.latest?.y ?? null }

  /** Ignores a step that has already been added. @param step counted from 1 */
  takeLoss(step: number, loss: number): void {
    if (step > (this.loss.latest?.x ?? -1)) this.loss.push(step, Math.fround(loss))
  }

  /** Of two evaluations at the same step, the one on more images is kept. */
  takeEvaluation(evaluation: Evaluation): void {
    const latest = this.evaluations.at(-1)
    if (latest && (latest.step > evaluation.step || (latest.step === evaluation.step && latest.test.images >= evaluation.test.images))) return
    const all = [...latest?.step === evaluation.step ? this.evaluations.slice(0, -1) : this.evaluations, pointOf(evaluation)]
    this.latest = evaluation
    this.evaluations = all.length > maxEvaluations ? thinned(all, maxEvaluations * 3 / 4) : all
  }

  /** Removes the evaluations after a step: their weights were undone. The losses stay, since they were measured. */
  undoAfter(step: number): void {
    this.evaluations = this.evaluations.filter(evaluation => evaluation.step <= step)
    if (this.latest && this.latest.step > step) this.latest = null
  }

  clear(): void {
    this.loss.clear()
    this.evaluations = []
    this.latest = null
  }

  /** Continues the curves of a recorded run. @param step the latest one: what was recorded after it is left out */
  recall({ firstStep, losses, evaluations }: Recorded, step: number): void {
    losses.forEach((loss, i) => { if (firstStep + i <= step && !Number.isNaN(loss)) this.takeLoss(firstStep + i, loss) })
    const until = evaluations.filter(evaluation => evaluation.step <= step)
    this.evaluations = until.length > maxEvaluations ? thinned(until, maxEvaluations * 3 / 4) : until
  }

  read(): CurvesState {
    return { loss: this.loss.read(), evaluations: this.evaluations }
  }

  restore({ loss, evaluations }: CurvesState): void {
    this.loss.restore(loss)
    this.evaluations = evaluations
  }
}

/** What was recorded of a run's curves. */
export interface Recorded {
  /** Step of losses[0], counted from 1 */
  readonly firstStep: number
  /** NaN where the loss was not recorded */
  readonly losses: Float32Array
  readonly evaluations: readonly EvaluationPoint[]
}

export interface CurvesState {
  readonly loss: SeriesState
  readonly evaluations: readonly EvaluationPoint[]
}
