import type { RunCurves } from '@contract'
import { type CurvePoint, type EvaluatedSplit, isSameDataset, type StepRange } from '@core'
import { cutOf } from '../components/charts/spike'
import { fittedEnds } from '../components/charts/value-axis'
import type { AxisRange } from '../lib/axis-window'

/** What is compared. */
export const measures = ['loss', 'test', 'validation', 'train', 'class'] as const
export type CompareMeasure = (typeof measures)[number]
/** Along what it is drawn. */
export const axes = ['step', 'epoch', 'time'] as const
export type CompareAxis = (typeof axes)[number]

/** What a person chose to see. */
export interface CompareChoice {
  readonly measure: CompareMeasure
  readonly axis: CompareAxis
  /** Index of the class whose accuracy is shown */
  readonly classIndex: number
  /** Columns of the mean around each, odd; 1: as it was recorded */
  readonly window: number
}

/** A value of a run. */
export interface ComparePoint extends CurvePoint {
  readonly step: number
  /** Epochs learned, with the part of the one that had begun */
  readonly epoch: number
  /** Values that y is the mean of, with the least and the greatest of them */
  readonly count: number
  readonly least: number
  readonly greatest: number
}

/** A run in the chart, in the order of its steps. */
export interface CompareLine {
  readonly id: string
  /** As it was recorded; of losses the means of columns */
  readonly points: readonly ComparePoint[]
  /** The mean around each value; null: not smoothed */
  readonly smooth: readonly CurvePoint[] | null
}

/** Why a run has no line: nothing was recorded, its times were not, or it has other classes. */
export type Missing = 'measure' | 'time' | 'classes'

/** Means over a window of columns, weighted by the number of values in each; at the ends, over what there is. @param window odd */
export function smoothed(values: ArrayLike<number>, counts: ArrayLike<number>, window: number): readonly number[] {
  const half = (window - 1) / 2
  return Array.from(values, (_, i) => {
    let [sum, n] = [0, 0]
    for (let j = Math.max(0, i - half); j <= Math.min(values.length - 1, i + half); j++) {
      sum += values[j]! * counts[j]!
      n += counts[j]!
    }
    return sum / n
  })
}

const placeOf = (axis: CompareAxis, at: { readonly step: number, readonly epoch: number, readonly seconds: number }): number => axis === 'step' ? at.step : axis === 'epoch' ? at.epoch : at.seconds

/** The line of a run. @param classes of the run that names them */
export function lineOf(run: RunCurves, { measure, axis, classIndex, window }: CompareChoice, classes: readonly string[]): CompareLine & { readonly missing: Missing | null } {
  const { id } = run
  const nothing = (missing: Missing) => ({ id, points: [], smooth: null, missing })
  if (measure === 'class' && !isSameList(run.classes, classes)) return nothing('classes')
  const all = measure === 'loss' ? lossPoints(run, axis) : scorePoints(run, measure, axis, classIndex)
  if (all.length === 0) return nothing('measure')
  const isKnown = ({ x }: CurvePoint): boolean => Number.isFinite(x)
  const points = all.filter(isKnown)
  if (points.length === 0) return nothing('time')
  const means = measure === 'loss' && window > 1 ? smoothed(run.loss.mean, run.loss.count, window) : null
  return { id, points, smooth: means && all.map(({ x }, i) => ({ x, y: means[i]! })).filter(isKnown), missing: null }
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name, i) => name === b[i])

function lossPoints({ loss: { steps, least, greatest, mean, count }, epochs, seconds }: RunCurves, axis: CompareAxis): readonly ComparePoint[] {
  return Array.from(steps, (step, i) => ({ step, epoch: epochs[i]!, x: placeOf(axis, { step, epoch: epochs[i]!, seconds: seconds[i]! }), y: mean[i]!, count: count[i]!, least: least[i]!, greatest: greatest[i]! }))
}

function scorePoints({ evaluations }: RunCurves, measure: EvaluatedSplit | 'class', axis: CompareAxis, classIndex: number): readonly ComparePoint[] {
  return evaluations.flatMap((evaluation) => {
    const score = measure === 'class' ? evaluation.test : evaluation[measure]
    const y = score && (measure === 'class' ? score.classes[classIndex] : score.accuracy)
    return y === undefined || Number.isNaN(y) ? [] : [{ step: evaluation.step, epoch: evaluation.epoch, x: placeOf(axis, evaluation), y, count: 1, least: y, greatest: y }]
  })
}

/** A line whose values within a part are those of the part, which was read more exactly. */
export function withPart(line: CompareLine, part: CompareLine | undefined): CompareLine {
  const [first, last] = [part?.points[0], part?.points.at(-1)]
  if (!part || !first || !last) return line
  return { ...line, points: [...line.points.filter(({ step }) => step < first.step), ...part.points, ...line.points.filter(({ step }) => step > last.step)] }
}

/** What a chart draws behind a line of means: least and greatest value of each column; null where every value has a point of its own. */
export function bandOf({ points, smooth }: CompareLine): readonly CurvePoint[] | null {
  const isMean = points.some(({ count }) => count > 1)
  if (!isMean && !smooth) return null
  return points.flatMap(({ x, y, count, least, greatest }) => count === 1 ? [{ x, y }] : [{ x, y: least }, { x, y: greatest }])
}

