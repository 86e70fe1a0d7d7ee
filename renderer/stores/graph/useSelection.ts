import type { Trace } from '@core'
import { ref, type Ref, shallowRef, watch } from 'vue'

/** One cell of a node's value or gradient. */
export interface CellAddress { readonly node: string, readonly cell: number, readonly of: 'value' | 'gradient' }

/** The node that is selected and the cell under the pointer; neither outlives its node. */
export function useSelection(trace: Readonly<Ref<Trace>>) {
  const selected = ref<string | null>(null)
  const hover = shallowRef<CellAddress | null>(null)
  const select = (node: string | null) => { selected.value = node }
  const setHover = (cell: CellAddress | null) => { hover.value = cell }
  const clear = () => { selected.value = hover.value = null }

  watch(trace, ({ graph: { byId } }) => {
    if (selected.value !== null && !byId.has(selected.value)) select(null)
    if (hover.value && !byId.has(hover.value.node)) setHover(null)
  }, { flush: 'sync' })
  return { selected, hover, select, setHover, clear }
}
