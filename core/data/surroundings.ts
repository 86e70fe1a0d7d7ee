import { type Box, boundsOf, enclosedBy, heightOf, longestOf, type Region, type Regions, regionsOf, widthOf } from './regions'

/** Difference of a picture from its paper: width × height, −1 to 1. */
export interface Difference { readonly values: Float32Array, readonly width: number, readonly height: number }

/** Fraction of the largest difference: pixels above it form regions, pixels below are shadow, grain or soft edges. */
const clear = 0.3
/** A frame or a card is at least this fraction of the picture's width and height: anything smaller is a mark on the paper. */
const leastSide = 0.35
/** The largest part inside a frame has at least this fraction of the frame's shorter side: anything smaller is a dot in a zero. */
const leastInside = 0.3
/** Area of a ring as a fraction of ring plus inside. Below `thinFrame` it is thinner than any zero, above `fullCard` thicker: in both cases `leastInThin` replaces `leastInside`. */
const thinFrame = 0.16
const fullCard = 0.8
const leastInThin = 0.06

/**
 * Removes a frame around the digit, the desk around a card, or lines along the edges.
 * @param mask 1 where there may be paper
 * @returns the smaller mask; null when nothing surrounds the digit
 */
export function withoutSurroundings({ values, width, height }: Difference, mask: Uint8Array): Uint8Array | null {
  const peak = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const kinds = Int8Array.from(values, value => Math.abs(value) < clear * peak ? 0 : Math.sign(value))
  const found = regionsOf(kinds, width, height)
  const whole = boundsOf(mask, width, height)
  if (!whole) return null
  const large = [...found.regions].filter(region => widthOf(region) >= leastSide * whole.width && heightOf(region) >= leastSide * whole.height).sort((a, b) => areaOf(b) - areaOf(a))
  for (const region of large) {
    const inside = enclosedBy(region, found.labels, width)
    const within = innerMask(region, inside, found, width)
    if (within) return within
  }
  return withoutLines(found, mask, whole, width)
}

interface Enclosed { readonly mask: Uint8Array, readonly area: number }

/** The mask of a card, or of the inside of a frame; null when the region is the digit's own ink. */
function innerMask(region: Region, inside: Enclosed, { regions, labels }: Regions, width: number): Uint8Array | null {
  if (inside.area === 0) return null
  if (!isConvex(region, labels, width)) return null // frames and cards are convex: rectangular, rounded or round
  const share = region.area / (region.area + inside.area)
  const isNoZero = share < thinFrame || share > fullCard || region.area + inside.area > 0.88 * areaOf(region)
  const least = (isNoZero ? leastInThin : leastInside) * Math.min(widthOf(region), heightOf(region))
  const inner = regions.filter(other => other !== region && inside.mask[firstOf(other, labels, width)] === 1 && longestOf(other) >= least)
  if (share < 0.5) return inner.length > 0 ? inside.mask : null
  const holes = regionsOf(inside.mask, width, labels.length / width).regions.filter(hole => longestOf(hole) >= 0.08 * longestOf(region))
  if (holes.length === 0) return null
  // the holes of a 0, 6 or 8 are round and empty; those of a card have the shape of a digit
  const isLetterShaped = inner.length > 0 || holes.some(hole => hole.area < 0.6 * areaOf(hole) || aspectOf(hole) > 2.2 * aspectOf(region) || aspectOf(hole) < aspectOf(region) / 2.2)
  if (!isLetterShaped) return null
  return Uint8Array.from(labels, (label, i) => Number(label === region.label || inside.mask[i] === 1))
}

