import type { BrowsedSplit } from '@contract'
import { countParameters, LabError, sizeOfShape } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { request } from '../lib/bridge'
import { useBrowse } from './browse'
import { useMoment } from './moment'
import { useRoom } from './room'

/** What a network reads in every image of a dataset. */
interface Answers {
  readonly dataset: string
  readonly runId: number
  /** Mini-batches that the network had learned */
  readonly step: number
  readonly predicted: Readonly<Record<BrowsedSplit, Uint16Array | null>>
}

/** Below so many multiply-adds for all images, about a second of another core, they are read without being asked for. */
const cheapWork = 2e10
const none = { train: null, test: null } as const

/**
 * What the network of the shown moment reads in the images that are browsed. While the run learns, the answers stay as they are, so that
 * the images do not move under the hand; at rest they follow it.
 */
export const useBrowseAnswers = defineStore('browseAnswers', () => {
  const browse = useBrowse()
  const moment = useMoment()
  const room = useRoom()
  const known = shallowRef<Answers | null>(null)
  const isReading = ref(false)
  const refused = shallowRef<LabError | null>(null)
  let wish = 0

  /** Whether the network has inputs for these images, and an output for each class */
  const fits = computed(() => {
    const [info, network] = [browse.dataset?.info, moment.state]
    return info !== undefined && network !== null && network !== undefined && sizeOfShape(info.shape) === sizeOfShape(network.input) && info.classes.length === network.dataset.classes.length
  })
  /** The dataset that the network learns from, if it is another one: its outputs stand for other classes, so they are no answers here */
  const other = computed(() => moment.state && browse.dataset && moment.state.dataset.id !== browse.dataset.info.id ? moment.state.dataset : null)
  const canRead = computed(() => fits.value && other.value === null)
  /** Why it does not read them, as a text's key and its names; null: it does */
  const why = computed(() => {
    if (canRead.value) return null
    if (!fits.value || !other.value || !browse.dataset) return { key: 'browse.read.cannot', names: {} }
    return { key: 'browse.read.other', names: { name: other.value.name, own: browse.dataset.info.name } }
  })
  const here = computed(() => canRead.value && known.value !== null && known.value.dataset === browse.dataset?.info.id && moment.isOfRun(known.value.runId) ? known.value : null)
  const predicted = computed(() => here.value?.predicted ?? none)
  const step = computed(() => here.value?.step ?? null)
  /** Whether the network has learned on since */
  const isStale = computed(() => here.value !== null && (here.value.step !== moment.step || here.value.runId !== moment.state?.runId))
  const isCheap = computed(() => moment.architecture !== null && browse.dataset !== null
    && countParameters(moment.architecture) * (browse.dataset.info.counts.train + browse.dataset.info.counts.test) <= cheapWork)

  /** Reads all images anew. */
  async function read() {
    const id = browse.dataset?.info.id
    if (id === undefined || !canRead.value) return
    const mine = ++wish
    isReading.value = true
    refused.value = null
    try {
      const { at, predicted } = await request('data:answers', { dataset: id })
      if (mine === wish) known.value = { dataset: id, ...at, predicted }
    }
    catch (cause) {
      if (mine === wish && !(cause instanceof LabError && cause.code === 'past.left')) refused.value = cause instanceof LabError ? cause : new LabError('internal', String(cause))
    }
    finally { if (mine === wish) isReading.value = false }
  }

  /** What is read without being asked for; null: nothing */
  const due = computed(() => {
    const id = browse.dataset?.info.id
    if (id === undefined || room.current !== 'files' || !moment.ready || !canRead.value || !(isCheap.value || browse.shown.read !== 'any')) return null
    if (here.value && (moment.running || !isStale.value)) return null
    return `${id}:${moment.state?.runId}:${moment.running ? 'running' : moment.step}`
  })
  watch(due, (now) => { if (now !== null) void read() }, { immediate: true })

  return { predicted, step, fits, canRead, why, isStale, isReading, refused, read }
})
