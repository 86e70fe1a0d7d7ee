import { type Cells, feeds, madeOf, type Trace } from '@core'
import type { CellAddress } from '../../stores/graph/useSelection'

/** The highlighted cells of one node: the cell under the pointer, the cells it was computed from, the cells that it feeds. */
export interface Light {
  readonly of: 'value' | 'gradient'
  readonly self: ReadonlySet<number>
  readonly made: ReadonlySet<number>
  readonly feeds: ReadonlySet<number>
}
export type Lights = ReadonlyMap<string, Light>

const none: ReadonlySet<number> = new Set()
const dark: Lights = new Map()

/** The cells of all nodes that are related to one cell. A gradient is computed from the cells that the value feeds. */
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
