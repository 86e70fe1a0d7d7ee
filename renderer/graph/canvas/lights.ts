import { type Cells, feeds, madeOf, type Trace } from '@core'
import type { CellAddress } from '../../stores/graph/useSelection'

/** How cells of one node light up: the one pointed at, those that made it, those that it feeds. */
export interface Light {
  readonly of: 'value' | 'gradient'
  readonly self: ReadonlySet<number>
  readonly made: ReadonlySet<number>
  readonly feeds: ReadonlySet<number>
}
export type Lights = ReadonlyMap<string, Light>

const none: ReadonlySet<number> = new Set()
const dark: Lights = new Map()

/** Cells across the canvas that have to do with one cell. A gradient comes from where its value went. */
export function lightsOf(trace: Trace, hover: CellAddress | null): Lights {
  if (!hover || !trace.graph.byId.has(hover.node)) return dark
  const lights = new Map<string, Light>()
  const { node, cell, of } = hover
  const [before, after] = [madeOf(trace, node, cell), feeds(trace, node, cell)]
  const add = (key: 'made' | 'feeds', list: readonly Cells[]) => {
    for (const { node, cells } of list) {
      const light = lights.get(node) ?? { of, self: none, made: none, feeds: none }
      lights.set(node, { ...light, [key]: new Set([...light[key], ...cells]) })
    }
  }
  add('made', of === 'value' ? before : after)
  add('feeds', of === 'value' ? after : before)
  return lights.set(node, { ...lights.get(node) ?? { of, made: none, feeds: none }, self: new Set([cell]) })
}
