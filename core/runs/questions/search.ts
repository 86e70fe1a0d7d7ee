import { type EvaluatedSplit, quickSize } from '../../train/evaluation'
import type { RunSeries } from '../run-series'
import { shareOf } from './meter'
import { type AccuracyQuantity, type Answer, conditionOf, type Question } from './question'
import type { Span } from './scan'

/** What is known of a run when it is asked. */
export interface Known {
  readonly first: number
  readonly last: number
  /** Steps of its checkpoints, in ascending order */
  readonly checkpoints: readonly number[]
  readonly series: Pick<RunSeries, 'lossAt' | 'scores' | 'divergences'>
  /** Number of images of a split */
  imagesIn(split: EvaluatedSplit): number
}

/** A span in which a condition is looked for: its first step or its last one. */
export interface Search extends Span {
  readonly find: 'first' | 'last'
  /** A step for which it is known already: the answer is not later */
  readonly atMost: number | null
}

/** What was found in a span. */
export interface Found {
  /** The first or the last step for which the condition holds; null: none */
  readonly step: number | null
  readonly value: number | null
  /** The first step with a number; null: none has one */
  readonly measured: number | null
  /** By unit, the last step at which it fires; -1: none. Left out: firing is not measured */
  readonly lastFiring?: readonly number[]
}

/** How a question is answered: the spans to search, one after the other, and the answer at the end. */
export interface SearchPlan {
  /** Steps to learn again, at most */
  readonly steps: number
  search(): Generator<Search, Answer, Found>
}

/**
 * How a question is answered. The answers are exact: no step is left out unless the record shows its number.
 * - Losses are recorded. Where some are missing before the one that is searched, the steps up to it are learned again.
 * - A first step is searched from the run's first step on, in one span without checkpoints, up to the first step that holds.
 * - An accuracy is recorded now and then. The first recorded one that holds ends the search: first the steps since the recorded one
 *   before it are searched, which soon gives a step that is not too early, then all steps before, from the first one on.
 * - A unit's last firing is searched from the end, from one checkpoint to the next, and within these forward, up to the last step
 *   at which it fires. In the first of these spans that has such a step it is the last one of all.
 * - The first unit of a layer to die is found by the same backward search. A unit that fires in a later span died after every unit
 *   that does not, so the unit with the earliest last firing died first.
 */
export function searchPlan(question: Question, known: Known): SearchPlan {
  if (question.ask === 'notFinite') return { steps: 0, search: () => recordedAnswer(divergence(known)) }
  if (question.ask === 'died') return { steps: known.last - known.first, search: () => question.unit === null ? firstDeath(known) : lastFiring(known) }
  const quantity = question.ask === 'passed' ? question.quantity : null
  const recorded = quantity?.of === 'loss' ? recordedLoss(question, known) : quantity?.of === 'accuracy' ? recordedAccuracy(question, quantity, known) : { held: null, before: known.first, all: false }
  const steps = recorded.all ? 0 : (recorded.held?.step ?? known.last) - known.first
  return { steps, search: () => firstStep(recorded, known) }
}

/** What the record shows. */
interface Recorded {
  /** The first recorded step that holds; null: none does */
  readonly held: { readonly step: number, readonly value: number } | null
  /** The recorded step before it, which does not hold, or the first one */
  readonly before: number
  /** Whether every step before is recorded */
  readonly all: boolean
}

function recordedLoss(question: Question, { first, last, series }: Known): Recorded {
  const holds = conditionOf(question)
  let all = true
  for (let step = first + 1; step <= last; step++) {
    const value = series.lossAt(step)
    if (value === undefined) all = false
    else if (holds(value)) return { held: { step, value }, before: first, all }
  }
  return { held: null, before: first, all }
}

