import type { XrayCellFrame, XrayFrame, XrayImage } from '@contract'
import { LabError, type XrayAddress } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { request } from '../lib/bridge'
import { latestWins } from '../lib/latest-wins'
import { useMoment } from './moment'

/** A place in the X-ray: the whole step, a block, a cell, or one product of the sum that makes up a cell. */
export type XrayPlace
  = | { readonly level: 'network' }
    | { readonly level: 'block', readonly block: string }
    | XrayAddress & { readonly level: 'cell' }
    | XrayAddress & { readonly level: 'product', readonly term: number }

const isSame = (a: XrayPlace, b: XrayPlace): boolean => Object.entries(a).every(([key, value]) => b[key as keyof XrayPlace] === value)

/** Where the X-ray opens. */
export interface XrayTarget {
  /** Left out: the whole step */
  readonly block?: string
  /** With `cell`: opens that cell */
  readonly part?: string
  readonly cell?: Pick<XrayAddress, 'row' | 'column'>
  /** Left out: the latest mini-batch. An image goes alone through the network, forward and backward. */
  readonly image?: XrayImage
}

/**
 * The X-ray of one step, from the chain to one product. Train shows it in place of the charts while it is open. The training
 * thread keeps the step that it was opened at, so that all numbers are of one step while the run learns on.
 */
export const useXray = defineStore('xray', () => {
  const moment = useMoment()
  const image = shallowRef<XrayImage | null>(null)
  /** The way to the current place, which is its last entry; empty while the X-ray is closed */
  const trail = shallowRef<readonly XrayPlace[]>([])
  const place = computed(() => trail.value.at(-1) ?? null)
  const isOpen = computed(() => trail.value.length > 0)
  /** The step with its tensors in small; null until it was computed again */
  const frame = shallowRef<XrayFrame | null>(null)
  /** The latest cell that was asked for, with its sum */
  const found = shallowRef<XrayCellFrame | null>(null)
  /** Why there is no step, or no cell, to show */
  const refused = shallowRef<LabError | null>(null)

  /** Before the first step, or after a change of the settings, there is no step to show; the next one will be shown. */
  const waits = computed(() => !frame.value && ['xray.noStep', 'xray.changed'].includes(refused.value?.code ?? ''))

  const refuse = (cause: unknown) => {
    if (!(cause instanceof LabError)) throw cause
    refused.value = cause
  }
  const load = latestWins(() => request('xray:open', { image: image.value }), (answer) => {
    if (!isOpen.value) return void request('xray:close').catch(refuse)
    refused.value = null
    frame.value = answer
    if (trail.value.some(place => 'block' in place && !answer.blocks.some(({ name }) => name === place.block))) trail.value = [{ level: 'network' }]
  }, (cause) => {
    frame.value = null
    refuse(cause)
  })
  const look = latestWins((query: XrayAddress & { readonly id: number }) => request('xray:cell', query), (answer) => { found.value = answer }, refuse)

  /** Opens the X-ray, with the levels above the place on the trail. */
  function open({ block, part, cell, image: alone }: XrayTarget = {}) {
    image.value = alone ?? null
    frame.value = null
    trail.value = [
      { level: 'network' },
      ...block === undefined ? [] : [{ level: 'block', block } as const],
      ...block === undefined || part === undefined || !cell ? [] : [{ level: 'cell', block, part, row: cell.row, column: cell.column } as const],
    ]
    load(undefined)
  }
  /** Shows the same place in the run's latest step. */
  const renew = () => load(undefined)
  function close() {
    trail.value = []
    frame.value = found.value = refused.value = null
    void request('xray:close').catch(refuse)
  }
  /** Goes to a further place, from which `back` returns here. */
  function go(next: XrayPlace) { if (isOpen.value) trail.value = [...trail.value, next] }
  /** Shows another cell in place of the current one. */
  function move(cell: Pick<XrayAddress, 'row' | 'column'>) {
    const { value: here } = place
    if (here?.level === 'cell') trail.value = [...trail.value.slice(0, -1), { ...here, ...cell }]
  }
  /** Goes one level back; from the whole step it closes the X-ray. */
  function back() {
    if (trail.value.length === 1) close()
    else trail.value = trail.value.slice(0, -1)
  }
  /** The levels above the current place, and the place itself: where it is, whichever way led to it. */
  const levels = computed((): readonly XrayPlace[] => {
    const { value: here } = place
    if (!here) return []
    if (here.level === 'network') return [here]
    const { block } = here
    return [
      { level: 'network' }, { level: 'block', block },
      ...here.level === 'product' ? [{ level: 'cell', block, part: here.part, row: here.row, column: here.column } as const] : [],
      ...here.level === 'block' ? [] : [here],
    ]
  })
  /** Goes to a level above: back to it if the way led through it. */
  function goUp(to: XrayPlace) {
    const before = trail.value.findLastIndex(place => isSame(place, to))
    if (before >= 0) trail.value = trail.value.slice(0, before + 1)
    else go(to)
  }

  const isAt = ({ block, part, row, column }: XrayAddress, cell: XrayAddress) => cell.block === block && cell.part === part && cell.row === row && cell.column === column
  /** The cell of the current place, once it is known */
  const cell = computed(() => {
    const { value: here } = place
    return here && 'part' in here && found.value && found.value.id === frame.value?.id && isAt(here, found.value.address) ? found.value : null
  })
  /** Asks for a cell before it is opened: its number. */
  function peek({ block, part, row, column }: XrayAddress) { if (frame.value) look({ id: frame.value.id, block, part, row, column }) }

  watch([place, frame], ([here]) => { if (here && 'part' in here) peek(here) })
  watch(() => moment.state?.runId, () => { if (isOpen.value) load(undefined) })
  watch(() => moment.step, () => { if (isOpen.value && waits.value) load(undefined) })
  return { image, trail, place, isOpen, frame, cell, found, refused, waits, open, levels, renew, close, go, goUp, move, back, peek }
})
