import { traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { lessons } from '../../../renderer/course/all'
import type { Card, Lesson } from '../../../renderer/course'
import { deckOf, graphIn, graphOf, keyOf, revealPosition, scenesOf } from '../../../renderer/course/scenes'

const cases = lessons.flatMap(lesson => deckOf(lesson).map((card, at) => [`${lesson.number} ${lesson.id}, card ${at + 1}`, lesson, card, at] as const))

describe('beside a card', () => {
  test.each(cases)('%s: something is shown', (_, lesson, card, at) => {
    const scenes = scenesOf(lesson, at)
    expect(scenes.length).toBeGreaterThan(0)
    if (card.kind !== 'predict' && card.figure) expect(scenes.map(scene => scene.kind === 'figure' && scene.figure.key)).toEqual([card.figure].flat())
  })

  const sums = (a: number) => ({ expression: 'total = a + 1', inputs: { a } })
  const cards: readonly Card[] = [
    { kind: 'say', key: 'one', figure: 'small', position: 'start' },
    { kind: 'predict', question: 'asked' },
    { kind: 'say', key: 'two' },
    { kind: 'predict', question: 'spoken' },
    { kind: 'try', key: 'three', figure: ['small', 'large'] },
  ]
  const lesson = {
    ...lessons[0]!, cards,
    figures: [{ key: 'small', kind: 'graph', graph: sums(1), position: 'end' }, { key: 'large', kind: 'graph', graph: sums(100) }],
    questions: [
      { key: 'asked', kind: 'number', pose: variant => ({ graph: sums(7 + variant), position: 'forward', hide: ['value:total'], numbers: {}, answer: 8, mistakes: [] }) },
      { key: 'spoken', kind: 'number', pose: () => ({ hide: [], numbers: {}, answer: 2, mistakes: [] }) },
    ],
  } satisfies Lesson
  const keys = (at: number, variant = 0) => scenesOf(lesson, at, variant).map(({ key }) => key)

  test('stand its own figures, or those of the card before as they were left', () => {
    expect([keys(0), keys(2), keys(4)]).toEqual([['one:small'], ['one:small'], ['three:small', 'three:large']])
  })

  test('a question has a scene of its own, apart from the figure with the same graph, in each variant; without a graph it keeps the figure', () => {
    expect([keys(1), keys(1, 2), keys(3)]).toEqual([['question:asked:0'], ['question:asked:2'], ['one:small']])
    expect(graphIn(scenesOf(lesson, 1, 2)[0]!)).toMatchObject({ graph: sums(9), position: 'forward' })
  })

  test('a graph begins where the card wants it, else where its figure does', () => {
    expect([0, 4].map(at => graphIn(scenesOf(lesson, at)[0]!))).toEqual([{ graph: sums(1), position: 'start' }, { graph: sums(1), position: 'end' }])
  })
})

describe('practice', () => {
  test('is the questions that no card asks, each with a graph of its own, in which nothing but its figure is shown', () => {
    const practice = lessons.flatMap(lesson => deckOf(lesson).slice(lesson.cards.length).map((card, i) => ({ card, scenes: scenesOf(lesson, lesson.cards.length + i, 1) })))
    expect(practice.length).toBeGreaterThanOrEqual(20)
    for (const { card, scenes } of practice) expect(scenes.map(({ key }) => key)).toEqual([`question:${keyOf(card)}:1`])
  })

  test('follows the cards, so that every question of a lesson has a card', () => {
    for (const lesson of lessons) {
      const deck = deckOf(lesson)
      expect(deck.slice(0, lesson.cards.length)).toEqual(lesson.cards)
      expect(deck.flatMap(card => card.kind === 'predict' ? [card.question] : []).sort()).toEqual(lesson.questions.map(({ key }) => key).sort())
    }
  })
})

describe('the graph of a question', () => {
  test('whose steps are asked for is run through to its end', () => {
    const trace = traceOf({ expression: 'y = a * 2', inputs: { a: 3 } })
    expect(revealPosition(trace, ['steps'])).toBe(trace.steps.length)
  })

  test.each(lessons.flatMap(lesson => lesson.questions.map(question => [lesson.id, question.key, lesson, question] as const)))('%s, %s: computes what is covered, the answer last', (_, __, lesson, question) => {
    const posed = question.pose(0)
    const document = graphOf(lesson, posed)
    expect(document === null && posed.hide.length > 0).toBe(false)
    if (!document) return
    const trace = traceOf(document)
    const position = revealPosition(trace, posed.hide)
    expect(position).toBeLessThanOrEqual(trace.steps.length)
  })
})