/** The recorded scores of quick evaluations: questions measure the same images. */
function recordedAccuracy(question: Question, { split, class: wanted }: AccuracyQuantity, { first, last, series, imagesIn }: Known): Recorded {
  const holds = conditionOf(question)
  const images = Math.min(quickSize[split]!, imagesIn(split))
  let before = first
  for (const { step, split: scored, score } of series.scores) {
    const value = scored === split && score.images === images && step >= first && step <= last ? shareOf(score, wanted) : null
    if (value === null) continue
    if (holds(value)) return { held: { step, value }, before, all: step === first }
    before = step
  }
  return { held: null, before: first, all: false }
}

function* firstStep({ held, before, all }: Recorded, known: Known): Generator<Search, Answer, Found> {
  const { first, last } = known
  const answer = (step: number, value: number | null, fromStart: boolean): Answer => ({ ...nothing(known), step, value, fromStart })
  if (all) return held ? answer(held.step, held.value, held.step <= first + 1) : nothing(known)
  let best: Pick<Found, 'step' | 'value'> = held ?? { step: null, value: null }
  const isSplit = held !== null && before > first
  if (isSplit) {
    const found = yield { ...span(known, before, held.step), find: 'first', atMost: held.step }
    if (found.step !== null) best = found
  }
  const found = yield { ...span(known, first, isSplit ? before : held?.step ?? last), find: 'first', atMost: best.step }
  if (found.step !== null) return answer(found.step, found.value, found.step === found.measured)
  return best.step === null ? nothing(known) : answer(best.step, best.value, false)
}

function* lastFiring(known: Known): Generator<Search, Answer, Found> {
  const { first, last } = known
  for (const part of partsOf(known).toReversed()) {
    const { step } = yield { ...part, find: 'last', atMost: null }
    if (step === last) return { ...nothing(known), before: last }
    if (step !== null) return { ...nothing(known), step: step + 1, before: step }
  }
  return { ...nothing(known), step: first, fromStart: true }
}

function* firstDeath(known: Known): Generator<Search, Answer, Found> {
  const { first, last } = known
  /** The units that fire in none of the spans so far; null: not known yet */
  let silent: readonly number[] | null = null
  let atMost: number | null = null
  for (const part of partsOf(known).toReversed()) {
    const { lastFiring = [] } = yield { ...part, find: 'last', atMost }
    const units: readonly number[] = silent ?? lastFiring.map((_, unit) => unit)
    const others: readonly number[] = units.filter(unit => lastFiring[unit]! < 0)
    if (others.length > 0) {
      silent = others
      atMost = part.from + 1
      continue
    }
    const before = Math.min(...units.map(unit => lastFiring[unit]!))
    if (before === last) return { ...nothing(known), before }
    return { ...nothing(known), step: before + 1, before, unit: units.find(unit => lastFiring[unit] === before)! }
  }
  return { ...nothing(known), step: first, fromStart: true, unit: silent?.[0] ?? 0 }
}

/** The spans between neighbouring checkpoints, in ascending order; the first one begins at the first step, the last one ends at the latest. */
export function partsOf(known: Pick<Known, 'first' | 'last' | 'checkpoints'>): readonly Span[] {
  const { first, last, checkpoints } = known
  const ends = [...checkpoints.filter(step => step > first && step < last), last]
  return ends.map((to, i) => span(known, ends[i - 1] ?? first, to))
}

const span = ({ first }: Pick<Known, 'first'>, from: number, to: number): Span => ({ from, to, withStart: from === first })
const nothing = ({ first, last }: Known): Answer => ({ step: null, value: null, fromStart: false, before: null, first, last })

// eslint-disable-next-line require-yield -- nothing is searched: the answer is recorded
function* recordedAnswer(answer: Answer): Generator<Search, Answer, Found> { return answer }

/** The losses that were not finite are recorded with the step to which the run went back. */
function divergence(known: Known): Answer {
  const [earliest] = known.series.divergences
  return earliest ? { ...nothing(known), step: earliest.at, value: Number(earliest.loss), before: earliest.step } : nothing(known)
}
