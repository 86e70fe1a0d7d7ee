import type { CurvePoint, SeriesBucket } from '@core'
import { endOf, pixelOf, type TimeAxis } from './time-axis'

/** How a value becomes a height in pixels from the top; values beyond the ends are drawn at them. */
export interface ValueScale { readonly kind: 'linear' | 'logarithmic', readonly min: number, readonly max: number }

/** The height of a value. @param height of the plot, in pixels */
export function heightOf({ kind, min, max }: ValueScale, value: number, height: number): number {
  const at = kind === 'linear' ? (value - min) / (max - min) : Math.log(value / min) / Math.log(max / min)
  return height * (1 - Math.max(0, Math.min(1, at)))
}

/** Exponents of ten that are labelled between two others: each, or every second, … one, as far as they have room. @param gap least distance in pixels @param decade pixels of one power of ten */
export function labelledExponents(from: number, to: number, { gap, decade }: { readonly gap: number, readonly decade: number }): readonly number[] {
  const every = Math.max(1, Math.ceil(gap / decade))
  const first = Math.ceil(from / every)
  return Array.from({ length: Math.max(0, Math.floor(to / every) - first + 1) }, (_, i) => (first + i) * every)
}

/** Points in view, at most four for each pixel: the first, the least, the greatest and the last, so that no peak is lost. @param points in ascending order */
export function perPixel(points: readonly CurvePoint[], axis: TimeAxis): readonly CurvePoint[] {
  const kept: CurvePoint[] = []
  let group: CurvePoint[] = []
  const close = () => {
    if (group.length > 4) {
      const least = group.reduce((a, b) => b.y < a.y ? b : a)
      const greatest = group.reduce((a, b) => b.y > a.y ? b : a)
      group = group.filter((point, i) => i === 0 || i === group.length - 1 || point === least || point === greatest)
    }
    kept.push(...group)
    group = []
  }
  let last = NaN
  for (const [i, point] of points.entries()) {
    const isBeside = (points[i + 1]?.x ?? Infinity) >= axis.from && (points[i - 1]?.x ?? -Infinity) <= axis.to // lines reach both edges
    if (!Number.isFinite(point.y) || !isBeside) continue
    const pixel = Math.floor(pixelOf(axis, point.x))
    if (pixel !== last) close()
    last = pixel
    group.push(point)
  }
  close()
  return kept
}

const rounded = (value: number): number => Math.round(10 * value) / 10

/**
 * A line as an SVG path, interrupted where nothing is known yet; a point without neighbours is a dot.
 * @param toY the height of a value
 * @param isWhole whether every step in between is known, as of losses
 */
export function linePath(points: readonly CurvePoint[], axis: TimeAxis, toY: (value: number) => number, isWhole = false): string {
  let path = ''
  let open = false
  points.forEach(({ x, y }, i) => {
    const next = points[i + 1]
    const isJoined = next !== undefined && (isWhole || endOf(axis, x, next.x) >= pixelOf(axis, next.x))
    path += `${open ? 'L' : 'M'}${rounded(pixelOf(axis, x))} ${rounded(toY(y))}${!open && !isJoined ? 'h0' : ''}`
    open = isJoined
  })
  return path
}

/** The area between the least and the greatest value of each pixel, as an SVG path. @param buckets in ascending order */
export function bandPath(buckets: readonly Pick<SeriesBucket, 'lastStep' | 'least' | 'greatest'>[], axis: TimeAxis, toY: (value: number) => number): string {
  const ends = new Map<number, { least: number, greatest: number }>()
  for (const { lastStep, least, greatest } of buckets) {
    if (lastStep < axis.from || lastStep > axis.to) continue
    const pixel = Math.round(pixelOf(axis, lastStep))
    const known = ends.get(pixel) ?? { least, greatest }
    ends.set(pixel, { least: Math.min(known.least, least), greatest: Math.max(known.greatest, greatest) })
  }
  const columns = [...ends]
  const upper = columns.map(([x, { greatest }]) => `${x} ${rounded(toY(greatest))}`)
  const lower = columns.map(([x, { least }]) => `${x} ${rounded(toY(least))}`).toReversed()
  return columns.length < 2 ? '' : `M${upper.join('L')}L${lower.join('L')}Z`
}

/** The mean of what lies within so many pixels, at the middle of their steps: the trend without the noise. @param buckets in ascending order */
export function meanPoints(buckets: readonly Pick<SeriesBucket, 'lastStep' | 'count' | 'mean'>[], axis: TimeAxis, pixels: number): readonly CurvePoint[] {
  const points: CurvePoint[] = []
  let [group, sum, steps, count] = [NaN, 0, 0, 0]
  const close = () => { if (count > 0) points.push({ x: steps / count, y: sum / count }) }
  for (const { lastStep, count: n, mean } of buckets) {
    if (lastStep < axis.from || lastStep > axis.to) continue
    const now = Math.floor(pixelOf(axis, lastStep) / pixels)
    if (now !== group) {
      close();
      [group, sum, steps, count] = [now, 0, 0, 0]
    }
    sum += n * mean
    steps += n * (lastStep - (n - 1) / 2)
    count += n
  }
  close()
  return points
}
