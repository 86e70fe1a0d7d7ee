import { type Cells, feeds, madeOf, type Trace } from '@core'
import type { CellAddress } from '../../stores/graph/useSelection'

/** The highlighted cells of one node: the cell under the pointer, the cells it was computed from, the cells that it feeds. */
export interface Highlight {
  readonly of: 'value' | 'gradient'
  readonly self: ReadonlySet<number>
  readonly sources: ReadonlySet<number>
  readonly feeds: ReadonlySet<number>
}
export type Highlights = ReadonlyMap<string, Highlight>

const none: ReadonlySet<number> = new Set()
const noHighlights: Highlights = new Map()

/** The cells of all nodes that are related to one cell. A gradient is computed from the cells that the value feeds. */
export function highlightsOf(trace: Trace, hover: CellAddress | null): Highlights {
  if (!hover || !trace.graph.byId.has(hover.node)) return noHighlights
  const highlights = new Map<string, Highlight>()
  const { node, cell, of } = hover
  const [before, after] = [madeOf(trace, node, cell), feeds(trace, node, cell)]
  const add = (key: 'sources' | 'feeds', list: readonly Cells[]) => {
    for (const { node, cells } of list) {
      const highlight = highlights.get(node) ?? { of, self: none, sources: none, feeds: none }
      highlights.set(node, { ...highlight, [key]: new Set([...highlight[key], ...cells]) })
    }
  }
  add('sources', of === 'value' ? before : after)
  add('feeds', of === 'value' ? after : before)
  return highlights.set(node, { ...highlights.get(node) ?? { of, sources: none, feeds: none }, self: new Set([cell]) })
}