/** Removes lines along an edge, from corner to corner, if there is other ink. */
function withoutLines({ regions, labels }: Regions, mask: Uint8Array, whole: Box, width: number): Uint8Array | null {
  const isLine = (region: Region): boolean => {
    const [across, down] = [widthOf(region), heightOf(region)]
    const lying = across >= 0.95 * whole.width && down <= 0.12 * whole.height && (region.top <= whole.top + 0.05 * whole.height || region.bottom >= whole.top + whole.height - 1 - 0.05 * whole.height)
    const upright = down >= 0.95 * whole.height && across <= 0.12 * whole.width && (region.left <= whole.left + 0.05 * whole.width || region.right >= whole.left + whole.width - 1 - 0.05 * whole.width)
    // two or three sides of a frame: much longer than thick
    const bent = across >= 0.95 * whole.width && down >= 0.95 * whole.height && region.area <= 0.12 * areaOf(region) && cornersOf(region, labels, width) >= 3
    return lying || upright || bent
  }
  const lines = regions.filter(isLine)
  const rest = regions.filter(region => !lines.includes(region) && longestOf(region) >= leastInside * Math.min(whole.width, whole.height))
  if (lines.length === 0 || rest.length === 0) return null
  const gone = new Set(lines.map(({ label }) => label))
  return Uint8Array.from(mask, (value, i) => gone.has(labels[i]!) || nearGone(i, labels, gone, width) ? 0 : value)
}

/** Whether a pixel is next to a removed line, and so part of its soft edge. */
const nearGone = (i: number, labels: Int32Array, gone: ReadonlySet<number>, width: number): boolean =>
  gone.has(labels[i - 1] ?? 0) || gone.has(labels[i + 1] ?? 0) || gone.has(labels[i - width] ?? 0) || gone.has(labels[i + width] ?? 0)

/** Number of corners of the bounding box that the region reaches, within a twentieth of its side. */
function cornersOf(region: Region, labels: Int32Array, width: number): number {
  const reach = [Math.ceil(widthOf(region) / 20), Math.ceil(heightOf(region) / 20)] as const
  const reaches = (left: number, top: number): boolean => {
    for (let y = top; y < top + reach[1]; y++) for (let x = left; x < left + reach[0]; x++) if (labels[y * width + x] === region.label) return true
    return false
  }
  const [right, bottom] = [region.right + 1 - reach[0], region.bottom + 1 - reach[1]]
  return [reaches(region.left, region.top), reaches(right, region.top), reaches(region.left, bottom), reaches(right, bottom)].filter(Boolean).length
}

function firstOf(region: Region, labels: Int32Array, width: number): number {
  const row = region.top * width
  for (let x = region.left; x <= region.right; x++) if (labels[row + x] === region.label) return row + x
  return row + region.left
}

/** Whether the outline is convex, except for a twentieth of its hull's area. */
function isConvex(region: Region, labels: Int32Array, width: number): boolean {
  const outline: (readonly [number, number])[] = []
  let area = 0
  for (let y = region.top; y <= region.bottom; y++) {
    let [first, last] = [-1, -1]
    for (let x = region.left; x <= region.right; x++) if (labels[y * width + x] === region.label) {
      if (first < 0) first = x
      last = x
    }
    if (first < 0) continue
    area += last + 1 - first
    outline.push([first, y], [first, y + 1], [last + 1, y], [last + 1, y + 1])
  }
  return area >= 0.95 * hullArea(outline)
}

/** @source A. M. Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979 */
function hullArea(points: (readonly [number, number])[]): number {
  points.sort(([a, b], [c, d]) => a - c || b - d)
  const half = (sorted: readonly (readonly [number, number])[]): (readonly [number, number])[] => {
    const hull: (readonly [number, number])[] = []
    for (const [x, y] of sorted) {
      for (let [b, a] = [hull.at(-1), hull.at(-2)]; a && b && (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) <= 0; [b, a] = [hull.at(-1), hull.at(-2)]) hull.pop()
      hull.push([x, y])
    }
    return hull.slice(0, -1)
  }
  const hull = [...half(points), ...half([...points].reverse())]
  return Math.abs(hull.reduce((sum, [x, y], i) => {
    const [u, v] = hull[(i + 1) % hull.length]!
    return sum + x * v - u * y
  }, 0)) / 2
}

const areaOf = (region: Region): number => widthOf(region) * heightOf(region)
const aspectOf = (region: Region): number => heightOf(region) / widthOf(region)
