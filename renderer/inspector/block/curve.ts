import type { Curve, Histogram } from '@core'
import { histogramPath } from '../../components/charts/histogram'

/** A curve over the axis from −end to end, in a picture whose top is the largest of the numbers drawn. */
export interface CurvePicture {
  readonly value: string
  readonly slope: string
  /** Height of the zero line */
  readonly zero: number
}

const points = 120

/** How far the axis reaches: as far as the inputs, and beyond the limit where the curve is flat. */
export const axisEnd = (limit: number, { min, max }: { readonly min: number, readonly max: number }): number => Math.max(1.5 * limit, -min, max)

/** The curve and its slope on one scale, as SVG paths. */
export function curvePicture({ valueAt, slopeAt }: Curve, end: number, { width, height }: { readonly width: number, readonly height: number }): CurvePicture {
  const xs = Array.from({ length: points + 1 }, (_, i) => end * (2 * i / points - 1))
  const [values, slopes] = [xs.map(valueAt), xs.map(slopeAt)]
  const [least, greatest] = [Math.min(0, ...values), Math.max(...values, ...slopes)]
  const y = (value: number) => Math.round(100 * height * (greatest - value) / (greatest - least)) / 100
  const path = (numbers: readonly number[]) => numbers.map((value, i) => `${i === 0 ? 'M' : 'L'}${Math.round(100 * width * i / points) / 100} ${y(value)}`).join('')
  return { value: path(values), slope: path(slopes), zero: y(0) }
}

/** The inputs' histogram on the curve's axis: its path, and where it begins on it. */
export function inputsPicture({ from, to, counts }: Histogram, end: number, { width, height }: { readonly width: number, readonly height: number }): { readonly path: string, readonly left: number } {
  const scale = width / (2 * end)
  return { path: histogramPath(counts, (to - from) * scale, height), left: (from + end) * scale }
}
