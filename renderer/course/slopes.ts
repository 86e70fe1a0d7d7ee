import { backward, buildGraph, forward, fromNested, type GraphDocument, inputsOf, nudge, type NudgedSlope, parseProgram, scalar, traceOf } from '@core'

/** What a picture of a slope shows besides the curve. */
export type SlopeKind
  = | 'feet' //       two feet at x ± h, the line through them, and the tangent
    | 'derivative' // the same, and the derivative as a curve of its own beneath
    | 'limit' //      h from 1 down to 1e-12, and the error of the slope over h beneath
    | 'descent' //    the updates of one weight, walking down the loss

/** A picture of a slope: the output of a graph over one of its inputs. */
export interface SlopeSpec {
  readonly kind: SlopeKind
  /** Its value of `input` is where the picture starts. */
  readonly graph: GraphDocument
  readonly input: string
  /** The curve as the picture writes it, in KaTeX: 'f(x) = x^2' */
  readonly formula: string
  /** Ends of the horizontal axis; a descent that leaves them makes the axis grow */
  readonly range: readonly [from: number, to: number]
  /** Initial distance of the feet; unused in a descent */
  readonly h: number
  /** Learning rates to choose from in a descent */
  readonly rates?: readonly number[]
  /** The rate that is chosen initially, if it is not the first */
  readonly chosen?: number
}

/** A curve and its slopes, computed by the graph. */
export interface Curve {
  /** Name of the graph's output */
  readonly name: string
  at: (x: number) => number
  /** Backpropagation's gradient */
  slope: (x: number) => number
  /** The central difference and its two feet */
  feet: (x: number, h: number) => NudgedSlope
  /** The slopes on both sides of a kink that is exactly at x; null where the curve is smooth */
  kink: (x: number) => { readonly left: number, readonly right: number } | null
}

/** Distances at which the slopes of both sides are compared: exact in binary */
const [near, nearer] = [2 ** -10, 2 ** -20]

/** The curve of a picture. */
export function curveOf({ graph: document, input }: Pick<SlopeSpec, 'graph' | 'input'>): Curve {
  const graph = buildGraph(parseProgram(document.expression))
  const fixed = inputsOf(graph, document)
  const inputsAt = (x: number) => new Map(fixed).set(input, scalar(x))
  const feet = (x: number, h: number) => nudge(graph, inputsAt(x), { name: input, h })
  return {
    name: graph.output,
    feet,
    at: x => forward(graph, inputsAt(x)).values.get(graph.output)!.data[0]!,
    slope: x => backward(forward(graph, inputsAt(x))).gradients.get(input)!.data[0]! + 0, // never −0
    kink(x) {
      const [wide, { left, right }] = [feet(x, near), feet(x, nearer)]
      // on a smooth curve the two sides approach each other in proportion to h
      return Math.abs(right - left) > 0.5 * Math.abs(wide.right - wide.left) && Math.abs(right - left) > nearer ? { left, right } : null
    },
  }
}

/** The initial place on the horizontal axis. */
export const startOf = ({ graph, input }: SlopeSpec): number => fromNested(graph.inputs[input]!, input).data[0]!

/** A weight on its way down: where it is, its loss and the slope there. */
export interface Place { readonly x: number, readonly y: number, readonly slope: number }

/** The start and the places after each update, x ← x − η · slope. */
export function descend({ graph, input }: SlopeSpec, { from, rate, steps }: { readonly from: number, readonly rate: number, readonly steps: number }): readonly Place[] {
  const places: Place[] = []
  let x = from
  for (let step = 0; step <= steps; step++) {
    const { forward: { values }, backward: { gradients }, updated, graph: { output } } = traceOf({ ...graph, inputs: { ...graph.inputs, [input]: x }, parameters: [input], learningRate: rate })
    places.push({ x, y: values.get(output)!.data[0]!, slope: gradients.get(input)!.data[0]! + 0 })
    x = updated.get(input)!.data[0]! + 0
  }
  return places
}

/** How the updates of a parabola go on: slowly from one side, at once, from side to side, or ever further away. */
export type Manner = 'slow' | 'atOnce' | 'swings' | 'sameDistance' | 'leaves'
export interface Descent {
  /** What each update multiplies the distance from the minimum by: 1 − η · curvature */
  readonly factor: number
  readonly manner: Manner
  /** The minimum */
  readonly minimum: number
  /** Learning rate from which on the updates no longer come closer: 2 ÷ curvature */
  readonly limit: number
}

/** How gradient descent behaves on a parabola. @param spec whose loss is quadratic in its input */
export function descentOf(spec: SlopeSpec, rate: number): Descent {
  const { slope } = curveOf(spec)
  const [start, ahead] = [startOf(spec), startOf(spec) + 1]
  const curvature = slope(ahead) - slope(start)
  const factor = Number((1 - rate * curvature).toPrecision(12)) + 0 // 0.25 · 4 must give 0
  const manner = Math.abs(factor) < 1e-9 ? 'atOnce' : factor > 0 && factor < 1 ? 'slow' : Math.abs(factor) > 1 ? 'leaves' : factor === -1 ? 'sameDistance' : 'swings'
  return { factor, manner, minimum: start - slope(start) / curvature, limit: 2 / curvature }
}

/** h of the picture of a limit, from 1 to 1e-12 in factors of √10 */
export const limitExponents = { first: 0, last: -12, step: 0.5 } as const
/** The h at an exponent, rounded: 1e-4, not 0.000099999. */
export const hAt = (exponent: number): number => Number((10 ** exponent).toPrecision(3))

/** The error of the central difference for every h of the slider. */
export function errorsOf(spec: SlopeSpec, x: number): readonly { readonly h: number, readonly error: number }[] {
  const { feet, slope } = curveOf(spec)
  const count = 1 + (limitExponents.first - limitExponents.last) / limitExponents.step
  return Array.from({ length: count }, (_, i) => hAt(limitExponents.first - i * limitExponents.step))
    .map(h => ({ h, error: Math.abs(feet(x, h).slope - slope(x)) }))
}
