import { computed, type ComputedRef, type Ref, shallowRef } from 'vue'
import { cornerOf, type GridLayout, rowsInSight } from './grid-layout'

/** One row of the page, which stays the same object while it rests. */
export interface GridRow {
  readonly row: number
  readonly cells: readonly { readonly position: number, readonly column: number, readonly style: Readonly<Record<string, string>> }[]
}

/** The cells that the page has: of the images that are in sight where the grid rests, and of the chosen one wherever it is. */
export function useGridCells({ layout, offset, chosen }: { readonly layout: ComputedRef<GridLayout>, readonly offset: Ref<number>, readonly chosen: Ref<number | null> }) {
  const resting = shallowRef<{ readonly first: number, readonly last: number, readonly offset: number } | null>(null)
  /** @param view height of what is in sight */
  const rest = (view: number) => { resting.value = { ...rowsInSight(layout.value, offset.value, view), offset: offset.value } }

  const rowOf = (row: number, scrolled: number): GridRow => {
    const { tile, columns, count } = layout.value
    return { row, cells: Array.from({ length: Math.min(columns, count - row * columns) }, (_, column) => {
      const position = row * columns + column
      const { x, y } = cornerOf(layout.value, position)
      return { position, column, style: { left: `${x}px`, top: `${y - scrolled}px`, width: `${tile.width}px`, height: `${tile.height}px` } }
    }) }
  }
  const restingRows = computed(() => {
    const { first, last, offset: scrolled } = resting.value ?? { first: 0, last: -1, offset: 0 }
    return Array.from({ length: Math.max(0, Math.min(last, layout.value.rows - 1) - first + 1) }, (_, i) => rowOf(first + i, scrolled))
  })
  const chosenRow = computed(() => chosen.value === null || chosen.value >= layout.value.count ? null : Math.floor(chosen.value / layout.value.columns))
  /** Row of the chosen image where it is not among the others */
  const farRow = computed(() => restingRows.value.some(({ row }) => row === chosenRow.value) ? null : chosenRow.value)
  const rows = computed(() => farRow.value === null ? restingRows.value : [...restingRows.value, rowOf(farRow.value, offset.value)])
  /** Column of the chosen image in a row; null: it is in another one */
  const chosenIn = (row: number): number | null => row === chosenRow.value ? chosen.value! % layout.value.columns : null
  return { rows, chosenIn, rest }
}
