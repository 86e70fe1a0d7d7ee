import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { keyOf, questionOf, type Scene, scenesOf } from '../../course/scenes'
import { useCourse } from './course'
import { useProgress } from './progress'

/** The card of the open lesson, and what is shown beside it. A lesson opens at the card where it was left. */
export const useCards = defineStore('cards', () => {
  const course = useCourse()
  const progress = useProgress()
  /** By 'lesson/question': the variant in which it is asked, unless that is the lesson's own */
  const variants = shallowRef<Readonly<Record<string, number>>>({})
  /** By 'lesson/card': the scene that was chosen */
  const chosen = shallowRef<Readonly<Record<string, string>>>({})
  const idOf = (key: string) => `${course.lesson?.id}/${key}`

  const cards = computed(() => course.lesson?.cards ?? [])
  const at = computed(() => {
    const left = course.lesson && progress.cardOf(course.lesson.id)
    return Math.max(0, cards.value.findIndex(card => keyOf(card) === left))
  })
  const card = computed(() => cards.value[at.value] ?? null)
  /** The question of a predict card */
  const question = computed(() => course.lesson && card.value && questionOf(course.lesson, card.value))
  const variantOf = (key: string): number => variants.value[idOf(key)] ?? 0

  const scenes = computed<readonly Scene[]>(() => course.lesson ? scenesOf(course.lesson, at.value, question.value ? variantOf(question.value.key) : 0) : [])
  const scene = computed(() => {
    const wanted = card.value && chosen.value[idOf(keyOf(card.value))]
    return scenes.value.find(({ key }) => key === wanted) ?? scenes.value[0] ?? null
  })

  /** Chooses one of the card's figures. */
  function choose({ key }: Scene) {
    if (card.value) chosen.value = { ...chosen.value, [idOf(keyOf(card.value))]: key }
  }
  /** Asks a question with other numbers. */
  const vary = (key: string, variant: number) => { variants.value = { ...variants.value, [idOf(key)]: variant } }

  /** Opens a card of this lesson. */
  function go(place: number) {
    const wanted = cards.value[place]
    if (course.lesson && wanted) progress.leave(course.lesson.id, keyOf(wanted))
  }
  /** Also where there are no cards: at the end of a part */
  const isLast = computed(() => at.value >= cards.value.length - 1)
  /** The next card, or after the last one the next lesson. */
  const next = () => { if (isLast.value) course.next(); else go(at.value + 1) }
  /** The card before, or before the first one the previous lesson, where it was left. */
  const back = () => { if (at.value) go(at.value - 1); else course.previous() }

  return { cards, at, card, question, scenes, scene, isLast, variantOf, choose, vary, go, next, back }
})
