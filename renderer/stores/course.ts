import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { type Lesson, loadLessons } from '../lessons'
import { useProgress } from './progress'
import { useSettings } from './settings'

/** Places of the Graphs room that are no lessons. */
export const pages = ['playground', 'quiz', 'certificate'] as const
export type Page = (typeof pages)[number]

/** Which lesson the Graphs room shows; main keeps it through reloads and restarts. */
export const useCourse = defineStore('course', () => {
  const progress = useProgress()
  const settings = useSettings()
  const lessons = shallowRef<readonly Lesson[]>([])

  /** A lesson's id or one of `pages`; on the very first start '' until the lessons are there: it will be the first */
  const current = computed<string>(() => {
    const wanted = progress.progress.current
    const known = !lessons.value.length || pages.some(page => page === wanted) || lessons.value.some(({ id }) => id === wanted)
    return known ? wanted : lessons.value[0]!.id
  })
  const lesson = computed(() => lessons.value.find(({ id }) => id === current.value) ?? null)
  /** The lesson's texts in the language in use */
  const texts = computed(() => lesson.value?.texts[settings.locale] ?? null)

  let loading: Promise<void> | undefined
  const load = () => loading ??= loadLessons().then((all) => { lessons.value = all })

  const go = (id: string) => progress.stay(id)
  function move(by: 1 | -1) {
    const at = lessons.value.findIndex(({ id }) => id === current.value)
    const neighbour = at < 0 ? undefined : lessons.value[at + by]
    if (neighbour) go(neighbour.id)
  }

  return { lessons, current, lesson, texts, load, go, next: () => move(1), previous: () => move(-1) }
})
