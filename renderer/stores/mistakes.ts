import type { AnswerFilter, EvaluatedSplit } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { useMoment } from './moment'

/** What Mistakes shows of one dataset's answers. */
interface Looked {
  readonly split: EvaluatedSplit
  readonly filter: AnswerFilter
  /** Position of the first image of the page */
  readonly first: number
  /** Index of the image that is shown in detail; null: none was chosen */
  readonly image: number | null
}
const fresh: Looked = { split: 'test', filter: {}, first: 0, image: null }

/** Order of the classes: by their index, or the least accurate first. */
export type ClassOrder = 'class' | 'worst'

/** What Mistakes shows: a split, some of its classes, and an image. A run on another dataset begins anew. */
export const useMistakesView = defineStore('mistakes', () => {
  const moment = useMoment()
  const order = ref<ClassOrder>('class')
  const stored = shallowRef<Looked & { readonly dataset: string }>({ ...fresh, dataset: '' })
  const looked = computed((): Looked => {
    const { dataset, ...now } = stored.value
    if (dataset !== moment.state?.dataset.id) return fresh
    return now.split === 'validation' && moment.state.config.validation === 0 ? fresh : now
  })
  const change = (next: Partial<Looked>) => { stored.value = { ...looked.value, ...next, dataset: moment.state?.dataset.id ?? '' } }

  const split = computed(() => looked.value.split)
  const filter = computed(() => looked.value.filter)
  const first = computed(() => looked.value.first)
  const image = computed(() => looked.value.image)
  const setOrder = (next: ClassOrder) => { order.value = next }
  const showSplit = (next: EvaluatedSplit) => { change({ ...fresh, split: next, filter: looked.value.filter }) }
  const select = (next: AnswerFilter) => { change({ filter: next, first: 0, image: null }) }
  const toPage = (at: number) => { change({ first: at }) }
  const chooseImage = (index: number | null) => { change({ image: index }) }
  return { order, split, filter, first, image, setOrder, showSplit, select, toPage, chooseImage }
})
