import { traceOf, type GraphDocument } from '@core'
import { locales } from '@contract'
import type { LessonTexts } from '@lessons'
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { lesson as derivative } from '../../../renderer/course/00-derivative/lesson'
import { lesson as whatWeWant } from '../../../renderer/course/01-what-we-want-to-know/lesson'
import { lesson as forwardPass } from '../../../renderer/course/02-forward/lesson'
import { lesson as backwardPass } from '../../../renderer/course/03-backward/lesson'
import { lesson as local } from '../../../renderer/course/04-local-computation/lesson'
import { lesson as whyAGraph } from '../../../renderer/course/05-why-a-graph/lesson'
import { lesson as chainRule } from '../../../renderer/course/06-chain-rule/lesson'
import { lesson as addNode } from '../../../renderer/course/07-add-node/lesson'
import { lesson as multiplyNode } from '../../../renderer/course/08-multiply-node/lesson'
import { formulaOptions } from '../../../renderer/components/formula/formula'
import { fill, readParagraph, type Inline } from '../../../renderer/course/rich-text'
import { withKeyNames } from '../../../renderer/lib/command-text'
import type { Figure, Lesson, Posed } from '../../../renderer/course/types'
import { cardsOf, namesIn, textsOfQuestion } from './wanted-by'

const lessons = [derivative, whatWeWant, forwardPass, backwardPass, local, whyAGraph, chainRule, addNode, multiplyNode]
const variants = Array.from({ length: 12 }, (_, variant) => variant)

/** Questions about a number, a shape or a sign of their graph; question-kinds.spec.ts has the others. */
const questions = lessons.flatMap(lesson => lesson.questions.filter(({ kind }) => ['number', 'shape', 'sign'].includes(kind)).map(question => ({ lesson, question, name: `${lesson.number} ${question.key}` })))
const posedOf = ({ question }: { question: Lesson['questions'][number] }): Posed[] => variants.map(variant => question.pose(variant))
const gradientOf = (graph: GraphDocument, id: string, cell = 0): number => traceOf(graph).backward.gradients.get(id)!.data[cell]!
const valueOf = (graph: GraphDocument, id: string, cell = 0): number => traceOf(graph).forward.values.get(id)!.data[cell]!
const answerTo = (lesson: Lesson, key: string): Posed['answer'] => lesson.questions.find(question => question.key === key)!.pose(0).answer

describe('numbers of the table', () => {
  test('0: the slope of x² at 3 is 6, and (2,3)·(3,4) is (2,4)', () => {
    expect(answerTo(derivative, 'slope')).toBe(6)
    expect(answerTo(derivative, 'shape')).toEqual([2, 4])
  })

  test('1: the loss is the slide\'s 0.6774, −ln of 0.508, and both slopes agree to 1e-8', () => {
    const { loss, probability, slope, gradient } = whatWeWant.numbers
    expect([loss, probability]).toEqual(['0.6774', '0.508'])
    expect(slope).toMatch(/^[−]?0\.\d{7,8}$/)
    expect(slope).toBe(gradient)
  })

  test('2: two apples at 100 with tax are 220; the question asks for three at 120', () => {
    const { graph } = forwardPass.figures[0] as Extract<Figure, { kind: 'graph' }>
    expect(valueOf(graph, 'total')).toBeCloseTo(220, 10)
    expect(answerTo(forwardPass, 'total')).toBeCloseTo(3 * 120 * 1.1, 10)
  })

  test('3: the figure\'s gradients are 2.2, 110 and 200, by way of 1.1; the questions have other numbers', () => {
    const { graph } = backwardPass.figures[0] as Extract<Figure, { kind: 'graph' }>
    expect(['apple', 'count', 'tax'].map(id => Number(gradientOf(graph, id).toFixed(10)))).toEqual([2.2, 110, 200])
    expect(backwardPass.numbers).toEqual({ price: '100', counted: '2', fruit: '1.1', apple: '2.2', count: '110' })
    expect(answerTo(backwardPass, 'count')).toBeCloseTo(120 * 1.2, 10)
    expect(answerTo(backwardPass, 'tax')).toBeCloseTo(3 * 120, 10)
    expect(answerTo(backwardPass, 'start')).toBeCloseTo(3 * 3 * 1.2, 10)
  })

  test('6: ∂z/∂x is 2(x + y), for every pair of numbers', () => {
    for (const { graph, answer } of posedOf({ question: chainRule.questions[0]! }))
      expect(answer).toBe(2 * (Number(graph!.inputs.x) + Number(graph!.inputs.y)))
  })

  test('7: 10 + 5 with upstream 1.3 gives 1.3 and 1.3', () => {
    expect(addNode.numbers).toMatchObject({ x: '10', y: '5', upstream: '1.3', answer: '1.3', other: '1.3' })
    expect(answerTo(addNode, 'add')).toBe(1.3)
  })

  test('8: 10 × 5 with upstream 1.3 gives 6.5 and 13', () => {
    expect(multiplyNode.numbers).toMatchObject({ x: '10', y: '5', upstream: '1.3', answer: '6.5', other: '13' })
    expect(answerTo(multiplyNode, 'multiply')).toBe(6.5)
  })
})

