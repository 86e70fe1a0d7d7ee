import type { BrowsedDataset, BrowsedSplit } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { useNotices } from './notices'
import { type Sender, useRoom } from './room'

/** Where an image is. The images of a dataset are counted through, the training images first: that number is called its place. */
export interface ImageAt {
  readonly split: BrowsedSplit
  /** Of the image in its split */
  readonly index: number
}
type Labels = BrowsedDataset['labels']
export const imageAt = (place: number, { train }: Labels): ImageAt => place < train.length ? { split: 'train', index: place } : { split: 'test', index: place - train.length }
export const placeOf = ({ split, index }: ImageAt, { train }: Labels): number => split === 'train' ? index : train.length + index

/** Which images are shown by how the network reads them: all, those that it misreads or reads right, or those that it misreads as a class. */
export type ReadFilter = 'any' | 'wrong' | 'right' | number
/** What opens the browser besides the list of datasets: Train's mistakes, or its mini-batch. */
export type BrowseSender = Extract<Sender, 'mistakes' | 'training'>
/** Which images of a dataset are shown. */
export interface BrowseFilter {
  readonly split: BrowsedSplit | 'all'
  /** Index of their class; null: all classes */
  readonly label: number | null
  readonly read: ReadFilter
}
export type BrowseOrder = 'index' | 'class'

/** Which images are shown, and in which order. */
export interface Shown extends BrowseFilter { readonly order: BrowseOrder }
const allImages: Shown = { split: 'all', label: null, read: 'any', order: 'index' }

/** Where one is among them. It changes with each key, the images do not. */
interface Spot {
  /** The chosen image, counted through training and test images; null: none yet */
  readonly image: number | null
  /** Whether the chosen image is shown large */
  readonly isLarge: boolean
  /** Position of the first image in sight */
  readonly top: number
}
const beginning: Spot = { image: null, isLarge: false, top: 0 }

/** The dataset whose images are browsed, and what is looked at in it: the place is kept while the window is open. */
export const useBrowse = defineStore('browse', () => {
  const room = useRoom()
  const notices = useNotices()
  /** Null: no dataset is browsed */
  const dataset = shallowRef<BrowsedDataset | null>(null)
  /** What has opened it, to which the way out leads; null: the list of datasets */
  const sender = ref<BrowseSender | null>(null)
  const isShown = computed(() => dataset.value !== null)
  const id = computed(() => dataset.value?.info.id ?? '')
  /** By the id of a dataset */
  const shownIn = shallowRef<ReadonlyMap<string, Shown>>(new Map())
  const spotIn = shallowRef<ReadonlyMap<string, Spot>>(new Map())
  const shown = computed(() => shownIn.value.get(id.value) ?? allImages)
  const spot = computed(() => spotIn.value.get(id.value) ?? beginning)
  const image = computed(() => spot.value.image)
  const isLarge = computed(() => spot.value.isLarge)
  const top = computed(() => spot.value.top)
  let wish = 0
  const opening = ref<number | null>(null)
  /** Whether a dataset is being loaded */
  const isOpening = computed(() => opening.value !== null)

  /**
   * Opens the browser in Files.
   * @param wanted id of the dataset
   * @param filter which images; left out: what was looked at before
   * @param options.from to which the way out leads, if not the list of datasets
   * @param options.image that is chosen among them
   */
  async function open(wanted: string, filter?: Partial<BrowseFilter>, { from = null, image = null }: { readonly from?: BrowseSender | null, readonly image?: ImageAt | null } = {}) {
    const mine = ++wish
    opening.value = mine
    const opened = await notices.attempt(() => request('data:open', { dataset: wanted }), 'open')
    if (mine !== wish) return
    opening.value = null
    if (!opened) return
    dataset.value = opened
    if (filter) {
      shownIn.value = new Map(shownIn.value).set(wanted, { ...allImages, ...filter })
      move({ ...beginning, image: image && placeOf(image, opened.labels) })
    }
    sender.value = from
    room.go('files', from)
  }
  function move(next: Partial<Spot>) { spotIn.value = new Map(spotIn.value).set(id.value, { ...spot.value, ...next }) }
  /** Shows other images, from the first one on. */
  function select(next: Partial<Shown>) {
    shownIn.value = new Map(shownIn.value).set(id.value, { ...shown.value, ...next })
    move({ top: 0 })
  }
  function choose(place: number | null) { if (place !== image.value) move({ image: place }) }
  function enlarge(large: boolean) { move({ isLarge: large }) }
  function scrollTo(position: number) { if (position !== top.value) move({ top: position }) }
  function close() {
    wish++
    opening.value = null
    dataset.value = null
    void request('data:leave').catch(() => undefined) // what is held goes with the window
  }
  return { dataset, sender, isShown, isOpening, shown, image, isLarge, top, open, select, choose, enlarge, scrollTo, close }
})
