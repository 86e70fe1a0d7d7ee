import * as v from 'valibot'

export const smallest = { width: 960, height: 600 } as const

const number = v.pipe(v.number(), v.safeInteger())
const schema = v.object({
  x: v.optional(number), y: v.optional(number),
  width: v.pipe(number, v.minValue(smallest.width)), height: v.pipe(number, v.minValue(smallest.height)), maximized: v.boolean(),
  ownZoom: v.optional(v.pipe(v.number(), v.minValue(0.25), v.maxValue(5))), // Chromium's limits
})
/**
 * Last position in screen coordinates; without x and y the window is centered. `ownZoom`: the window is presented, and this was
 * its zoom before
 */
export type Bounds = v.InferOutput<typeof schema>
export const defaultBounds: Bounds = { width: 1280, height: 860, maximized: false }

/** @throws ValiError when the value is not valid bounds */
export const parseBounds = v.parser(schema)

export const sameBounds = (a: Bounds, b: Bounds): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height && a.maximized === b.maximized

export interface Area { readonly x: number, readonly y: number, readonly width: number, readonly height: number }

/** Centers a window that would be out of reach, for instance after its screen was unplugged. */
export function onScreen(bounds: Bounds, screens: readonly Area[]): Bounds {
  const { x, y, width, height, maximized } = bounds
  const least = 80
  const reachable = x !== undefined && y !== undefined && screens.some(screen =>
    Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x) >= least
    && y >= screen.y - 8 && y + least <= screen.y + screen.height)
  return reachable ? bounds : { width, height, maximized }
}
