import type { QuestionTexts } from '@lessons'
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Lesson, Posed, Question } from '../../course'
import type { TextNumbers } from '../../course/rich-text'
import { useCourse } from './course'
import { useLesson } from './lesson'
import { useQuiz } from './quiz'
import { useSettings } from '../settings'

/** The question on the screen: of a lesson's card, of the quiz or of a part's check. */
export interface Asked {
  readonly question: Question
  readonly variant: number
  readonly posed: Posed
  readonly texts: QuestionTexts
  readonly numbers: TextNumbers
  /** Whether its answer is given, or revealed to a group */
  readonly told: boolean
}

export const useAsked = defineStore('asked', () => {
  const course = useCourse()
  const work = useLesson()
  const quiz = useQuiz()
  const settings = useSettings()

  function of(lesson: Lesson, { question, variant, told }: Pick<Asked, 'question' | 'variant' | 'told'>): Asked {
    const posed = question.pose(variant)
    return { question, variant, told, posed, texts: lesson.texts[settings.locale].questions[question.key]!, numbers: { ...lesson.numbers, ...posed.numbers } }
  }
  /** null where nothing is asked */
  const now = computed<Asked | null>(() => {
    if (quiz.shown) return of(quiz.shown.lesson, { ...quiz.shown, told: quiz.told })
    return course.lesson && work.posed && of(course.lesson, { ...work.posed, told: work.posed.answered })
  })
  const isOpen = computed(() => now.value !== null && !now.value.told)
  return { now, isOpen }
})
