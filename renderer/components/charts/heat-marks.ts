import { type ColourScale, type Sign, signOf } from './colour-scale'
import type { Cells, HeatLayout, SignCounts, Tile } from './heat-map'

/** CSS pixels above each image for the number of its unit. */
export const labelHeight = 14
/** CSS pixels of a cell from which its sign can be drawn and read */
const smallestSigned = 9
/** CSS pixels of a sign on a smaller cell: it covers the cells around */
const badge = 7
/** More signs of a kind than these would cover the map; then there are only their colour and texture. */
const mostBadges = 200

/** What is drawn above the painted cells. */
export interface Marks {
  readonly layout: HeatLayout
  readonly cells: Cells
  /** Magnitude at the ends of the colour scale */
  readonly end: number
  /** How many cells there are to be signed */
  readonly counts: SignCounts
  readonly scale: ColourScale
  /** Whether every cell shows the sign of its value */
  readonly valued: boolean
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

/** Whether cells are large enough for signs that are drawn. */
const showsSigns = ({ scaleX, scaleY }: HeatLayout): boolean => Math.min(scaleX, scaleY) >= smallestSigned

/** The middle of a cell in CSS pixels. @param i the cell's index */
const middleOf = ({ scaleX, scaleY, offsets, width }: HeatLayout, i: number): readonly [x: number, y: number] =>
  [(offsets[i]! % width + 0.5) * scaleX, (Math.floor(offsets[i]! / width) + 0.5) * scaleY]

/** Adds a sign to the path. */
function trace(context: CanvasRenderingContext2D, sign: Sign, [x, y]: readonly [number, number], reach: number): void {
  for (const points of strokes[sign]) points.forEach(([dx, dy], k) => { if (k === 0) context.moveTo(x + dx * reach, y + dy * reach); else context.lineTo(x + dx * reach, y + dy * reach) })
}

function drawSigns(context: CanvasRenderingContext2D, { layout, cells, end }: Marks): void {
  const reach = 0.28 * Math.min(layout.scaleX, layout.scaleY)
  context.beginPath()
  for (let i = 0; i < layout.offsets.length; i++) {
    const sign = signOf(cells.data[i]!, end)
    if (sign) trace(context, sign, middleOf(layout, i), reach)
  }
  context.strokeStyle = '#000'
  context.lineWidth = 1.5
  context.stroke()
}

/** Thin signs of the values themselves; 0 has none. */
function drawValues(context: CanvasRenderingContext2D, { layout, cells, end, scale }: Marks): void {
  const reach = 0.22 * Math.min(layout.scaleX, layout.scaleY)
  for (const ink of ['#000', '#fff'] as const) {
    context.beginPath()
    for (let i = 0; i < layout.offsets.length; i++) {
      const value = cells.data[i]!
      if (value !== 0 && signOf(value, end) === null && scale.inkOn(value, end) === ink) trace(context, value > 0 ? 'above' : 'below', middleOf(layout, i), reach)
    }
    context.strokeStyle = ink
    context.lineWidth = 1
    context.stroke()
  }
}

/** Signs of cells that are too small for them, in a square with a border. */
function drawBadges(context: CanvasRenderingContext2D, { layout, cells, end, counts, scale }: Marks): void {
  const [width, height] = [layout.width * layout.scaleX, layout.height * layout.scaleY]
  const side = badge + 2
  const inside = (at: number, length: number): number => Math.max(side / 2, Math.min(length - side / 2, at))
  const badges: { readonly sign: Sign, readonly x: number, readonly y: number }[] = []
  for (let i = 0; i < layout.offsets.length; i++) {
    const sign = signOf(cells.data[i]!, end)
    if (!sign || counts[sign]! > mostBadges) continue
    const [x, y] = middleOf(layout, i)
    badges.push({ sign, x: inside(x, width), y: inside(y, height) })
  }
  // one border around neighbours, and no sign under the border of another
  context.fillStyle = '#000'
  for (const { x, y } of badges) context.fillRect(x - side / 2, y - side / 2, side, side)
  for (const { sign, x, y } of badges) {
    context.fillStyle = scale.signCss(sign, true)
    context.fillRect(x - badge / 2, y - badge / 2, badge, badge)
  }
  context.beginPath()
  for (const { sign, x, y } of badges) trace(context, sign, [x, y], 2.2)
  context.strokeStyle = '#000'
  context.lineWidth = 1.2
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
  if (marks.valued && showsSigns(marks.layout)) drawValues(context, marks)
  const counts = Object.values(marks.counts)
  if (counts.length > 0 && showsSigns(marks.layout)) drawSigns(context, marks)
  else if (counts.some(count => count <= mostBadges)) drawBadges(context, marks)
  context.restore()
}
