import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

/** A cell of a block's tensor: 'affine1', 'dW', row 300, column 7. A vector has one row. */
export interface XrayCellPlace {
  readonly block: string
  readonly part: string
  readonly row: number
  readonly column: number
}

/** A place in the X-ray: the whole step, a block, a cell, or one product of the sum that makes up a cell. */
export type XrayPlace
  = | { readonly level: 'network' }
    | { readonly level: 'block', readonly block: string }
    | XrayCellPlace & { readonly level: 'cell' }
    | XrayCellPlace & { readonly level: 'product', readonly term: number }

/** An image of a split of the run's dataset, by its index. */
export interface XrayImage { readonly split: 'train' | 'test', readonly index: number }

/** Where the X-ray opens. */
export interface XrayTarget {
  /** Left out: the whole step */
  readonly block?: string
  /** With `cell`: opens that cell */
  readonly part?: string
  readonly cell?: Pick<XrayCellPlace, 'row' | 'column'>
  /** Left out: the latest mini-batch. An image goes alone through the network, forward and backward. */
  readonly image?: XrayImage
}

/** The X-ray of one step, from the chain to one product. Train shows it in place of the charts while it is open. */
export const useXray = defineStore('xray', () => {
  const image = shallowRef<XrayImage | null>(null)
  /** The way to the current place, which is its last entry; empty while the X-ray is closed */
  const trail = shallowRef<readonly XrayPlace[]>([])
  const place = computed(() => trail.value.at(-1) ?? null)
  const isOpen = computed(() => trail.value.length > 0)

  /** Opens the X-ray with the levels above the place on the trail. */
  function open({ block, part, cell, image: alone = undefined }: XrayTarget = {}) {
    image.value = alone ?? null
    trail.value = [
      { level: 'network' },
      ...block === undefined ? [] : [{ level: 'block', block } as const],
      ...block === undefined || part === undefined || !cell ? [] : [{ level: 'cell', block, part, row: cell.row, column: cell.column } as const],
    ]
  }
  function close() { trail.value = [] }
  /** Goes to a further place, from which `back` returns here. */
  function go(place: XrayPlace) { if (isOpen.value) trail.value = [...trail.value, place] }
  /** Goes one level back; from the whole step it closes the X-ray. */
  function back() { trail.value = trail.value.slice(0, -1) }
  /** Goes back to an entry of the trail. */
  function backTo(index: number) { trail.value = trail.value.slice(0, index + 1) }
  return { image, trail, place, isOpen, open, close, go, back, backTo }
})
