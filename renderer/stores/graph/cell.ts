import { sizeOf } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { useGraph } from './graph'
import type { CellAddress } from './useSelection'

/** The cell that is inspected, and the cells that were inspected before it. */
export const useCell = defineStore('cell', () => {
  const graph = useGraph()
  const at = shallowRef<CellAddress | null>(null)
  const way = shallowRef<readonly CellAddress[]>([])

  const shapeOf = (node: string): readonly number[] | null => graph.trace.forward.values.get(node)?.shape ?? null
  const shape = computed(() => at.value && shapeOf(at.value.node))

  /** @param next of a computed node; an index beyond its cells means the last one */
  function go(next: CellAddress) {
    const there = shapeOf(next.node)
    if (!there) return
    if (at.value) way.value = [...way.value, at.value].slice(-50)
    at.value = { ...next, cell: Math.max(0, Math.min(sizeOf(there) - 1, next.cell)) }
  }
  /** Inspects the cell of a tensor that is largest in magnitude among the known numbers. */
  function goTo(node: string, of: CellAddress['of']) {
    const { data } = (of === 'value' ? graph.moment.values : graph.moment.gradients).get(node) ?? { data: [0] }
    const cell = data.reduce((best, x, i) => Math.abs(x) > Math.abs(data[best]!) ? i : best, 0)
    go({ node, cell, of })
  }
  /** Another cell of the same tensor, or its gradient; the history does not record it. */
  function move(patch: Partial<Pick<CellAddress, 'cell' | 'of'>>) {
    if (at.value) at.value = { ...at.value, ...patch }
  }
  function back() {
    at.value = way.value.at(-1) ?? at.value
    way.value = way.value.slice(0, -1)
  }

  // A changed graph may no longer have the cells.
  watch(() => graph.trace, () => {
    const there = at.value && shapeOf(at.value.node)
    if (at.value && (!there || at.value.cell >= sizeOf(there))) at.value = null
    way.value = way.value.filter(({ node, cell }) => cell < sizeOf(shapeOf(node) ?? [0]))
  })

  return { at, shape, way, go, goTo, move, back }
})
