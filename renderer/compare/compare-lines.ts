import type { RunCurves } from '@contract'
import { type CurvePoint, type EvaluatedSplit, isSameDataset } from '@core'
import { cutOf } from '../components/charts/spike'

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

/** A run in the chart. Without values, x and y are empty. */
export interface CompareLine {
  readonly id: string
  readonly steps: readonly number[]
  readonly x: readonly number[]
  /** As it was recorded; of losses the means of columns */
  readonly y: readonly number[]
  /** Least and greatest value of each column in the order of the steps; of accuracies the values themselves */
  readonly raw: readonly CurvePoint[]
  /** The mean around each value; null: not smoothed */
  readonly smooth: readonly number[] | null
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
  if (measure === 'class' && !isSameList(run.classes, classes)) return { ...nothing(id), missing: 'classes' }
  const line = measure === 'loss' ? lossLine(run, axis, window) : scoreLine(run, measure, axis, classIndex)
  if (line.steps.length === 0) return { ...nothing(id), missing: 'measure' }
  const known = line.x.map(Number.isFinite)
  if (!known.includes(true)) return { ...nothing(id), missing: 'time' }
  const only = <T>(list: readonly T[]): readonly T[] => list.filter((_, i) => known[i])
  return { id, steps: only(line.steps), x: only(line.x), y: only(line.y), raw: line.raw.filter(({ x }) => Number.isFinite(x)), smooth: line.smooth && only(line.smooth), missing: null }
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name, i) => name === b[i])
const nothing = (id: string): CompareLine => ({ id, steps: [], x: [], y: [], raw: [], smooth: null })

function lossLine({ id, loss: { steps, least, greatest, mean, count }, epochs, seconds }: RunCurves, axis: CompareAxis, window: number): CompareLine {
  const x = Array.from(steps, (step, i) => placeOf(axis, { step, epoch: epochs[i]!, seconds: seconds[i]! }))
  return {
    id, steps: Array.from(steps), x, y: Array.from(mean), raw: x.flatMap((x, i) => count[i] === 1 ? [{ x, y: mean[i]! }] : [{ x, y: least[i]! }, { x, y: greatest[i]! }]),
    smooth: window > 1 ? smoothed(mean, count, window) : null,
  }
}

function scoreLine({ id, evaluations }: RunCurves, measure: EvaluatedSplit | 'class', axis: CompareAxis, classIndex: number): CompareLine {
  const points = evaluations.flatMap((evaluation) => {
    const score = measure === 'class' ? evaluation.test : evaluation[measure]
    const y = score && (measure === 'class' ? score.classes[classIndex] : score.accuracy)
    return y === undefined || Number.isNaN(y) ? [] : [{ step: evaluation.step, x: placeOf(axis, evaluation), y }]
  })
  return { id, steps: points.map(({ step }) => step), x: points.map(({ x }) => x), y: points.map(({ y }) => y), raw: points.map(({ x, y }) => ({ x, y })), smooth: null }
}

/** Index of the latest value at or before a place; −1: there is none. */
export function indexAt(x: readonly number[], place: number): number {
  let [from, to] = [-1, x.length - 1]
  while (from < to) {
    const middle = (from + to + 1) >> 1
    if (x[middle]! <= place) from = middle
    else to = middle - 1
  }
  return from
}

export interface Range { readonly min: number, readonly max: number }

/** Both ends of the axis of places, which all lines share; from 0 where they begin near it. */
export function rangeOfX(lines: readonly CompareLine[]): Range {
  const all = lines.filter(({ x }) => x.length > 0)
  if (all.length === 0) return { min: 0, max: 1 }
  const [min, max] = [Math.min(...all.map(({ x }) => x[0]!)), Math.max(...all.map(({ x }) => x.at(-1)!))]
  return { min: min > 0 && min < 0.1 * max ? 0 : min, max: max > min ? max : min + 1 }
}

/**
 * Both ends of the axis of values. From 0, a spike of a loss is cut off; fitted, it holds what the later half of the lines shows.
 * @param fitted whether small differences are to be seen
 */
export function rangeOfY(lines: readonly CompareLine[], measure: CompareMeasure, fitted: boolean): Range {
  const ends = lines.map(({ raw }) => cutOf(raw)?.end ?? raw.reduce((most, { y }) => Math.max(most, y), 0))
  const whole = { min: 0, max: measure === 'loss' ? Math.max(...ends, 0) * 1.04 || 1 : 1 }
  const later = fitted ? lines.flatMap(({ x, y, smooth }) => (smooth ?? y).slice(indexAt(x, (x[0]! + x.at(-1)!) / 2))) : []
  if (later.length === 0) return whole
  const [least, greatest] = [Math.min(...later), Math.max(...later)]
  const room = Math.max(0.08 * (greatest - least), 1e-3 * Math.abs(greatest), 1e-9)
  return { min: Math.max(whole.min, least - room), max: Math.min(whole.max, greatest + room) }
}

/** Multiples of 1, 2 or 5 · 10ⁿ within a range, of which there are at most `most`. */
export function ticksOf({ min, max }: Range, most: number): readonly number[] {
  const rough = (max - min) / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(rough))
  const every = [1, 2, 5, 10].map(factor => factor * power).find(width => width >= rough * (1 - 1e-9))!
  const [from, to] = [Math.ceil(min / every - 1e-9), Math.floor(max / every + 1e-9)]
  return Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * every).toPrecision(12)))
}

/** Moves labels down that would lie on another one, or up at the lower edge. @param size of a label @returns their heights */
export function apart(places: readonly CurvePoint[], { width, height, bottom }: { readonly width: number, readonly height: number, readonly bottom: number }): readonly number[] {
  const placed: CurvePoint[] = []
  const moved = places.map(({ y }) => y)
  for (const i of places.map((_, i) => i).sort((a, b) => places[a]!.y - places[b]!.y)) {
    const { x } = places[i]!
    const isFree = (y: number): boolean => y <= bottom && placed.every(other => Math.abs(other.x - x) >= width || Math.abs(other.y - y) >= height)
    const tried = Array.from({ length: 2 * places.length }, (_, n) => [places[i]!.y + n * height, places[i]!.y - n * height]).flat()
    moved[i] = tried.find(isFree) ?? places[i]!.y
    placed.push({ x, y: moved[i] })
  }
  return moved
}

/** What of the runs cannot be compared fairly. */
export function unlike(runs: readonly RunCurves[]): { readonly datasets: boolean, readonly losses: boolean } {
  const [first, ...others] = runs
  return {
    datasets: others.some(({ dataset }) => !isSameDataset(dataset, first!.dataset)),
    losses: others.some(({ config }) => config.network.loss !== first!.config.network.loss),
  }
}
