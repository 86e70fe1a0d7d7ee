import type { Span } from './chain-layout'
import { type LogScale, placeOn } from './log-scale'

/** The gradient's norm of one block. */
export interface GradientNorm {
  /** 'affine1' */
  readonly layer: string
  /** 'Affine 1' */
  readonly title: string
  /** 'dW' */
  readonly letter: string
  /** Whether it is the gradient of weights: these are joined into the staircase */
  readonly weights: boolean
  /** Null before the first step */
  readonly norm: number | null
  /** Numbers of the gradient */
  readonly count: number
}

/** A step of the staircase, or a mark of its own, in pixels. */
export interface Step { readonly x: number, readonly width: number, readonly y: number, readonly norm: number, readonly layer: string }

const known = (norms: readonly GradientNorm[], spans: readonly Span[], scale: LogScale, height: number, weights: boolean): Step[] =>
  norms.flatMap(({ layer, norm, weights: has }, i) => has === weights && norm !== null && spans[i]
    ? [{ x: spans[i].from, width: spans[i].width, y: placeOn(scale, norm, height), norm, layer }]
    : [])

/** The steps: one for each layer with weights, as wide as its block. */
export const stepsOf = (norms: readonly GradientNorm[], spans: readonly Span[], scale: LogScale, height: number) => known(norms, spans, scale, height, true)

/** The marks of all other blocks. */
export const marksOf = (norms: readonly GradientNorm[], spans: readonly Span[], scale: LogScale, height: number) => known(norms, spans, scale, height, false)

const digits = (value: number) => Math.round(value * 10) / 10

/** Joins the steps: each goes on to the next one, where the line rises or falls. A value that is not finite has no line to it. */
export function stairPath(steps: readonly Step[]): string {
  let path = ''
  steps.forEach(({ x, width, y, norm }, i) => {
    const before = steps[i - 1]
    const joined = before !== undefined && Number.isFinite(before.norm) && Number.isFinite(norm)
    path += joined ? `H${digits(x)}V${digits(y)}` : `M${digits(x)} ${digits(y)}`
    path += `H${digits(x + width)}`
  })
  return path
}

/** The area between the staircase and the bottom. */
export function stairArea(steps: readonly Step[], height: number): string {
  const finite = steps.filter(({ norm }) => Number.isFinite(norm))
  const [first] = finite
  if (!first) return ''
  const tops = finite.map(({ x, width, y }) => `H${digits(x)}V${digits(y)}H${digits(x + width)}`)
  return `M${digits(first.x)} ${height}${tops.join('')}V${height}Z`
}

/** Width of a bold number's characters in 12 px, and the least gap between two numbers */
const [characterWidth, gap] = [8, 4]

/**
 * The layers whose number is shown: all where there is room, otherwise the chosen one and those of the staircase, the least
 * and the greatest first, then the others from the left, as long as none covers another.
 * @param texts the numbers as they are shown; '' for a block without one
 */
export function layersWithNumber(norms: readonly GradientNorm[], spans: readonly Span[], texts: readonly string[], chosen: string): ReadonlySet<string> {
  const places = norms.flatMap(({ layer, norm, weights }, i) => spans[i] ? [{ layer, norm, weights, centre: spans[i].from + spans[i].width / 2, half: (texts[i]!.length * characterWidth + gap) / 2 }] : [])
  const isFree = (a: Pick<typeof places[number], 'centre' | 'half'>, b: Pick<typeof places[number], 'centre' | 'half'>) => Math.abs(a.centre - b.centre) >= a.half + b.half
  if (places.every((place, i) => i === 0 || isFree(places[i - 1]!, place))) return new Set(places.map(({ layer }) => layer))
  const all = places.flatMap(({ norm, weights, ...place }) => norm !== null && (weights || place.layer === chosen) ? [{ ...place, norm }] : [])
  const steps = all.filter(({ norm }) => Number.isFinite(norm)).toSorted((a, b) => a.norm - b.norm)
  const wanted = [all.find(({ layer }) => layer === chosen), steps[0], steps.at(-1), ...all].filter(step => step !== undefined)
  const shown: typeof all = []
  for (const step of wanted) {
    if (shown.every(other => isFree(other, step))) shown.push(step)
  }
  return new Set(shown.map(({ layer }) => layer))
}

/** What the norms of layers with weights say together. */
export type StairSummary
  = | { readonly kind: 'none' }
    | { readonly kind: 'level', readonly least: GradientNorm, readonly greatest: GradientNorm }
    | { readonly kind: 'falls' | 'grows', readonly first: GradientNorm, readonly last: GradientNorm }

/** Norms within this factor are called about equal. */
const levelFactor = 10

/** Compares the first layer with weights with the last, in the direction of the gradient: backward. */
export function summarize(norms: readonly GradientNorm[]): StairSummary {
  const steps = norms.filter(({ weights, norm }) => weights && norm !== null && norm > 0 && Number.isFinite(norm))
  const [first, last] = [steps[0], steps.at(-1)]
  if (!first || !last) return { kind: 'none' }
  const sorted = steps.toSorted((a, b) => a.norm! - b.norm!)
  const [least, greatest] = [sorted[0]!, sorted.at(-1)!]
  const ratio = last.norm! / first.norm!
  if (ratio > levelFactor) return { kind: 'falls', first, last }
  if (ratio < 1 / levelFactor) return { kind: 'grows', first, last }
  return { kind: 'level', least, greatest }
}