describe('questions', () => {
  // The expected answers, stated a second time: which cell of which graph each question hides.
  const gradient = (id: string) => ({ graph }: Posed) => gradientOf(graph!, id)
  const value = (id: string) => ({ graph }: Posed) => valueOf(graph!, id)
  const sign = (of: (posed: Posed) => number) => (posed: Posed) => ['-', '0', '+'][Math.sign(of(posed)) + 1]!
  const expected: Record<string, (posed: Posed) => unknown> = {
    '0 slope': gradient('x'),
    '0 partial': sign(gradient('x')),
    '0 shape': ({ graph }) => traceOf(graph!).forward.values.get('Y')!.shape,
    '1 direction': sign(posed => -gradient('w')(posed)),
    '1 apple': gradient('apple'),
    '2 total': value('total'),
    '2 tax': value('total'),
    '3 count': gradient('count'),
    '3 tax': gradient('tax'),
    '3 start': gradient('apple'),
    '4 basket': value('basket'),
    '4 local': gradient('apple'),
    '5 fruit': gradient('fruit'),
    '5 passes': ({ graph }) => 2 * traceOf(graph!).graph.inputs.length,
    '6 path': gradient('x'),
    '6 general': gradient('x'),
    '7 add': gradient('x'),
    '7 minus': sign(gradient('y')),
    '8 multiply': gradient('x'),
    '8 sign': sign(gradient('x')),
  }

  test.each(questions)('$name: the answer is what the graph hides, in every variant', ({ name, question }) => {
    for (const posed of posedOf({ question })) expect(posed.answer).toEqual(expected[name]!(posed))
  })

  test.each(questions)('$name: what it hides is in its graph, and the graph can be computed', ({ question }) => {
    for (const { graph, hide } of posedOf({ question })) {
      const { graph: { byId }, problem } = traceOf(graph!)
      expect(problem).toBeNull()
      for (const hidden of hide) expect(byId.has(hidden.split(':')[1]!), hidden).toBe(true)
    }
  })

  test.each(questions)('$name: other variants have other numbers', ({ question }) => {
    const [own, ...others] = posedOf({ question })
    for (const other of others) expect(other.numbers).not.toEqual(own!.numbers)
    expect(new Set(others.map(({ numbers }) => JSON.stringify(numbers))).size).toBeGreaterThan(1)
  })

  test.each(questions)('$name: no mistake equals the answer, and none is listed twice with different hints', ({ question }) => {
    for (const { answer, mistakes, tolerance } of posedOf({ question })) {
      const hints = new Map<string, string>()
      for (const mistake of mistakes) {
        if (typeof answer === 'number') {
          // half a unit of the third digit: an accepted answer must not also be a known mistake
          const accepted = tolerance ?? 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(answer))) - 2)
          expect(Math.abs(Number(mistake.answer) - answer)).toBeGreaterThan(2 * accepted)
        }
        else expect(mistake.answer).not.toEqual(answer)
        const key = JSON.stringify(mistake.answer)
        expect(hints.get(key) ?? mistake.hint, key).toBe(mistake.hint)
        hints.set(key, mistake.hint)
      }
    }
  })

  test('an answer of lesson 1 really lowers the loss', () => {
    for (const { numbers } of posedOf({ question: whatWeWant.questions[0]! })) expect(Number(numbers.lossMoved)).toBeLessThan(Number(numbers.loss))
  })
})

describe('texts', () => {
  const sentencesOf = (texts: LessonTexts): readonly string[] => [texts.title, texts.summary, ...cardsOf(texts)]
  const latexOf = (parts: readonly Inline[]): string[] =>
    parts.flatMap(part => part.kind === 'formula' ? [part.latex] : part.kind === 'strong' ? latexOf(part.parts) : [])

  test.each(lessons)('$number: all three languages have the same figures, questions and numbers', ({ texts, figures, questions }) => {
    for (const locale of locales) {
      const text = texts[locale]
      expect(Object.keys(text.figures)).toEqual(figures.map(({ key }) => key))
      expect(Object.keys(text.questions).sort()).toEqual(questions.map(({ key }) => key).sort())
      expect(cardsOf(text).length).toBe(cardsOf(texts.en).length)
      cardsOf(text).forEach((paragraph, i) => expect(namesIn(paragraph).sort()).toEqual(namesIn(cardsOf(texts.en)[i]!).sort()))
    }
  })

  test.each(lessons)('$number: every number that a text names exists', ({ texts, numbers, questions }) => {
    for (const locale of locales) {
      for (const sentence of sentencesOf(texts[locale])) expect(fill(withKeyNames(sentence), numbers)).not.toMatch(/\[\[|NaN|undefined/)
      for (const { key, pose } of questions)
        for (const variant of variants)
          for (const sentence of textsOfQuestion(texts[locale].questions[key]!)) expect(fill(sentence, pose(variant).numbers)).not.toMatch(/\[\[|NaN|undefined/)
    }
  })

  test.each(lessons)('$number: KaTeX parses every formula', ({ texts, numbers, questions }) => {
    for (const locale of locales) {
      const asked = questions.flatMap(({ key, pose }) => textsOfQuestion(texts[locale].questions[key]!).map(sentence => fill(sentence, pose(0).numbers)))
      for (const sentence of [...sentencesOf(texts[locale]), ...asked]) {
        expect(sentence.split('$').length % 2, sentence).toBe(1)
        for (const latex of latexOf(readParagraph(sentence, numbers, locale))) katex.renderToString(latex, formulaOptions({ strict: true }))
      }
    }
  })
})
