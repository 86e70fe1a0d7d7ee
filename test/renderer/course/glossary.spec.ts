import { locales } from '@contract'
import { glossaryTexts } from '@lessons'
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { formulaOptions } from '../../../renderer/components/formula/formula'
import { loadLessons } from '../../../renderer/course'
import { findTerms, marksOf, mentionsIn, nameOf, terms, wordsOf } from '../../../renderer/course/glossary'
import { type Inline, readParagraph } from '../../../renderer/course/rich-text'

const lessons = await loadLessons()
const keysFound = (query: string) => findTerms(query).map(({ key }) => key)
const termsIn = (parts: readonly Inline[]): string[] => parts.flatMap(part => part.kind === 'term' ? [part.term] : part.kind === 'strong' ? termsIn(part.parts) : [])

describe('the glossary', () => {
  test('has a text for each of its terms in every language, and no other text', () => {
    expect(terms.length).toBeGreaterThanOrEqual(40)
    const keys = terms.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    for (const locale of locales) expect(Object.keys(glossaryTexts[locale]).sort()).toEqual([...keys].sort())
  })

  test.each(locales)('gives no word to two terms in %s', (locale) => {
    const words = terms.flatMap(({ key }) => wordsOf(key, locale).map(word => word.toLowerCase()))
    expect(words.filter((word, i) => words.indexOf(word) !== i || !word.trim())).toEqual([])
  })

  test.each(locales)('explains each term in %s by one sentence, shorter than a card', (locale) => {
    const odd = Object.entries(glossaryTexts[locale]).filter(([, { meaning }]) => !/[.。]$/.test(meaning) || meaning.match(/[.。](?=\s|$|[^\d\s])/g)!.length > 1 || [...meaning].length > 140)
    expect(odd.map(([key, { meaning }]) => `${key}: ${meaning}`)).toEqual([])
  })

  test('names only lessons that there are, and its formulas can be drawn', () => {
    expect(terms.filter(({ lesson }) => lesson !== null && !lessons.some(({ number }) => number === lesson))).toEqual([])
    for (const { formula } of terms) if (formula) expect(() => katex.renderToString(formula, formulaOptions({ strict: true }))).not.toThrow()
  })

  test.each([
    ['chain rule', 'chainRule'], ['연쇄법칙', 'chainRule'], ['連鎖', 'chainRule'], ['LOGIT', 'score'], ['one hot', 'oneHot'], ['ワンホット', 'oneHot'], ['경사 하강', 'sgd'], ['ＲｅＬＵ', 'relu'],
  ])('finds by %s, in any language, %s', (query, key) => {
    expect(keysFound(query)).toContain(key)
  })

  test.each([
    ['η', 'learningRate'], ['σ', 'standardDeviation'], ['‖ ‖', 'norm'], ['‖dW‖', 'norm'], ['deviation', 'standardDeviation'], ['표준편차', 'standardDeviation'], ['標準偏差', 'standardDeviation'],
    ['Softmax-with-Loss', 'softmaxWithLoss'], ['He', 'he'], ['Xavier', 'xavier'], ['SGD', 'sgd'], ['Adam', 'adam'], ['γ', 'scale'], ['t', 'label'], ['SHA-256', 'sha256'],
  ])('finds first by %s, as it is written on screen, %s', (query, key) => {
    expect(keysFound(query)[0]).toBe(key)
  })

  test.each(locales)('calls He, Xavier, SGD, Adam and Softmax-with-Loss so in %s, too', (locale) => {
    expect(['he', 'xavier', 'sgd', 'adam', 'softmaxWithLoss'].map(key => nameOf(key, locale))).toEqual(['He', 'Xavier', 'SGD', 'Adam', 'Softmax-with-Loss'])
  })

  test('puts first what begins as typed, finds all for nothing, and nothing for nonsense', () => {
    expect(keysFound('batch')[0]).toBe('batch')
    expect(keysFound(' ')).toHaveLength(terms.length)
    expect(keysFound('xyzzy')).toEqual([])
  })
})

describe('a term in a text', () => {
  test.each([
    ['en', 'Mini-batches and batches', ['miniBatch', 'batch']],
    ['en', 'a fan-out, not an affine-like batchwise thing', ['fanOut']],
    ['en', 'Softmax-with-Loss', []],
    ['ko', '기울기를 확인하는 기울기 확인은', ['gradient', 'gradientCheck']],
    ['ko', '미니배치마다 배치의 손실이', ['miniBatch', 'batch', 'loss']],
    ['ja', 'ミニバッチの勾配と勾配確認', ['miniBatch', 'gradient', 'gradientCheck']],
  ] as const)('is found in %s by its longest name: %s', (locale, text, keys) => {
    expect(mentionsIn(text, locale).map(({ key }) => key)).toEqual(keys)
  })

  test('is marked once, whether strong or plain, with its colours, and not in code or formulas', () => {
    const parts = readParagraph('`batch` and $batch$: the **forward pass** of a batch, a batch.', {}, 'en', new Set(['batch', 'forwardPass']))
    expect(termsIn(parts)).toEqual(['forwardPass', 'batch'])
    expect(parts).toContainEqual({ kind: 'strong', parts: [{ kind: 'term', term: 'forwardPass', parts: [{ kind: 'forward', text: 'forward' }, { kind: 'text', text: ' pass' }] }] })
    expect(termsIn(readParagraph('a batch', {}, 'en'))).toEqual([])
  })
})

describe.each(lessons.map(lesson => [lesson.number, lesson] as const))('lesson %i', (number, lesson) => {
  const taught = terms.filter(term => term.lesson === number && term.marked !== false).map(({ key }) => key).sort()

  test.each(locales)('marks the terms that it teaches in %s, each once, as they stand in its text', (locale) => {
    const marks = marksOf(lesson, locale)
    const all = Object.values(marks).flatMap(({ text, tries }) => [...text, ...tries.flat()])
    expect(all.filter((key, i) => all.indexOf(key) !== i)).toEqual([])
    expect(taught.filter(key => !all.includes(key)).map(key => nameOf(key, locale))).toEqual([])
    const shown = Object.entries(marks).flatMap(([card, { text, tries }]) => {
      const texts = lesson.texts[locale].cards[card]!
      const toMark = new Set(text)
      return [...(texts.text ?? []).flatMap(paragraph => termsIn(readParagraph(paragraph, lesson.numbers, locale, toMark))), ...(texts.tries ?? []).flatMap((line, i) => termsIn(readParagraph(line, lesson.numbers, locale, new Set(tries[i]))))]
    })
    expect(shown).toEqual(all)
  })

  test.each(locales)('marks in %s at most four terms on a card, none of a later lesson, and none beside an open question', (locale) => {
    const marks = marksOf(lesson, locale)
    expect(Object.values(marks).map(({ text, tries }) => [...text, ...tries.flat()].length).filter(count => count > 4)).toEqual([])
    const later = Object.values(marks).flatMap(({ text, tries }) => [...text, ...tries.flat()]).filter(key => (terms.find(term => term.key === key)!.lesson ?? 99) > number)
    expect(later).toEqual([])
    expect(Object.keys(marks)).toEqual(lesson.cards.flatMap(card => card.kind === 'predict' ? [] : [card.key]))
  })
})

test('nearly every lesson teaches a term', () => {
  expect(lessons.filter(({ number }) => terms.some(({ lesson }) => lesson === number)).length).toBeGreaterThanOrEqual(23)
})
