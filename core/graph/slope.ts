import type { Precision } from '../tensor'
import { backward } from './backward'
import { forward } from './forward'
import type { Graph, Value } from './types'
import { roundTo } from './values'

/** Which number of which input is moved, and how far to each side. */
export interface Nudge {
  readonly name: string
  /** Index into the input's numbers, row by row; 0 when left out */
  readonly cell?: number
  readonly h: number
  readonly precision?: Precision
}

/** A central difference with the two outputs that it comes from. */
export interface NudgedSlope {
  /** f(x + h); the sum of the output's numbers, each times its upstream, where it has several */
  readonly above: number
  readonly below: number
  /** (above − below) / 2h; NaN where one of them cannot be computed */
  readonly slope: number
  /** (f(x) − below) / h and (above − f(x)) / h */
  readonly left: number
  readonly right: number
}

/**
 * Moves one number of one input to both sides and recomputes the whole graph twice.
 * @param upstream what the output's numbers count; 1 each when left out
 * @source Deep Learning from Scratch, 4.3
 */
export function nudge(graph: Graph, inputs: ReadonlyMap<string, Value>, { name, cell = 0, h, precision = 'float64' }: Nudge, upstream?: Value): NudgedSlope {
  const round = roundTo(precision)
  const at = (step: number): number => {
    const { shape, data } = inputs.get(name)!
    const moved = { shape, data: data.map((x, i) => i === cell ? round(round(x) + round(step)) : x) }
    return outputOf(graph, new Map(inputs).set(name, moved), precision, upstream)
  }
  const [above, here, below] = [at(h), at(0), at(-h)]
  return {
    above, below, slope: round(round(above - below) / round(2 * round(h))),
    left: round(round(here - below) / round(h)), right: round(round(above - here) / round(h)),
  }
}

/** (f(x + h) − f(x − h)) / 2h */
export const numericSlope = (graph: Graph, inputs: ReadonlyMap<string, Value>, options: Nudge, upstream?: Value): number =>
  nudge(graph, inputs, options, upstream).slope

function outputOf(graph: Graph, inputs: ReadonlyMap<string, Value>, precision: Precision, upstream?: Value): number {
  const { values, problem } = forward(graph, inputs, precision)
  if (problem) return NaN
  const round = roundTo(precision)
  const { data } = values.get(graph.output)!
  return data.reduce((sum, y, i) => round(sum + round(y * (upstream?.data[i] ?? 1))), 0)
}

/** How far a central difference is from backpropagation, in both precisions. */
export interface SlopeError {
  readonly h: number
  readonly float64: number
  readonly float32: number
  /** Slopes to both sides in float64: at a corner inside ±h they differ */
  readonly left?: number
  readonly right?: number
}

/**
 * The error over h, from 1e-1 to 1e-12, a factor of √10 apart: a valley, unless there is no truncation error.
 * Both are held against backpropagation in float64, so that float32's own rounding shows.
 */
export function slopeErrors(graph: Graph, inputs: ReadonlyMap<string, Value>, { name, cell = 0 }: Pick<Nudge, 'name' | 'cell'>, upstream?: Value): readonly SlopeError[] {
  const pass = forward(graph, inputs)
  const gradient = pass.problem ? NaN : backward(pass, upstream).gradients.get(name)?.data[cell] ?? NaN
  const error = (h: number, precision: Precision): number => Math.abs(numericSlope(graph, inputs, { name, cell, h, precision }, upstream) - gradient)
  return Array.from({ length: 23 }, (_, i) => 10 ** (-1 - i / 2)).map((h) => {
    const { slope, left, right } = nudge(graph, inputs, { name, cell, h }, upstream)
    return { h, float64: Math.abs(slope - gradient), float32: error(h, 'float32'), left, right }
  })
}
