import { mount, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, test } from 'vitest'
import { nextTick } from 'vue'
import { lessons } from '../../../renderer/course/all'
import { answerKey, judge } from '../../../renderer/course/answers'
import { hints } from '../../../renderer/course/hints'
import type { Lesson, Question } from '../../../renderer/course'
import type { Outcome } from '../../../renderer/course/review'
import QuestionCard from '../../../renderer/lessons/QuestionCard.vue'
import { i18n } from '../../../renderer/lib/i18n'
import { fakeMain } from '../lab'
import { type Asked, give, impreciseAnswer, wrongAnswers } from './answering'

beforeEach(() => { fakeMain() })

const variants = [0, 1, 2, 3, 4]
const questions = lessons.flatMap(lesson => lesson.questions.map(question => [`${lesson.number} ${question.key}`, lesson, question] as const))
const words = (text: string): string => text.split(/\$|\[\[|\*|`/)[0]!.trim()

interface Shown { readonly view: VueWrapper, readonly asked: Asked, readonly outcomes: Outcome[] }
function ask(lesson: Lesson, question: Question, variant: number): Shown {
  const outcomes: Outcome[] = []
  const texts = lesson.texts.en.questions[question.key]!
  const view = mount(QuestionCard, { props: { title: 'Question', question, texts, variant, numbers: lesson.numbers, onAnswered: outcome => outcomes.push(outcome) }, /* other tests draw the formulas */ global: { plugins: [i18n], stubs: { Formula: true } } }) as unknown as VueWrapper
  return { view, asked: { question, variant, posed: question.pose(variant) }, outcomes }
}

describe.each(questions)('question %s, in five variants', (_, lesson, question) => {
  test('is right at once with its answer', async () => {
    for (const variant of variants) {
      const { view, asked, outcomes } = ask(lesson, question, variant)
      await give(view, asked, asked.posed.answer)
      expect(outcomes, `variant ${variant}`).toEqual([{ tries: 1, shown: false, given: [expect.any(String)] }])
      await nextTick()
      expect(view.get('.reveal').text()).toContain('Right!')
      view.unmount()
    }
  })

  test('answers wrong ones with a hint, an imprecise one without counting it, and shows the answer after two different wrong ones', async () => {
    for (const variant of variants) {
      const { view, asked, outcomes } = ask(lesson, question, variant)
      const imprecise = impreciseAnswer(asked)
      if (imprecise !== null && judge(asked.posed, imprecise).is === 'imprecise') {
        await give(view, asked, imprecise)
        expect(view.get('.hint').text()).toBe('Right so far. Give three digits, the last one rounded.')
      }
      const texts = lesson.texts.en.questions[question.key]!
      const [first, second] = wrongAnswers(asked)
      await give(view, asked, first!)
      const verdict = judge(asked.posed, first!)
      const hint = verdict.is === 'wrong' && verdict.hint ? hints.en[verdict.hint] : texts.hints?.[answerKey(asked.posed, first!)] ?? texts.hint
      expect(view.get('.hint').text(), `variant ${variant}`).toContain(words(hint))
      expect(view.find('.show').exists()).toBe(false)
      if (second !== undefined) {
        if (question.kind === 'number') {
          await give(view, asked, first!)
          expect(view.find('.show').exists()).toBe(false) // the same wrong answer again is no second try
        }
        await give(view, asked, second)
        await view.get('.show').trigger('click')
        expect(outcomes.map(({ shown }) => shown), `variant ${variant}`).toEqual([true])
        expect(view.get('.reveal').text()).not.toContain('Right!')
      }
      view.unmount()
    }
  })
})

test('imprecise answers are among those tried', () => {
  const tried = questions.flatMap(([name, , question]) => variants.flatMap((variant) => {
    const asked = { question, variant, posed: question.pose(variant) }
    const imprecise = impreciseAnswer(asked)
    return imprecise !== null && judge(asked.posed, imprecise).is === 'imprecise' ? [name] : []
  }))
  for (const name of ['22 clean', '22 unclean', '21 difference', '23 update', '26 weight', '15 shift', '23 weight']) expect(tried, name).toContain(name)
})
