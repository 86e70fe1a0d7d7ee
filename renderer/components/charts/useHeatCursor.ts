import { computed, type ComputedRef, type ShallowRef, shallowRef, watch } from 'vue'
import { onWidgetKeys } from '../../lib/keys'
import type { Cells, HeatLayout } from './heat-map'

/** A cell of the whole tensor. */
export interface Cell { readonly row: number, readonly column: number }

/** A cell that stays readable, with what it was when it was pinned. */
export interface PinnedCell extends Cell {
  readonly value: number
  /** Mini-batches learned at that moment */
  readonly step: number
}

/** What a heat map shows now. */
export interface ShownCells {
  readonly cells: Cells
  readonly firstRow: number
  readonly firstColumn: number
  readonly step: number
}

const moves: Readonly<Record<string, readonly [number, number]>> = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], Home: [0, 0], End: [0, 0] }

/**
 * The cell of a heat map that the pointer or the arrow keys select, and the one that is pinned.
 * @param subject changes when the map is of another tensor: then no cell stays
 */
export function useHeatCursor({ shown, layout, subject, open, page, enlarge = () => false, shrink = () => false }: {
  readonly shown: () => ShownCells
  readonly layout: ComputedRef<HeatLayout>
  readonly subject: () => unknown
  readonly open: (cell: Cell) => void
  readonly page: (by: number) => void
  /** Shows the image of a cell large instead of pinning the cell. @returns whether it does */
  readonly enlarge?: (cell: Cell) => boolean
  /** Shows all images again. @returns whether it does */
  readonly shrink?: () => boolean
}) {
  const place = shallowRef<Cell | null>(null)
  const pinned: ShallowRef<PinnedCell | null> = shallowRef(null)
  watch(subject, () => { place.value = pinned.value = null })

  /** In the coordinates of the part that is shown; null outside of it */
  function within({ row, column }: Cell): Cell | null {
    const { cells, firstRow, firstColumn } = shown()
    const [y, x] = [row - firstRow, column - firstColumn]
    return y >= 0 && x >= 0 && y < cells.rows && x < cells.columns ? { row: y, column: x } : null
  }
  const valueOf = (cell: Cell): number | null => {
    const found = within(cell)
    const { cells } = shown()
    return found && cells.data[found.row * cells.columns + found.column]!
  }
  const at = computed(() => place.value && within(place.value) ? place.value : null)

  function point(x: number, y: number) {
    const found = layout.value.cellAt(x, y)
    const { firstRow, firstColumn } = shown()
    place.value = found && { row: firstRow + found.row, column: firstColumn + found.column }
  }
  const isPinned = (cell: Cell) => pinned.value?.row === cell.row && pinned.value.column === cell.column
  function pin() {
    if (!at.value || enlarge(at.value)) return
    const value = valueOf(at.value)!
    pinned.value = isPinned(at.value) ? null : { ...at.value, value, step: shown().step }
  }
  /** Selects the cell of the largest magnitude, where the keys begin: one that is not a finite number, if there is any. */
  function begin() {
    if (at.value) return
    const { cells: { columns, data }, firstRow, firstColumn } = shown()
    const size = (i: number) => Number.isFinite(data[i]!) ? Math.abs(data[i]!) : Infinity
    let largest = 0
    for (let i = 1; i < data.length; i++) if (size(i) > size(largest)) largest = i
    place.value = { row: firstRow + Math.floor(largest / columns), column: firstColumn + largest % columns }
  }
  function move(key: string) {
    const { width, height, cellAt, pixelOf } = layout.value
    const here = at.value && within(at.value)
    if (!here) return begin()
    let { x, y } = pixelOf(here.row, here.column)
    const [dx, dy] = moves[key]!
    if (key === 'Home' || key === 'End') {
      const inLine = Array.from({ length: width }, (_, x) => x).filter(x => cellAt(x, y))
      point(inLine.at(key === 'Home' ? 0 : -1)!, y)
    }
    else {
      // On over the gap between two images; beyond the edge there is no cell.
      do [x, y] = [x + dx, y + dy]
      while (x >= 0 && y >= 0 && x < width && y < height && !cellAt(x, y))
      if (cellAt(x, y)) point(x, y)
    }
  }
  /** Enter: pins a cell, and opens a pinned one. @returns whether there is one */
  function enter(): boolean {
    if (at.value && !isPinned(at.value)) pin()
    else if (at.value ?? pinned.value) open((at.value ?? pinned.value)!)
    else return false
    return true
  }
  /** Escape: frees the pinned cell, then leaves a large image. @returns whether there is one */
  function escape(): boolean {
    if (!pinned.value) return shrink()
    pinned.value = null
    return true
  }
  const key = onWidgetKeys('grid', (event) => {
    if (event.key in moves) move(event.key)
    else if (event.key === 'PageUp') page(-1)
    else if (event.key === 'PageDown') page(1)
    else if (!(event.key === 'Escape' ? escape() : event.key === 'Enter' && enter())) return
    event.preventDefault()
    event.stopPropagation()
  })
  return { at, pinned, point, begin, leave: () => { place.value = null }, pin, free: () => { pinned.value = null }, key, valueOf, within }
}
