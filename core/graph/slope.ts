import type { Precision } from '../tensor'
import { backward } from './backward'
import { forward } from './forward'
import type { Graph, Value } from './types'
import { roundTo } from './values'

/** The element of an input that a central difference perturbs, and the step h. */
export interface Nudge {
  readonly name: string
  /** Row-major index into the input; 0 when left out */
  readonly cell?: number
  readonly h: number
  readonly precision?: Precision
}

/** A central difference and the two outputs that it is computed from. */
export interface NudgedSlope {
  /** f(x + h); for an output with several cells, their sum weighted by the upstream gradient */
  readonly above: number
  readonly below: number
  /** (above − below) / 2h; NaN if one of them cannot be computed */
  readonly slope: number
  /** (f(x) − below) / h and (above − f(x)) / h */
  readonly left: number
  readonly right: number
}

/**
 * Changes one number of an input by ±h and recomputes the graph.
 * @param upstream weights of the output's cells; 1 each when left out
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

/** Error of a central difference against backpropagation, in both precisions. */
export interface SlopeError {
  readonly h: number
  readonly float64: number
  readonly float32: number
  /** One-sided differences in float64, which differ if there is a kink within ±h */
  readonly left?: number
  readonly right?: number
}

/**
 * Errors for h from 1e-1 to 1e-12, in factors of √10: with truncation error for large h and rounding error for small h.
 * Both precisions are compared with backpropagation in float64, so that float32's rounding error is visible.
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
