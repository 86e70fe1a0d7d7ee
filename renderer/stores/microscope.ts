import { type LossAlong, microscopeHs, type MicroscopeReading, type Precision, valleyOf, type WeightPlace } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { inSlices } from '../lib/in-slices'
import { useCheckedBatch } from './checked-batch'
import { useChosenBlock } from './chosen-block'
import { useNotices } from './notices'
import { useSettings } from './settings'

/** 1e-4, as in the book */
const usualH = microscopeHs.indexOf(1e-4)
/** The curve is drawn to this multiple of h on both sides. */
const reachInH = 2.5

/** How a weight is looked at. */
export interface MicroscopeSettings {
  readonly h: number
  readonly precision: Precision
}

/** The gradient microscope: one weight, its gradient by backpropagation and its numeric slopes. */
export const useMicroscope = defineStore('microscope', () => {
  const chosen = useChosenBlock()
  const settings = useSettings()
  const notices = useNotices()
  const checked = useCheckedBatch()
  /** null: none was chosen yet */
  const wanted = shallowRef<WeightPlace | null>(null)
  /** Which of {@link microscopeHs} */
  const hIndex = ref(usualH)
  const precision = ref<Precision>('float64')
  const reading = shallowRef<MicroscopeReading | null>(null)
  const along = shallowRef<LossAlong | null>(null)
  /** Share of the slopes that are measured; null: all */
  const share = ref<number | null>(null)
  /** A weight was asked for elsewhere; its view takes the focus as soon as it is there. */
  const isAwaited = ref(false)

  const h = computed(() => microscopeHs[hIndex.value]!)
  const reach = computed(() => reachInH * h.value)
  /** The chosen weight, or the one with the largest gradient where none was chosen or the network has no such weight */
  const place = computed((): WeightPlace | null => {
    const microscope = checked.batch?.microscope
    if (!microscope) return wanted.value
    return wanted.value && microscope.has(wanted.value) ? wanted.value : microscope.largest()
  })
  const valleys = computed(() => reading.value && { float64: valleyOf(reading.value, 'float64'), float32: valleyOf(reading.value, 'float32') })

  let stopping: AbortController | undefined
  /** Jobs follow each other, since they move the same weights; a newer one stops the one before. */
  let last = Promise.resolve()
  function work<Result>(begin: () => Generator<undefined, Result>, take: (result: Result) => void, each: () => void = () => undefined) {
    stopping?.abort()
    const mine = stopping = new AbortController()
    const { signal } = mine
    last = last.then(async () => {
      if (signal.aborted) return
      const steps = begin()
      const isComplete = await inSlices(() => {
        const next = steps.next()
        if (next.done) take(next.value)
        else each()
        return !next.done
      }, signal)
      if (!isComplete) steps.return(undefined as never)
    })
  }

  function measure() {
    const [microscope, at] = [checked.batch?.microscope, place.value]
    if (!microscope || !at) return
    let done = 0
    share.value = 0
    const drawn = { precision: precision.value, reach: reach.value }
    // Both at once: the curve of one weight is never seen beside the numbers of another.
    work(function* () { return [yield* microscope.measure(at), yield* microscope.along(at, drawn.precision, drawn.reach)] as const }, (found) => {
      [reading.value, along.value] = found
      share.value = null
      if (drawn.precision !== precision.value || drawn.reach !== reach.value) draw()
    }, () => { share.value = Math.min(1, ++done / microscopeHs.length) })
  }
  function draw() {
    const [microscope, at] = [checked.batch?.microscope, place.value]
    if (!microscope || !at || share.value !== null) return
    work(() => microscope.along(at, precision.value, reach.value), (found) => { along.value = found })
  }
  watch([() => checked.batch?.microscope, place], measure, { immediate: true })
  watch([hIndex, precision], draw)

  /** Chooses a weight and opens the tab that shows it, which is offered at the level Everything. */
  function look(at: WeightPlace, { h, precision }: Partial<MicroscopeSettings> = {}) {
    choose(at)
    if (h !== undefined) chooseH(h)
    if (precision !== undefined) choosePrecision(precision)
    isAwaited.value = true
    chosen.openTab('check')
    if (settings.settings.level !== 'everything') void notices.attempt(() => settings.change({ level: 'everything' }))
  }
  function choose({ path, row, column }: WeightPlace) { wanted.value = { path, row, column } }
  /** The weight with the largest gradient. @param path of its parameter; left out: of all */
  function chooseLargest(path?: string) {
    const found = checked.batch?.microscope.largest(path)
    if (found) choose(found)
  }
  /** The weight of a parameter whose nearest kink is nearest. */
  function chooseNearestKink(path: string) {
    work(function* () {
      yield
      return checked.batch?.microscope.nearestKink(path) ?? null
    }, (found) => {
      if (found) choose(found)
      else measure()
    })
  }
  /** The nearest h that is measured. */
  function chooseH(next: number) {
    const distance = (h: number) => Math.abs(Math.log(h / next))
    hIndex.value = microscopeHs.reduce((best, h, i) => distance(h) < distance(microscopeHs[best]!) ? i : best, 0)
  }
  const arrive = () => { isAwaited.value = false }
  const choosePrecision = (next: Precision) => { precision.value = next }
  return { place, h, hIndex, precision, reach, reading, along, share, valleys, isAwaited, arrive, look, choose, chooseLargest, chooseNearestKink, chooseH, choosePrecision }
})
