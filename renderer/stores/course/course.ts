import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { type Lesson, loadLessons } from '../../course'
import { type GraphTool, graphTools } from '../../course/types'
import { useProgress } from './progress'
import { useSettings } from '../settings'

/** Pages of the Learn room that are not lessons. */
const pages = ['playground', 'quiz', 'certificate'] as const
export type Page = (typeof pages)[number]
const isPage = (id: string) => pages.some(page => page === id)

/** Which lesson the Learn room shows; the main process keeps it through reloads and restarts. */
export const useCourse = defineStore('course', () => {
  const progress = useProgress()
  const settings = useSettings()
  const lessons = shallowRef<readonly Lesson[]>([])

  /** A lesson's id or one of `pages`; '' on the first start until the lessons are loaded, then the first lesson */
  const current = computed<string>(() => {
    const wanted = progress.progress.current
    const known = !lessons.value.length || isPage(wanted) || lessons.value.some(({ id }) => id === wanted)
    return known ? wanted : lessons.value[0]!.id
  })
  const lesson = computed(() => lessons.value.find(({ id }) => id === current.value) ?? null)
  /** The lesson's texts in the current language */
  const texts = computed(() => lesson.value?.texts[settings.locale] ?? null)

  const at = computed(() => lessons.value.findIndex(({ id }) => id === current.value))

  /** What the graph shows besides its values and steps: what has been taught so far; everything outside of the lessons */
  const tools = computed<ReadonlySet<GraphTool>>(() => new Set(isPage(current.value) ? graphTools : lessons.value.slice(0, at.value + 1).flatMap(({ teaches }) => teaches ?? [])))

  let loading: Promise<void> | undefined
  const load = () => loading ??= loadLessons().then((all) => { lessons.value = all })

  const go = (id: string) => progress.stay(id)
  const neighbour = (by: 1 | -1) => at.value < 0 ? null : lessons.value[at.value + by] ?? null
  const following = computed(() => neighbour(1))
  const preceding = computed(() => neighbour(-1))
  const next = () => { if (following.value) go(following.value.id) }
  const previous = () => { if (preceding.value) go(preceding.value.id) }

  return { lessons, current, lesson, texts, tools, following, preceding, load, go, next, previous }
})
