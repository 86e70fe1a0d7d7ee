import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { type Lesson, loadLessons } from '../../course'
import { lessonsOf, partOfPage, partPage } from '../../course/parts'
import { type GraphTool, graphTools, partIds } from '../../course/types'
import { useProgress } from './progress'
import { useSettings } from '../settings'

/** Pages of the Learn room that are not lessons. */
const pages = ['playground', 'quiz', 'capstone', 'bugs', 'certificate', ...partIds.map(partPage)] as const
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

  /** The part whose check and end are shown */
  const part = computed(() => partOfPage(current.value))

  /** What the graph shows besides its values and steps: what has been taught so far; everything outside of the lessons */
  const tools = computed<ReadonlySet<GraphTool>>(() => {
    const last = part.value ? lessonsOf(lessons.value, part.value).at(-1) : lesson.value
    const taught = last ? lessons.value.slice(0, lessons.value.indexOf(last) + 1).flatMap(({ teaches }) => teaches ?? []) : []
    return new Set(isPage(current.value) && !part.value ? graphTools : taught)
  })

  let loading: Promise<void> | undefined
  const load = () => loading ??= loadLessons().then((all) => { lessons.value = all })

  /** Opens a lesson or a page. @param card key of the lesson's card; left out: where it was left */
  function go(id: string, card?: string) {
    progress.stay(id)
    if (card !== undefined) progress.leave(id, card)
  }
  /** All lessons, the lessons of each part followed by its page */
  const path = computed(() => partIds.flatMap((part) => {
    const ids = lessonsOf(lessons.value, part).map(({ id }) => id)
    return ids.length ? [...ids, partPage(part)] : []
  }))
  const neighbour = (by: 1 | -1) => {
    const at = path.value.indexOf(current.value)
    return at < 0 ? null : path.value[at + by] ?? null
  }
  /** Ids of the next and the previous lesson or part's page */
  const following = computed(() => neighbour(1))
  const preceding = computed(() => neighbour(-1))
  const next = () => { if (following.value) go(following.value) }
  const previous = () => { if (preceding.value) go(preceding.value) }

  return { lessons, current, lesson, part, texts, tools, following, preceding, load, go, next, previous }
})
