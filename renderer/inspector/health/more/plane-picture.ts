import type { LossPlane } from '@core'

/** Values of two weights, one after the other. */
type WeightPath = readonly { readonly x: number, readonly y: number }[]
type Range = readonly [from: number, to: number]

/** Bands of equal losses: their edges are contour lines. */
export const bands = 16
/** The shorter side is at least so long: less would show rounding errors of the loss. */
const leastSide = 1
/** Free room around a path, as a share of its extent on each side */
const margin = 0.35

/** A square around a path and the present place: with equal scales the gradient is at right angles to the contours. */
export function rangesAround(path: WeightPath, [x, y]: readonly [number, number]): readonly [Range, Range] {
  const ends = [[...path.map(({ x }) => x), x], [...path.map(({ y }) => y), y]].map((values) => {
    const finite = values.filter(Number.isFinite)
    return [finite.reduce((a, b) => Math.min(a, b), Infinity), finite.reduce((a, b) => Math.max(a, b), -Infinity)] as const
  })
  const side = Math.max(leastSide, ...ends.map(([from, to]) => (1 + 2 * margin) * (to - from)))
  const [rangeX, rangeY] = ends.map(([from, to]): Range => [(from + to - side) / 2, (from + to + side) / 2])
  return [rangeX!, rangeY!]
}

/** Whether a path leaves what was measured. */
export const leaves = (path: WeightPath, { x: across, y: up }: Pick<LossPlane, 'x' | 'y'>): boolean =>
  path.some(({ x, y }) => x < across.from || x > across.to || y < up.from || y > up.to)

/** The least and the greatest loss of a plane; null if none is finite. */
export function lossRange({ losses }: Pick<LossPlane, 'losses'>): { readonly least: number, readonly most: number } | null {
  const finite = Array.from(losses).filter(Number.isFinite)
  return finite.length === 0 ? null : { least: Math.min(...finite), most: Math.max(...finite) }
}

/**
 * A plane as an image of `pixels` × `pixels`, y upwards: in between losses are interpolated, and all of one band have one colour.
 * @param ramp colours from the least loss to the greatest
 * @param nonFinite colour of what is not finite
 */
export function planePicture(plane: Pick<LossPlane, 'losses' | 'size'>, pixels: number, { ramp, nonFinite }: { readonly ramp: Uint32Array, readonly nonFinite: number }): Uint32Array {
  const { losses, size } = plane
  const words = new Uint32Array(pixels * pixels)
  const range = lossRange(plane)
  if (!range) return words.fill(nonFinite)
  const spread = range.most - range.least || 1
  const step = (size - 1) / Math.max(1, pixels - 1)
  for (let row = 0; row < pixels; row++) {
    const up = (pixels - 1 - row) * step
    const j = Math.min(size - 2, Math.floor(up))
    for (let column = 0; column < pixels; column++) {
      const across = column * step
      const i = Math.min(size - 2, Math.floor(across))
      const [u, v] = [across - i, up - j]
      const at = j * size + i
      const loss = (1 - v) * ((1 - u) * losses[at]! + u * losses[at + 1]!) + v * ((1 - u) * losses[at + size]! + u * losses[at + size + 1]!)
      if (!Number.isFinite(loss)) {
        words[row * pixels + column] = nonFinite
        continue
      }
      const band = Math.min(bands - 1, Math.floor(bands * (loss - range.least) / spread))
      words[row * pixels + column] = ramp[Math.round(band / (bands - 1) * (ramp.length - 1))]!
    }
  }
  return words
}

/** Length of the arrow in pixels */
const arrowLength = 34
const digits = (value: number): number => Math.round(10 * value) / 10

/** An arrow against the gradient, as an SVG path; null if that is 0. @param here the present place in pixels, y downwards */
export function arrowOf(here: { readonly x: number, readonly y: number }, { x, y }: Pick<LossPlane, 'x' | 'y'>): string | null {
  const length = Math.hypot(x.gradient, y.gradient)
  if (!(length > 0)) return null
  return `M${digits(here.x)} ${digits(here.y)}L${digits(here.x - arrowLength * x.gradient / length)} ${digits(here.y + arrowLength * y.gradient / length)}`
}

/** A path as an SVG path; '' for fewer than two points. */
export function pathOf(points: WeightPath, { xOf, yOf }: { readonly xOf: (value: number) => number, readonly yOf: (value: number) => number }): string {
  const finite = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
  return finite.length < 2 ? '' : `M${finite.map(({ x, y }) => `${digits(xOf(x))} ${digits(yOf(y))}`).join('L')}`
}
