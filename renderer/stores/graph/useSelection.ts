import type { Trace } from '@core'
import { ref, type Ref, shallowRef, watch } from 'vue'

/** One cell of a node's value or gradient. */
export interface CellAddress { readonly node: string, readonly cell: number, readonly of: 'value' | 'gradient' }

/** The node that is selected, the one whose name is pointed at in a text, and the cell under the pointer; none outlives its node. */
export function useSelection(trace: Readonly<Ref<Trace>>) {
  const selected = ref<string | null>(null)
  const pointed = ref<string | null>(null)
  const hover = shallowRef<CellAddress | null>(null)
  const select = (node: string | null) => { selected.value = node }
  /** Points at a node by its name; other names, and null, at none. */
  const point = (name: string | null) => { pointed.value = name !== null && trace.value.graph.byId.has(name) ? name : null }
  const setHover = (cell: CellAddress | null) => { hover.value = cell }
  const clear = () => { selected.value = pointed.value = hover.value = null }

  watch(trace, ({ graph: { byId } }) => {
    if (selected.value !== null && !byId.has(selected.value)) select(null)
    if (pointed.value !== null && !byId.has(pointed.value)) point(null)
    if (hover.value && !byId.has(hover.value.node)) setHover(null)
  }, { flush: 'sync' })
  return { selected, pointed, hover, select, point, setHover, clear }
}
