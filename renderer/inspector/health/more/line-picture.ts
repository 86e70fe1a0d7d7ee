import type { StepLine } from '@core'

/** Where the curve of a step is drawn, in pixels. */
export interface LineArea { readonly left: number, readonly top: number, readonly width: number, readonly height: number }

/** The loss along a step as a drawing. */
export interface LinePicture {
  readonly curve: string
  /** Before the step and after it */
  readonly ends: readonly { readonly x: number, readonly y: number, /** Its tangent */ readonly slope: string }[]
  /** Place of the floor; null: there is none, or it is beyond the drawing */
  readonly floor: number | null
  /** Losses at the lower and the upper end */
  readonly least: number
  readonly most: number
  /** Pixels from the left of an α */
  readonly xOf: (alpha: number) => number
}

/** Half of a tangent's length on the axis of α */
const reach = 0.22
/** Free room above and below, as a share of the range */
const margin = 0.08
const digits = (value: number): number => Math.round(10 * value) / 10

/** @returns null if no loss is finite */
export function linePicture({ alphas, losses, whole: { loss, slope, floor } }: StepLine, { left, top, width, height }: LineArea): LinePicture | null {
  const finite = Array.from(losses).filter(Number.isFinite)
  if (finite.length === 0) return null
  const [low, high] = [Math.min(...finite), Math.max(...finite)]
  const spare = margin * (high - low) || Math.max(1e-7, Math.abs(high) * margin)
  const [least, most] = [low - spare, high + spare]
  const [from, to] = [alphas[0]!, alphas.at(-1)!]
  const xOf = (alpha: number): number => left + width * (alpha - from) / (to - from)
  const yOf = (loss: number): number => top + height * (most - loss) / (most - least)
  const points = Array.from(losses, (loss, i) => Number.isFinite(loss) ? `${digits(xOf(alphas[i]!))} ${digits(yOf(loss))}` : '')
  const curve = points.map((point, i) => point && `${i > 0 && points[i - 1] ? 'L' : 'M'}${point}`).join('')
  const ends = [0, 1].map((alpha, end) => {
    const value = loss[end as 0 | 1]
    const rise = slope[end as 0 | 1]
    // A steep tangent is cut where it leaves the drawing.
    const far = Math.min(reach, rise === 0 ? reach : (most - least) / 2 / Math.abs(rise))
    const at = (by: number): string => `${digits(xOf(alpha + by))} ${digits(yOf(value + rise * by))}`
    return { x: xOf(alpha), y: yOf(value), slope: `M${at(-far)}L${at(far)}` }
  })
  return { curve, ends, floor: floor !== null && floor >= from && floor <= to ? xOf(floor) : null, least, most, xOf }
}
