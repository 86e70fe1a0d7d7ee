import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { deckOf, keyOf, questionOf, type Scene, scenesOf } from '../../course/scenes'
import { spokenNames } from '../../course/spoken-names'
import { keyOf as keyNameOf } from '../../lib/keys'
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

  /** The lesson's cards, and after them the questions for practice */
  const deck = computed(() => course.lesson ? deckOf(course.lesson) : [])
  const at = computed(() => {
    const left = course.lesson && progress.cardOf(course.lesson.id)
    return Math.max(0, deck.value.findIndex(card => keyOf(card) === left))
  })
  const card = computed(() => deck.value[at.value] ?? null)
  /** The lesson's last card, which leads to the practice and to the next lesson */
  const last = computed(() => (course.lesson?.cards.length ?? 0) - 1)
  const practice = computed(() => deck.value.slice(last.value + 1))
  const practising = computed(() => at.value > last.value && card.value !== null)
  /** Number of the current card among the lesson's cards, or of the current question among those for practice */
  const place = computed(() => practising.value ? { n: at.value - last.value, all: practice.value.length } : { n: at.value + 1, all: last.value + 1 })
  /** The question of a predict card */
  const question = computed(() => course.lesson && card.value && questionOf(course.lesson, card.value))
  /** The names in the card's text: what the view of its graph must not cut */
  const spoken = computed<readonly string[]>(() => course.texts && card.value ? spokenNames(card.value, course.texts) : [])
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
  /** Chooses a figure by its number on a key. */
  function chooseByKey(event?: KeyboardEvent) {
    const scene = event && scenes.value[Number(keyNameOf(event)) - 1]
    if (scene) choose(scene)
  }
  /** Asks a question with other numbers. */
  const vary = (key: string, variant: number) => { variants.value = { ...variants.value, [idOf(key)]: variant } }

  /** Opens a card of this lesson. @param wanted its place in the deck */
  function go(wanted: number) {
    const card = deck.value[wanted]
    if (course.lesson && card) progress.leave(course.lesson.id, keyOf(card))
  }
  /** Opens the first question for practice that is still open, or else the first. */
  function practise() {
    const open = practice.value.findIndex(card => course.lesson && !progress.question(course.lesson.id, keyOf(card)))
    go(last.value + 1 + Math.max(0, open))
  }
  /** Also where there are no cards: at the end of a part */
  const isLast = computed(() => at.value === Math.max(0, last.value))
  /** The next card, or after the last one the next lesson; the practice leads back to the last card. */
  function next() {
    if (isLast.value) course.next()
    else go(at.value === deck.value.length - 1 ? last.value : at.value + 1)
  }
  /** The card before, or before the first one the previous lesson, where it was left. */
  const back = () => { if (at.value) go(at.value - 1); else course.previous() }

  return { deck, at, card, practice, practising, place, question, spoken, scenes, scene, isLast, variantOf, choose, chooseByKey, vary, go, practise, next, back }
})
