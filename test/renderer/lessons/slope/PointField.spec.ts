import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { SlopeSpec } from '../../../../renderer/course/slopes'
import CourseFigure from '../../../../renderer/lessons/CourseFigure.vue'
import LessonPanel from '../../../../renderer/lessons/LessonPanel.vue'
import PointField from '../../../../renderer/lessons/PointField.vue'
import PlaceFigure from '../../../../renderer/lessons/slope/PlaceFigure.vue'
import { useCards } from '../../../../renderer/stores/course/cards'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useFigure } from '../../../../renderer/stores/course/figure'
import { useQuiz } from '../../../../renderer/stores/course/quiz'
import { fakeMain, show } from '../../lab'

const curve: SlopeSpec = { kind: 'descent', graph: { expression: 'y = w * x; L = square(y - t) / 2', inputs: { w: 1.5, x: 2, t: -1 } }, input: 'w', formula: '', range: [-5.5, 4.5], h: 0, rates: [0.25] }
/** The axis of a picture 720 px wide: 40 px and 20 px are beside it. */
const [left, axisPx] = [40, 660]

/** The pictures are loaded when they are first shown. */
const patient = { timeout: 20_000 }

beforeEach(() => { fakeMain() })

describe('a point to place', () => {
  const pose = async () => ({ view: await show(PointField, { curve }), picture: await show(PlaceFigure, { spec: curve }) })

  test('is placed by a click, and given with Check', async () => {
    const { view, picture } = await pose()
    expect(view.get('button[type=submit]').attributes('disabled')).toBeDefined()
    expect(picture.get('[role=slider]').attributes('aria-valuetext')).toBe('not placed yet')
    await picture.get('.ground').trigger('pointerdown', { button: 0, clientX: left + axisPx / 2 }) // the middle of −5.5 and 4.5
    expect(view.get('output').text()).toBe('w = −0.5')
    expect(picture.get('[role=slider]').attributes('aria-valuetext')).toBe('w = −0.5')
    await view.get('form').trigger('submit')
    expect(view.emitted('check')).toEqual([[-0.5]])
  })

  test('is moved from the start by the arrow keys, and by dragging', async () => {
    const { view, picture } = await pose()
    const point = picture.get('[role=slider]')
    await point.trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
    expect(view.get('output').text()).toBe('w = 0.5') // 1.5 − 10 · 0.1
    await point.trigger('keydown', { key: 'ArrowRight' })
    expect(view.get('output').text()).toBe('w = 0.6')
    await point.trigger('pointerdown', { button: 0, clientX: 100, pointerId: 1 })
    await point.trigger('pointermove', { clientX: 100 - axisPx / 10, pointerId: 1 }) // a tenth of ten
    expect(view.get('output').text()).toBe('w = −0.4')
    await point.trigger('keydown', { key: 'End' })
    expect(view.get('output').text()).toBe('w = 4.5')
  })

  test('is not given before it is placed', async () => {
    const view = await show(PointField, { curve })
    await view.get('form').trigger('submit')
    expect(view.emitted('check')).toBeUndefined()
  })
})

describe('a lesson’s question about a point', () => {
  /** Lesson 24 at the card of the question, with the picture beside it. */
  async function ask() {
    const course = useCourse()
    await course.load()
    course.go('learning-algorithm')
    const cards = useCards()
    cards.go(cards.deck.findIndex(card => card.kind === 'predict' && card.question === 'nextPoint'))
    const panel = await show(LessonPanel)
    const beside = await show(CourseFigure)
    await vi.waitFor(() => expect(beside.find('[role=slider]').exists()).toBe(true), patient)
    return { panel, beside }
  }

  test('is asked in the large picture, which tells nothing of the update', async () => {
    const { panel, beside } = await ask()
    expect(panel.find('svg [role=slider]').exists()).toBe(false)
    expect(beside.find('.update').exists()).toBe(false)
    expect(beside.find('button.primary').exists()).toBe(false)
    for (let i = 0; i < 2; i++) await beside.get('[role=slider]').trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
    expect(panel.get('output').text()).toBe('w = −0.5') // the minimum
    await panel.get('.point').trigger('submit')
    expect(panel.text()).toContain('It does not depend on where the minimum is')
  })

  test('is answered by the update itself, step by step from there', async () => {
    const { panel, beside } = await ask()
    for (let i = 0; i < 8; i++) await beside.get('[role=slider]').trigger('keydown', { key: 'ArrowLeft' })
    await panel.get('.point').trigger('submit')
    await flushPromises()
    expect(panel.text()).toContain('Right!')
    await vi.waitFor(() => expect(beside.find('.update').exists()).toBe(true), patient)
    expect(beside.get('.update').text()).toBe('w ← 1.5 − 0.1 × 8 = 0.7')
    expect(beside.find('.segmented').exists()).toBe(false)
  })
})

test('the quiz asks for a point in the same large picture, which shows the update once it is placed', async () => {
  const course = useCourse()
  await course.load()
  course.go('learning-algorithm')
  course.go('quiz')
  const lesson = course.lessons.find(({ id }) => id === 'learning-algorithm')!
  const quiz = useQuiz()
  quiz.begin('all')
  quiz.items = [{ lesson, question: lesson.questions.find(({ key }) => key === 'nextPoint')!, variant: 1 }]
  const beside = await show(CourseFigure)
  await vi.waitFor(() => expect(beside.find('[role=slider]').exists()).toBe(true), patient)
  expect([useFigure().special, beside.find('.update').exists()]).toEqual(['slope', false])
  quiz.answer({ tries: 1, shown: false, given: [] })
  await vi.waitFor(() => expect(beside.find('.update').exists()).toBe(true), patient)
  quiz.next()
  expect(useFigure().special).toBe('quiz')
})