/** Index of the latest value at or before a place; −1: there is none. */
export function indexAt(points: readonly Pick<CurvePoint, 'x'>[], place: number): number {
  let [from, to] = [-1, points.length - 1]
  while (from < to) {
    const middle = (from + to + 1) >> 1
    if (points[middle]!.x <= place) from = middle
    else to = middle - 1
  }
  return from
}

/** The value at a place: that of the column which the place lies in, else the latest one before it. @param tolerance what rounding may have left */
export function valueAt(points: readonly ComparePoint[], place: number, tolerance = 0): ComparePoint | undefined {
  const at = indexAt(points, place + tolerance)
  const [before, after] = [points[at], points[at + 1]]
  return after && after.count > 1 && (!before || before.x < place - tolerance) ? after : before
}

/** Where a line ends, or where it leaves a part that it goes beyond. @param to end of the part; undefined: the line begins behind it */
export function endOf(points: readonly CurvePoint[], to: number): CurvePoint | undefined {
  const at = indexAt(points, to)
  const [before, after] = [points[at], points[at + 1]]
  if (!before || !after) return before
  return { x: to, y: before.y + (after.y - before.y) * (to - before.x) / (after.x - before.x) }
}

/** Both ends of the axis of places, which all lines share; from 0 where they begin near it. */
export function rangeOfX(lines: readonly CompareLine[]): AxisRange {
  const all = lines.filter(({ points }) => points.length > 0)
  if (all.length === 0) return { from: 0, to: 1 }
  const [from, to] = [Math.min(...all.map(({ points }) => points[0]!.x)), Math.max(...all.map(({ points }) => points.at(-1)!.x))]
  return { from: from > 0 && from < 0.1 * to ? 0 : from, to: to > from ? to : from + 1 }
}

/** The least distance of two values along the axis, by which it is read and zoomed. */
export function grainOf(lines: readonly CompareLine[], axis: CompareAxis): number {
  if (axis === 'step') return 1
  const grains = lines.flatMap(({ points }) => {
    const [first, last] = [points[0], points.at(-1)]
    return first && last && last.step > first.step && last.x > first.x ? [(last.x - first.x) / (last.step - first.step)] : []
  })
  return grains.length > 0 ? Math.min(...grains) : 1
}

/** The steps that lie in a part of the axis, in any of the runs. */
export function stepsIn(lines: readonly CompareLine[], { from, to }: AxisRange): StepRange {
  const ends = lines.filter(({ points }) => points.length > 0).map(({ points }) => {
    const [first, last] = [indexAt(points, from), indexAt(points, to)]
    return { from: points[Math.max(0, first)]!.step, to: (points[last + 1] ?? points[last]!).step }
  })
  return ends.length === 0 ? { from: 0, to: 0 } : { from: Math.min(...ends.map(({ from }) => from)), to: Math.max(...ends.map(({ to }) => to)) }
}

/** What the axis of values shows, and where a value lies beyond it. */
export interface ValueRange { readonly min: number, readonly max: number, /** The greatest value, which is cut off */ readonly cut: CurvePoint | null }

/**
 * Both ends of the axis of values, by what a part shows. From 0, a spike of a loss is cut off; fitted, it holds what the later half
 * of the lines shows.
 * @param fitted whether small differences are to be seen
 */
export function rangeOfY(lines: readonly CompareLine[], { measure, fitted, view }: { readonly measure: CompareMeasure, readonly fitted: boolean, readonly view: AxisRange }): ValueRange {
  const seen = lines.map(line => line.points.filter(({ x }) => x >= view.from && x <= view.to)).filter(points => points.length > 0)
  const strong = fitted ? lines.map(({ points, smooth }) => (smooth ?? points).filter(({ x }) => x >= view.from && x <= view.to)) : []
  if (measure !== 'loss') return { min: 0, max: 1, cut: null, ...fitted && fittedEnds(strong, view) }
  const tops = seen.map(points => points.map(({ x, greatest }) => ({ x, y: greatest })))
  const cuts = tops.map(cutOf)
  const max = Math.max(...tops.map((points, i) => cuts[i]?.end ?? points.reduce((most, { y }) => Math.max(most, y), 0)), 0) * 1.04 || 1
  const later = strong.flatMap(points => points.slice(Math.max(0, indexAt(points, ((points[0]?.x ?? 0) + (points.at(-1)?.x ?? 0)) / 2))).map(({ y }) => y))
  if (later.length > 0) {
    const [least, greatest] = [Math.min(...later), Math.max(...later)]
    const room = Math.max(0.08 * (greatest - least), 1e-3 * Math.abs(greatest), 1e-9)
    return { min: Math.max(0, least - room), max: Math.min(max, greatest + room), cut: null }
  }
  const beyond = cuts.flatMap(cut => cut && cut.most.y > max ? [cut.most] : [])
  return { min: 0, max, cut: beyond.toSorted((a, b) => b.y - a.y)[0] ?? null }
}

/** What of the runs cannot be compared fairly. */
export function unlike(runs: readonly RunCurves[]): { readonly datasets: boolean, readonly losses: boolean } {
  const [first, ...others] = runs
  return {
    datasets: others.some(({ dataset }) => !isSameDataset(dataset, first!.dataset)),
    losses: others.some(({ config }) => config.network.loss !== first!.config.network.loss),
  }
}
