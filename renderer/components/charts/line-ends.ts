import type { Chart, Plugin } from 'chart.js'
import type { CurvePoint } from '@core'

/** A letter behind the last point of a line, by which it is told apart without its colour. */
export interface LineEnd extends CurvePoint {
  readonly text: string
  readonly colour: string
}

/** Size of a letter, in pixels */
const endSize = { width: 14, height: 13 } as const
/** Free pixels right of the plot for the letters */
export const endRoom = 22

/** Moves overlapping labels down, then up again at the lower edge, keeping the order of their lines. @param width, height of a label @returns their heights */
export function apart(places: readonly CurvePoint[], { width, height, bottom }: { readonly width: number, readonly height: number, readonly bottom: number }): readonly number[] {
  const moved = places.map(({ y }) => y)
  const order = places.map((_, i) => i).sort((a, b) => places[a]!.y - places[b]!.y)
  /** The placed labels that could overlap this one */
  const near = (i: number, placed: readonly number[]): readonly number[] => placed.filter(j => Math.abs(places[j]!.x - places[i]!.x) < width)
  order.forEach((i, n) => { moved[i] = Math.max(moved[i]!, ...near(i, order.slice(0, n)).map(j => moved[j]! + height)) })
  const upwards = order.toReversed()
  upwards.forEach((i, n) => { moved[i] = Math.min(moved[i]!, bottom, ...near(i, upwards.slice(0, n)).map(j => moved[j]! - height)) })
  return moved
}

/** Where the letters stand. @param toX, toY the place of a value in pixels @param area the plot */
export function placedEnds(ends: readonly LineEnd[], { toX, toY, area: { right, top, bottom } }: { readonly toX: (x: number) => number, readonly toY: (y: number) => number, readonly area: { readonly right: number, readonly top: number, readonly bottom: number } }): readonly { readonly x: number, readonly y: number }[] {
  const places = ends.map(({ x, y }) => ({ x: Math.min(right, toX(x)), y: Math.max(top + 4, Math.min(bottom - 4, toY(y))) }))
  const heights = apart(places, { ...endSize, bottom })
  return places.map(({ x }, i) => ({ x: x + 6, y: heights[i]! }))
}

const endsOf = new WeakMap<Chart, readonly LineEnd[]>()
export const setEnds = (chart: Chart, ends: readonly LineEnd[]): void => { endsOf.set(chart, ends) }

/** Draws the letters at the ends of the lines. */
export const lineEnds: Plugin<'line'> = {
  id: 'ends',
  afterDatasetsDraw(chart) {
    const ends = endsOf.get(chart) ?? []
    if (ends.length === 0) return
    const { ctx, chartArea, scales: { x, y } } = chart
    ctx.save()
    ctx.font = `700 12px ${getComputedStyle(document.body).fontFamily}`
    ctx.textBaseline = 'middle'
    placedEnds(ends, { toX: value => x!.getPixelForValue(value), toY: value => y!.getPixelForValue(value), area: chartArea }).forEach((place, i) => {
      ctx.fillStyle = ends[i]!.colour
      ctx.fillText(ends[i]!.text, place.x, place.y)
    })
    ctx.restore()
  },
}
