import { LabError } from '@core'
import { toWire } from '@contract'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { request } from '../../lib/bridge'
import { imageAt, useBrowse } from '../../stores/browse'
import { useBrowseAnswers } from '../../stores/browse-answers'
import { useNotices } from '../../stores/notices'
import { ImageChunks } from './image-chunks'
import { countImages, selectImages } from './selection'

/** The images of the browsed dataset that are shown, and what is known of each. */
export function useBrowsedImages() {
  const browse = useBrowse()
  const answers = useBrowseAnswers()
  const notices = useNotices()
  /** The latest one, also while the view ends */
  const dataset = shallowRef(browse.dataset!)
  watch(() => browse.dataset, (now) => { if (now) dataset.value = now }, { flush: 'sync' })
  const info = computed(() => dataset.value.info)
  const labels = computed(() => dataset.value.labels)

  /** Only a filter by answers changes with them. */
  const readBy = computed(() => browse.shown.read === 'any' ? null : answers.predicted)
  const places = shallowRef<Uint32Array>(new Uint32Array())
  /** What they were selected by */
  let selected: readonly unknown[] = []
  watch([dataset, () => browse.shown, readBy, () => browse.isLarge], ([now, shown, read, isLarge]) => {
    const isSame = selected[0] === now && selected[1] === shown
    if (isSame && (isLarge || selected[2] === read)) return // an image that is looked at stays, also when the network reads it right now
    selected = [now, shown, read]
    places.value = selectImages(labels.value, browse.shown, browse.shown.order, answers.predicted)
  }, { immediate: true })
  const counts = computed(() => countImages(labels.value, browse.shown, readBy.value ?? answers.predicted, info.value.classes.length))
  /** Of all images of the shown split, whatever the network reads */
  const all = computed(() => countImages(labels.value, { split: browse.shown.split, label: null, read: 'any' }, answers.predicted, info.value.classes.length))

  /** Increases whenever more images are there */
  const version = ref(0)
  const chunks = shallowRef<ImageChunks>(make())
  function make(): ImageChunks {
    const { id } = info.value
    return new ImageChunks({
      dataset: dataset.value, places: places.value, arrived: () => { version.value++ },
      ask: (split, indices) => request('data:bytes', { dataset: id, split, indices: [...indices] }),
      failed: (cause) => { notices.error(toWire(cause instanceof LabError ? cause : new LabError('internal', String(cause))), 'browse') },
    })
  }
  watch(places, () => {
    chunks.value.close()
    chunks.value = make()
  })
  onScopeDispose(() => { chunks.value.close() })

  /** Where each image is in the selection, by its place */
  const positions = computed(() => {
    const found = new Int32Array(info.value.counts.train + info.value.counts.test).fill(-1)
    places.value.forEach((place, position) => { found[place] = position })
    return found
  })
  const positionOf = (place: number): number | null => { const position = positions.value[place]; return position === undefined || position < 0 ? null : position }
  const chosen = computed({
    get: () => browse.image === null ? null : positionOf(browse.image),
    set: (position: number | null) => { browse.choose(position === null ? null : places.value[position] ?? null) },
  })

  /** An image of the selection, with its class and what the network reads in it, if that is known. */
  function imageOf(position: number) {
    const place = places.value[position] ?? 0
    const at = imageAt(place, labels.value)
    return { place, ...at, label: labels.value[at.split][at.index] ?? 0, read: answers.predicted[at.split]?.[at.index] ?? null }
  }
  const nameOfClass = (label: number): string => info.value.classes[label] ?? String(label)

  return { dataset, info, labels, places, counts, all, chunks, version, positionOf, chosen, imageOf, nameOfClass }
}

/** One of them */
export type BrowsedImage = ReturnType<ReturnType<typeof useBrowsedImages>['imageOf']>
