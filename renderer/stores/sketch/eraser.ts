import { fitted, type Point, type Size, smooth, type Stroke, widthOf } from '@core'
import { type PaperImage, type PaperPicture, type Sketch, thickness } from './strokes'

/** Distance of the points of a stroke that is cut, as a fraction of the paper's shorter side: a cut is exact to half of it. */
const step = 1 / 200

export interface Rubber {
  /** As a fraction of the paper's shorter side */
  readonly radius: number
  /** Only the proportions of the paper matter. */
  readonly paper: Size
}

/**
 * Removes the ink below an eraser that moves in a straight line.
 * @returns the same sketch when nothing is there
 */
export function erased(sketch: Sketch, from: Point, to: Point, { radius, paper }: Rubber): Sketch {
  const shorter = Math.min(paper.width, paper.height)
  const [sideX, sideY] = [paper.width / shorter, paper.height / shorter]
  /** Distance from the eraser's way, as a fraction of the paper's shorter side */
  const distance = (x: number, y: number): number => {
    const [dx, dy] = [(to.x - from.x) * sideX, (to.y - from.y) * sideY]
    const [u, v] = [(x - from.x) * sideX, (y - from.y) * sideY]
    const along = Math.min(1, Math.max(0, (u * dx + v * dy) / (dx * dx + dy * dy || 1)))
    const [across, down] = [u - along * dx, v - along * dy]
    return Math.sqrt(across * across + down * down) // Math.hypot is ten times as slow
  }
  const boxOf = (around: number): Box => ({
    left: Math.min(from.x, to.x) - around / sideX, right: Math.max(from.x, to.x) + around / sideX,
    top: Math.min(from.y, to.y) - around / sideY, bottom: Math.max(from.y, to.y) + around / sideY,
  })
  const strokes = sketch.strokes.flatMap(stroke => isFar(stroke, boxOf, radius) ? [stroke] : cut(stroke, distance, radius, [sideX, sideY]))
  const base = sketch.base && (sketch.base.kind === 'picture' ? withoutPixels(sketch.base, distance, radius, { box: boxOf(radius), paper }) : withoutInk(sketch.base, distance, radius))
  const isSame = base === sketch.base && strokes.length === sketch.strokes.length && strokes.every((stroke, i) => stroke === sketch.strokes[i])
  return isSame ? sketch : { base, strokes }
}

type Distance = (x: number, y: number) => number
interface Box { readonly left: number, readonly right: number, readonly top: number, readonly bottom: number }

/** Whether all points of a stroke are on one side of the eraser: then its curve is, too. */
function isFar(stroke: Stroke, boxOf: (around: number) => Box, radius: number): boolean {
  const widest = stroke.reduce((most, point) => Math.max(most, widthOf(point)), 0)
  const { left, right, top, bottom } = boxOf(radius + thickness / 2 * widest)
  return stroke.every(({ x }) => x < left) || stroke.every(({ x }) => x > right) || stroke.every(({ y }) => y < top) || stroke.every(({ y }) => y > bottom)
}

/** Line ends are round, so a line of half width h that is cut at radius + h ends where the eraser does. */
function cut(stroke: Stroke, distance: Distance, radius: number, [sideX, sideY]: readonly [number, number]): readonly Stroke[] {
  const isBelow = (point: Point): boolean => distance(point.x, point.y) < radius + thickness / 2 * widthOf(point)
  const line = dense(stroke, sideX, sideY)
  if (!line.some(isBelow)) return [stroke]
  const parts: Point[][] = [[]]
  for (const point of line) {
    if (!isBelow(point)) parts.at(-1)!.push(point)
    else if (parts.at(-1)!.length > 0) parts.push([])
  }
  return parts.filter(part => part.length > 0)
}

/** The line of a stroke as it is drawn, with points so near to each other that its parts are drawn the same. */
function dense(stroke: Stroke, sideX: number, sideY: number): Point[] {
  const curve = smooth(stroke.map(point => ({ ...point, x: point.x * bendScale, y: point.y * bendScale })), bends).map(point => ({ ...point, x: point.x / bendScale, y: point.y / bendScale }))
  return curve.flatMap((point, i) => {
    const before = curve[i - 1]
    if (!before) return [point]
    const steps = Math.max(1, Math.ceil(Math.hypot((point.x - before.x) * sideX, (point.y - before.y) * sideY) / step))
    return Array.from({ length: steps }, (_, k) => {
      const share = (k + 1) / steps
      const at = { x: before.x + share * (point.x - before.x), y: before.y + share * (point.y - before.y) }
      return point.width === undefined && before.width === undefined ? at : { ...at, width: widthOf(before) + share * (widthOf(point) - widthOf(before)) }
    })
  })
}
/** Bends are smoothed as on a sheet of this many pixels, in this many parts: the rest of a line that is cut stays where it is. */
const [bendScale, bends] = [400, 24] as const

/** The pixels below the eraser become paper. */
function withoutInk(base: PaperImage, distance: Distance, radius: number): PaperImage | null {
  const [, rows, columns] = base.shape
  let image: Float32Array | null = null
  base.image.forEach((value, i) => {
    if (value === 0 || distance((i % columns + 0.5) / columns, (Math.floor(i / columns) + 0.5) / rows) > radius) return
    image ??= base.image.slice()
    image[i] = 0
  })
  if (!image) return base
  return (image as Float32Array).some(value => value > 0) ? { ...base, image, isErased: true } : null
}

function withoutPixels(picture: PaperPicture, distance: Distance, radius: number, { box, paper }: { readonly box: Box, readonly paper: Size }): PaperPicture {
  const { width, height } = picture
  const at = fitted(picture, paper)
  // only the pixels near the eraser are looked at: a picture has a million
  const columnOf = (x: number): number => Math.floor((x * paper.width - at.left) / at.width * width)
  const rowOf = (y: number): number => Math.floor((y * paper.height - at.top) / at.height * height)
  let erased: Uint8Array | null = null
  for (let y = Math.max(0, rowOf(box.top)); y <= Math.min(height - 1, rowOf(box.bottom)); y++) for (let x = Math.max(0, columnOf(box.left)); x <= Math.min(width - 1, columnOf(box.right)); x++) {
    const i = y * width + x
    if (picture.erased?.[i] === 1 || distance((at.left + (x + 0.5) / width * at.width) / paper.width, (at.top + (y + 0.5) / height * at.height) / paper.height) > radius) continue
    erased ??= picture.erased?.slice() ?? new Uint8Array(width * height)
    erased[i] = 1
  }
  return erased ? { ...picture, erased } : picture
}
