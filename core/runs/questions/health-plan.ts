import { evenly } from './evenly'
import type { Span } from './scan'
import type { Known } from './search'

/** Which steps of a run's past are measured. */
export interface HealthRange {
  readonly from: number
  readonly to: number
  /** Most steps */
  readonly columns: number
  /** The axis over which the steps are spread evenly */
  readonly scale: 'linear' | 'logarithmic'
  /** Steps that are known already, in ascending order */
  readonly have?: readonly number[]
}

/** Steps that are measured while a span is learned again. */
export interface HealthSpan extends Span {
  /** In ascending order; the last one is the span's */
  readonly steps: readonly number[]
}

/** At the beginning of a run every step is another world: so many steps are measured before all others. */
const earlySteps = 32
/** From one early step to the next, in a range that is spread too thinly for them: its distance from the beginning grows by this share. */
const growth = 0.1
/** Most of the columns that are such early steps */
const earlyShare = 1 / 4
/** Most checkpoints at which coarse columns are measured first */
const mostCoarse = 60

/**
 * Which spans of a run are learned again for its health over time, and in which order: the early steps first, then the steps after
 * checkpoints, a few spread over the whole, then all other steps. Where it can be chosen, a step is one after a checkpoint: it
 * costs one mini-batch.
 */
export class HealthPlan {
  /** The range as far as the run reaches */
  readonly from: number
  readonly to: number
  private left: HealthSpan[]
  /** Number of steps that are measured */
  readonly steps: number
  private stepsDone = 0

  constructor({ first, last, checkpoints }: Pick<Known, 'first' | 'last' | 'checkpoints'>, range: HealthRange) {
    this.from = Math.max(range.from, first + 1) // the state at the first step has no gradients
    this.to = Math.min(range.to, last)
    const starts = [first, ...checkpoints.filter(step => step > first && step < last)]
    this.left = this.from > this.to ? [] : ordered(stepsOf({ ...range, from: this.from, to: this.to }, first, starts), first, starts)
    this.steps = this.left.reduce((sum, { steps }) => sum + steps.length, 0)
  }

  /** The next span to measure; undefined when all are. */
  get next(): HealthSpan | undefined { return this.left[0] }

  /** The next span has been measured. */
  take(): void { this.stepsDone += this.left.shift()?.steps.length ?? 0 }

  /** Share that has been measured, 0 to 1 */
  get done(): number { return this.left.length === 0 ? 1 : this.stepsDone / this.steps }
}

/** One step of each part of the axis in which none is known, in ascending order. @param starts steps of the kept states */
function stepsOf({ from, to, columns, scale, have = [] }: HealthRange, first: number, starts: readonly number[]): readonly number[] {
  const known = new Set(have)
  const early = from === first + 1 ? earlyOf({ from, to, columns, scale }).filter(step => !known.has(step)) : []
  const parts = partsOfAxis({ from, to, columns: Math.max(1, columns - early.length), scale })
  let [nextHave, nextStart] = [0, 0]
  const others = parts.flatMap(([start, end]) => {
    while (nextHave < have.length && have[nextHave]! < start) nextHave++
    if (nextHave < have.length && have[nextHave]! <= end) return []
    while (nextStart < starts.length && starts[nextStart]! + 1 < start) nextStart++
    const kept = starts[nextStart]
    return [kept !== undefined && kept + 1 <= end ? kept + 1 : start]
  })
  return [...new Set([...early, ...others])].sort((a, b) => a - b)
}

/** The first and the last step of each part, on an axis with equal parts; parts without a step of their own are left out. */
function partsOfAxis({ from, to, columns, scale }: HealthRange): readonly (readonly [number, number])[] {
  const [placeOf, stepAt] = scale === 'linear' ? [(step: number) => step, (place: number) => place] : [Math.log, Math.exp]
  const [start, end] = [placeOf(from), placeOf(to + 1)]
  const parts: [number, number][] = []
  let next = from
  for (let part = 1; part <= columns && next <= to; part++) {
    const last = part === columns ? to : Math.min(to, Math.ceil(stepAt(start + (end - start) * part / columns) - 1e-9) - 1)
    if (last < next) continue
    parts.push([next, last])
    next = last + 1
  }
  return parts
}

/** Steps of a beginning, further and further apart, as long as they are nearer than the axis has them. */
function earlyOf({ from, to, columns, scale }: HealthRange): readonly number[] {
  const apart = scale === 'linear' ? () => (to - from) / columns : (step: number) => step * Math.log(to / from) / columns
  const steps: number[] = []
  for (let step = from; step <= to && steps.length < columns * earlyShare; step += Math.max(1, Math.ceil(growth * (step - from)))) {
    if (Math.max(1, growth * (step - from)) >= apart(step)) break
    steps.push(step)
  }
  return steps
}

function ordered(steps: readonly number[], first: number, starts: readonly number[]): HealthSpan[] {
  const early = steps.filter(step => step <= first + earlySteps)
  const later = steps.slice(early.length)
  const kept = new Set(starts)
  const afterKept = later.filter(step => kept.has(step - 1))
  const apart = Math.max(1, Math.ceil(afterKept.length / mostCoarse))
  const coarse = afterKept.filter((_, i) => i % apart === 0)
  const isCoarse = new Set(coarse)
  return [...spansOf(early, starts), ...evenly(spansOf(coarse, starts)), ...evenly(spansOf(later.filter(step => !isCoarse.has(step)), starts))]
}

/** The steps, those that are learned from the same kept state together. */
function spansOf(steps: readonly number[], starts: readonly number[]): readonly HealthSpan[] {
  const spans: { from: number, to: number, withStart: boolean, steps: number[] }[] = []
  let at = 0
  for (const step of steps) {
    while (at + 1 < starts.length && starts[at + 1]! < step) at++
    const from = starts[at]!
    const span = spans.at(-1)
    if (span?.from !== from) spans.push({ from, to: step, withStart: false, steps: [step] })
    else {
      span.steps.push(step)
      span.to = step
    }
  }
  return spans
}
