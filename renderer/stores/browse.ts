import type { BrowsedDataset, BrowsedSplit } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { useNotices } from './notices'
import { type Sender, useRoom } from './room'

/** Which images are shown by how the network reads them: all, those that it misreads or reads right, or those that it reads as a class. */
export type ReadFilter = 'any' | 'wrong' | 'right' | number
/** Which images of a dataset are shown. */
export interface BrowseFilter {
  readonly split: BrowsedSplit | 'all'
  /** Index of their class; null: all classes */
  readonly label: number | null
  readonly read: ReadFilter
}
export type BrowseOrder = 'index' | 'class'

/** What is looked at in one dataset. */
interface Looked extends BrowseFilter {
  readonly order: BrowseOrder
  /** The chosen image, counted through training and test images; null: none yet */
  readonly image: number | null
  /** Whether the chosen image is shown large */
  readonly isLarge: boolean
  /** Position of the first image in sight */
  readonly top: number
}
const fresh: Looked = { split: 'all', label: null, read: 'any', order: 'index', image: null, isLarge: false, top: 0 }

/** The dataset whose images are browsed, and what is looked at in it: the place is kept while the window is open. */
export const useBrowse = defineStore('browse', () => {
  const room = useRoom()
  const notices = useNotices()
  /** Null: no dataset is browsed */
  const dataset = shallowRef<BrowsedDataset | null>(null)
  const isShown = computed(() => dataset.value !== null)
  const places = ref<ReadonlyMap<string, Looked>>(new Map())
  const looked = computed((): Looked => places.value.get(dataset.value?.info.id ?? '') ?? fresh)
  let wish = 0

  /**
   * Opens the browser in Files.
   * @param id of the dataset
   * @param filter which images; left out: what was looked at before
   * @param sender what offers the way back, if not the list of datasets
   */
  async function open(id: string, filter?: Partial<BrowseFilter>, sender: Sender | null = null) {
    const mine = ++wish
    const opened = await notices.attempt(() => request('data:open', { dataset: id }), 'open')
    if (!opened || mine !== wish) return
    dataset.value = opened
    if (filter) look({ ...fresh, ...filter })
    room.go('files', sender)
  }
  function look(next: Partial<Looked>) {
    if (dataset.value) places.value = new Map(places.value).set(dataset.value.info.id, { ...looked.value, ...next })
  }
  /** Shows other images, from the first one on. */
  const select = (filter: Partial<BrowseFilter> & { readonly order?: BrowseOrder }) => { look({ ...filter, top: 0 }) }
  const choose = (image: number | null) => { look({ image }) }
  const enlarge = (isLarge: boolean) => { look({ isLarge }) }
  const scrollTo = (top: number) => { if (top !== looked.value.top) look({ top }) }
  function close() {
    wish++
    dataset.value = null
    void request('data:leave').catch(() => undefined) // what is held goes with the window
  }
  return { dataset, isShown, looked, open, select, choose, enlarge, scrollTo, close }
})
