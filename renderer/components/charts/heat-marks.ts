import { type Sign, signOf } from './colour-scale'
import type { Cells, HeatLayout, Tile } from './heat-map'

/** CSS pixels above each image for the number of its unit. */
export const labelHeight = 14
/** CSS pixels of a cell from which its sign can be drawn and read */
const smallestSigned = 9

/** What is drawn above the painted cells. */
export interface Marks {
  readonly layout: HeatLayout
  readonly cells: Cells
  /** Magnitude at the ends of the colour scale */
  readonly end: number
  /** Whether there are cells to be signed at all */
  readonly signed: boolean
  /** null: no images */
  readonly tile: Tile | null
  /** Number of the first column's unit */
  readonly firstColumn: number
  /** Numbers of units that are crossed out */
  readonly dead: readonly number[]
  readonly colours: { readonly text: string, readonly cross: string }
  readonly family: string
}

/** Strokes of a sign in a square from −1 to 1: each a list of points. */
const strokes: Readonly<Record<Sign, readonly (readonly (readonly [number, number])[])[]>> = {
  above: [[[-1, 0], [1, 0]], [[0, -1], [0, 1]]],
  below: [[[-1, 0], [1, 0]]],
  nan: [[[-1, -1], [1, 1]], [[-1, 1], [1, -1]]],
  plusInfinity: [[[-1, 1], [0, -1], [1, 1], [-1, 1]]],
  minusInfinity: [[[-1, -1], [0, 1], [1, -1], [-1, -1]]],
}

/** A sign as an SVG path in a box of 12 by 12, for a legend. */
export const signPath = (sign: Sign): string =>
  strokes[sign].map(points => points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${6 + 3.5 * x} ${6 + 3.5 * y}`).join('')).join('')

/** Whether cells are large enough for signs that are drawn; smaller ones have only the sign's colour and texture. */
const showsSigns = ({ scaleX, scaleY }: HeatLayout): boolean => Math.min(scaleX, scaleY) >= smallestSigned

function drawSigns(context: CanvasRenderingContext2D, { layout, cells, end }: Marks): void {
  const { scaleX, scaleY, offsets, width } = layout
  const reach = 0.28 * Math.min(scaleX, scaleY)
  context.beginPath()
  for (let i = 0; i < offsets.length; i++) {
    const sign = signOf(cells.data[i]!, end)
    if (!sign) continue
    const [x, y] = [(offsets[i]! % width + 0.5) * scaleX, (Math.floor(offsets[i]! / width) + 0.5) * scaleY]
    for (const points of strokes[sign]) points.forEach(([dx, dy], k) => { if (k === 0) context.moveTo(x + dx * reach, y + dy * reach); else context.lineTo(x + dx * reach, y + dy * reach) })
  }
  context.strokeStyle = '#000'
  context.lineWidth = 1.5
  context.stroke()
}

/** Numbers above the images. Where they are wider than the images, only the first of each row has one. */
function drawTiles(context: CanvasRenderingContext2D, { layout, tile, firstColumn, dead, colours, family }: Marks & { readonly tile: Tile }): void {
  const { tiles, scaleX, scaleY } = layout
  context.font = `12px ${family}`
  context.textBaseline = 'alphabetic'
  const widest = context.measureText(String(firstColumn + tiles.length - 1)).width
  const fits = widest <= tile.columns * scaleX
  const crossed = new Set(dead)
  for (const { column, x, y } of tiles) {
    const [left, top, unit] = [x * scaleX, y * scaleY, firstColumn + column]
    context.fillStyle = colours.text
    if (fits || x === 0) context.fillText(String(unit), left, top - 3)
    if (!crossed.has(unit)) continue
    const [right, bottom] = [left + tile.columns * scaleX, top + tile.rows * scaleY]
    context.strokeStyle = colours.cross
    context.lineWidth = 2
    context.beginPath()
    context.moveTo(left, top)
    context.lineTo(right, bottom)
    context.moveTo(right, top)
    context.lineTo(left, bottom)
    context.stroke()
  }
}

/** Draws signs, unit numbers and crosses. @param scale pixels of the canvas per CSS pixel */
export function drawMarks(context: CanvasRenderingContext2D, marks: Marks, scale: number): void {
  context.save()
  context.scale(scale, scale)
  if (marks.tile) drawTiles(context, { ...marks, tile: marks.tile })
  if (marks.signed && showsSigns(marks.layout)) drawSigns(context, marks)
  context.restore()
}
