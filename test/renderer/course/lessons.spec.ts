import { locales } from '@contract'
import { readNumber, traceOf, type Value } from '@core'
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { loadLessons, type Lesson, type Posed, type Question } from '../../../renderer/course'
import { judge, sameAnswer } from '../../../renderer/course/answers'
import { formulaOptions } from '../../../renderer/components/formula/formula'
import { hints } from '../../../renderer/course/hints'
import { type Inline, readParagraph, type TextNumbers } from '../../../renderer/course/rich-text'
import { askedIn, deckOf, graphOf, keyOf } from '../../../renderer/course/scenes'
import { hintNames, partIds } from '../../../renderer/course/types'
import { cardsOf, namesIn, textsOfQuestion } from './wanted-by'

const lessons = await loadLessons()
const named = lessons.map(lesson => [`${lesson.number} ${lesson.id}`, lesson] as const)
/** The lesson's own numbers and those of the quiz */
const variants = Array.from({ length: 21 }, (_, variant) => variant)
const questions = lessons.flatMap(lesson => lesson.questions.map(question => [`${lesson.number} ${lesson.id}: ${question.key}`, lesson, question] as const))
/** As many as the course has: 0 to 26. */
const lessonCount = 27

const numbersOf = (lesson: Lesson, posed: Posed): TextNumbers => ({ ...lesson.numbers, ...posed.numbers })

function formulasOf(parts: readonly Inline[]): string[] {
  return parts.flatMap(part => part.kind === 'formula' ? [part.latex] : part.kind === 'strong' ? formulasOf(part.parts) : [])
}
/** Faults of a text: names without a number, invalid formulas, leftover markup. */
function faultsOf(text: string, numbers: TextNumbers): string[] {
  const missing = namesIn(text).filter(name => !(name in numbers)).map(name => `[[${name}]]`)
  const parts = readParagraph(text, numbers, 'en')
  const broken = formulasOf(parts).flatMap((latex) => {
    try { katex.renderToString(latex, formulaOptions({ strict: true })); return [] }
    catch (cause) { return [`${latex}: ${String(cause)}`] }
  })
  const left = parts.flatMap(part => part.kind === 'text' && /\$|\*\*|`|\\/.test(part.text) ? [part.text] : [])
  return [...missing, ...broken, ...left]
}

describe('the course', () => {
  test('is lessons 0 to 26, each once', () => {
    expect(lessons.map(({ number }) => number)).toEqual(Array.from({ length: lessonCount }, (_, i) => i))
    expect(new Set(lessons.map(({ id }) => id)).size).toBe(lessonCount)
  })

  test('has five parts in order, whose lessons follow each other', () => {
    expect(partIds.map(part => lessons.filter(lesson => lesson.part === part).map(({ number }) => number)))
      .toEqual([[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11], [12, 13, 14, 15, 16, 17], [18, 19, 20, 21, 22], [23, 24, 25, 26]])
  })

  test('follows the sections of the book\'s chapter in their order, wherever a lesson has one', () => {
    const ofChapter = lessons.flatMap(({ section }) => section?.startsWith('5.') ? [section] : [])
    expect(ofChapter.filter(section => !/^5\.[1-8](\.[1-4])?$/.test(section))).toEqual([])
    expect(ofChapter).toEqual(ofChapter.toSorted())
    expect(new Set(ofChapter.map(section => section.slice(0, 3)))).toEqual(new Set(['5.1', '5.2', '5.3', '5.4', '5.5', '5.6', '5.7', '5.8']))
  })

  test('has names under which progress can be stored', () => {
    const names = [...lessons.map(({ id }) => id), ...questions.map(([, , { key }]) => key)]
    expect(names.filter(name => !/^[\w-]{1,64}$/.test(name))).toEqual([])
  })

  test.each(locales)('has a sentence for every common mistake in %s', (locale) => {
    expect(Object.keys(hints[locale]).sort()).toEqual([...hintNames].sort())
    expect(Object.values(hints[locale]).flatMap(text => faultsOf(text, {}))).toEqual([])
  })
})

describe.each(named)('lesson %s', (_, lesson) => {
  test('says the same in every language', () => {
    const outlines = locales.map((locale) => {
      const { cards, figures, questions } = lesson.texts[locale]
      return { cards: Object.entries(cards).map(([key, { title, text = [], tries = [] }]) => [key, title !== undefined, text.length, tries.length]), figures: Object.keys(figures).sort(), questions: Object.keys(questions).sort() }
    })
    expect(outlines[1]).toEqual(outlines[0])
    expect(outlines[2]).toEqual(outlines[0])
    expect(outlines[0]!.questions).toEqual(lesson.questions.map(({ key }) => key).sort())
  })

  test('is three to six cards: something is said first, no question is asked twice, and each figure is shown', () => {
    const { cards, texts, figures } = lesson
    expect(cards.length).toBeGreaterThanOrEqual(3)
    expect(cards.length).toBeLessThanOrEqual(6)
    expect(cards[0]!.kind).toBe('say')
    const asked = askedIn(lesson)
    expect(asked.length).toBeGreaterThanOrEqual(1)
    expect(new Set(asked).size).toBe(asked.length)
    expect(asked.filter(question => !lesson.questions.some(({ key }) => key === question))).toEqual([])
    const told = cards.flatMap(card => card.kind === 'predict' ? [] : [card.key])
    expect(told).toEqual(Object.keys(texts.en.cards))
    for (const card of cards) if (card.kind !== 'predict') expect(Object.keys(texts.en.cards[card.key]!)).toContain(card.kind === 'say' ? 'text' : 'tries')
    const shown = new Set(cards.flatMap(({ figure }) => figure ?? []))
    expect([...shown].filter(name => !figures.some(({ key }) => key === name))).toEqual([])
    expect(figures.filter(({ key }) => !shown.has(key))).toEqual([])
    const deck = deckOf(lesson).map(keyOf)
    expect(new Set(deck).size).toBe(deck.length)
  })

  test.each([
    ['en', 60, 'words'], ['ko', 60, 'words'], ['ja', 170, 'characters'],
  ] as const)('says in %s at most %i %s on a card, a formula, a number or a piece of code counting as one word of three characters', (locale, most, unit) => {
    const lengthOf = (text: string) => {
      const read = text.replace(/\$+[^$]+\$+|`[^`]+`|\[\[[\w.]+\]\]/g, 'one').replaceAll('**', '')
      return unit === 'words' ? read.split(/\s+/).filter(word => /[\p{L}\p{N}]/u.test(word)).length : [...read].length
    }
    const long = lesson.cards.flatMap(card => card.kind === 'say' ? [[card.key, lengthOf(lesson.texts[locale].cards[card.key]!.text!.join(unit === 'words' ? ' ' : ''))] as const] : []).filter(([, length]) => length > most)
    expect(long).toEqual([])
  })

  test.each(locales)('has every text in %s', (locale) => {
    const { title, summary, figures, questions } = lesson.texts[locale]
    const texts = [title, summary, ...cardsOf(lesson.texts[locale]), ...Object.values(questions).flatMap(textsOfQuestion)]
    expect(texts.filter(text => !text.trim())).toEqual([])
    if (lesson.figures.length > 1) expect(lesson.figures.filter(({ key }) => !figures[key]?.trim())).toEqual([])
    expect([title, summary].filter(text => /[$`[]/.test(text))).toEqual([]) // menus show them unformatted
  })

  test.each(locales)('substitutes every number and renders every formula in %s', (locale) => {
    expect(cardsOf(lesson.texts[locale]).flatMap(text => faultsOf(text, lesson.numbers))).toEqual([])
  })

  test('shows graphs that can be computed', () => {
    const problems = lesson.figures.flatMap(figure => figure.kind === 'graph' ? [traceOf(figure.graph).problem] : [])
    expect(problems.filter(problem => problem?.phase === 'forward')).toEqual([])
  })

  test('asks one to seven questions', () => {
    expect(lesson.questions.length).toBeGreaterThanOrEqual(1)
    expect(lesson.questions.length).toBeLessThanOrEqual(7)
  })
})

describe.each(questions)('question %s', (_, lesson, question) => {
  test('accepts its own answer, and answers every mistake with the matching hint', () => {
    for (const variant of variants) {
      const posed = question.pose(variant)
      expect(judge(posed, posed.answer), `variant ${variant}`).toEqual({ is: 'right' })
      const mistakes = posed.mistakes.filter(({ answer }) => !sameAnswer(answer, posed.answer, posed.tolerance))
      for (const { answer } of mistakes) {
        const hints = mistakes.filter(other => sameAnswer(answer, other.answer)).map(({ hint }) => hint) // two mistakes may yield the same number
        expect(judge(posed, answer), `variant ${variant}: ${JSON.stringify(answer)} instead of ${JSON.stringify(posed.answer)}`).toEqual({ is: 'wrong', hint: expect.toBeOneOf(hints) as unknown })
      }
    }
  })

  test('has answers of its kind', () => {
    for (const variant of variants) expect(isOfKind(question, question.pose(variant))).toBe(true)
  })

  test('accepts the answer as its texts print it', () => {
    for (const variant of variants) {
      const { numbers, answer, tolerance } = question.pose(variant)
      const printed = question.kind === 'number' && numbers.answer !== undefined ? readNumber(numbers.answer) : answer
      expect(sameAnswer(printed ?? NaN, answer, tolerance), `variant ${variant}: ${numbers.answer}`).toBe(true)
    }
  })

  test('has a text for everything to choose from, and a hint for no other thing', () => {
    const { choices = [], pictures = [], answer } = question.pose(0)
    const keys = [...choices, ...pictures.map(({ key }) => key)].sort()
    for (const locale of locales) {
      const texts = lesson.texts[locale].questions[question.key]!
      expect(Object.keys(texts.choices ?? {}).sort()).toEqual(keys)
      expect(Object.keys(texts.hints ?? {}).filter(key => !keys.includes(key) || (question.kind === 'why' && key === answer))).toEqual([])
      if (question.kind === 'why') expect(Object.keys(texts.hints!)).toHaveLength(keys.length - 1) // each wrong reason has an explanation of its own
    }
  })

  test('returns with other numbers, the same ones for the same variant', () => {
    const [own, ...others] = variants.map(variant => JSON.stringify(question.pose(variant)))
    expect(others.filter(other => other === own)).toEqual([])
    expect(new Set(others).size).toBeGreaterThanOrEqual(2)
    expect(JSON.stringify(question.pose(7))).toBe(others[6])
  })

  test('hides existing values, and expects the graph’s own value', () => {
    for (const variant of variants) {
      const posed = question.pose(variant)
      const document = graphOf(lesson, posed)
      if (!document) { expect(posed.hide).toEqual([]); continue }
      const trace = traceOf(document)
      const whole = posed.hide.filter(name => name !== 'steps' && !name.includes('/') && !name.startsWith('updated:')) // parts exist once the group is opened
      const found = whole.map(name => lookUp(trace, name))
      expect(found.filter(value => !value), `variant ${variant}: ${posed.hide.join()}`).toEqual([])
      if (whole.length === 1 && posed.hide.length === 1 && !(`${lesson.id}/${question.key}` in derived)) expect(agrees(posed, lookUp(trace, posed.hide[0]!)!), `variant ${variant}: ${JSON.stringify(posed.answer)} and ${JSON.stringify(found[0])}`).toBe(true)
    }
  })

  test.each(locales)('substitutes every number and renders every formula in %s', (locale) => {
    const faults = variants.flatMap((variant) => {
      const numbers = numbersOf(lesson, question.pose(variant))
      const odd = Object.entries(numbers).filter(([, text]) => !text.trim() || /NaN|undefined|Infinity/.test(text)).map(([name, text]) => `${name}: ${text}`)
      return [...odd, ...textsOfQuestion(lesson.texts[locale].questions[question.key]!).flatMap(text => faultsOf(text, numbers))]
    })
    expect([...new Set(faults)]).toEqual([])
  })
})

/** Questions about a value computed from the hidden one. */
const derived: Readonly<Record<string, string>> = {
  'fan-out/brokenSum': 'the line of a program that computes it',
  'relu/mask': 'the sum of its cells',
  'relu/derivative': 'the curve of all such gradients',
  'sigmoid/bell': 'the curve of all such gradients',
  'affine/transpose': 'the shape of the matrix that makes it',
  'what-we-want-to-know/direction': 'which way the update goes',
  'marked-exam/direction': 'which way the update goes',
  'step-by-step/vanish': 'the largest gradient that could arrive',
  'learning-algorithm/direction': 'which way the update goes',
  'what-we-know-now/direction': 'which way the update goes',
  'gradient-check/slope': 'the numeric slope, which is off by its truncation',
  'gradient-check/kink': 'the numeric slope across a kink',
}

describe('no variant of a question is degenerate:', () => {
  const all = lessons.flatMap(lesson => lesson.questions.flatMap(question => Array.from({ length: 21 }, (_, variant) => [`${lesson.number} ${question.key} ${variant}`, question.pose(variant)] as const)))

  test('something arrives from upstream', () => {
    expect(all.filter(([, { graph, numbers }]) => graph?.upstream === 0 || numbers['upstream'] === '0').map(([name]) => name)).toEqual([])
  })

  test('no listed mistake gives the answer', () => {
    expect(all.filter(([, { answer, tolerance, mistakes }]) => mistakes.some(mistake => sameAnswer(mistake.answer, answer, tolerance))).map(([name]) => name)).toEqual([])
  })

  test('what “rises or falls a tiny bit” agrees with the slope', () => {
    const rises = ({ numbers }: Posed) => {
      const [x, y] = [numbers['x']!, numbers['y']!].map(text => Number(text.replace('−', '-'))) as [number, number]
      return Math.sign((x + 1e-3) ** 2 * y - x ** 2 * y)
    }
    const asked = all.filter(([name]) => name.startsWith('0 partial'))
    expect(asked.map(([, { answer }]) => answer)).toEqual(asked.map(([, posed]) => ({ 1: '+', [-1]: '-', 0: '0' } as Record<number, string>)[rises(posed)]))
  })
})

function isOfKind({ kind }: Question, { answer, tolerance, curve, choices = [], code = '', pictures = [], signs = ['+', '-', '0'] }: Posed): boolean {
  if (tolerance !== undefined && !(tolerance >= 0)) return false
  if (kind === 'point') return typeof answer === 'number' && tolerance !== undefined && curve !== undefined && answer >= curve.range[0] && answer <= curve.range[1]
  if (kind === 'number') return typeof answer === 'number' && Number.isFinite(answer)
  if (kind === 'sign') return signs.some(sign => sign === answer)
  if (kind === 'line') return code.split('\n')[answer as number] !== undefined
  if (kind === 'picture') return pictures.length === 3 && pictures[answer as number] !== undefined
  if (kind === 'why') return choices.length >= 3 && choices.includes(answer as string)
  if (kind === 'order') return choices.length >= 3 && [...choices].sort().join() === [...answer as readonly string[]].sort().join()
  return Array.isArray(answer) && answer.every(size => Number.isInteger(size) && Number(size) > 0)
}

function lookUp({ forward, backward, updated }: ReturnType<typeof traceOf>, name: string): Value | undefined {
  const [kind, id] = name.split(':') as [string, string]
  return ({ value: forward.values, gradient: backward.gradients, updated } as Record<string, ReadonlyMap<string, Value>>)[kind]?.get(id)
}

/** An expected number of a matrix is one of its cells. */
function agrees({ answer, tolerance }: Posed, { shape, data }: Value): boolean {
  if (typeof answer === 'number') return data.some(value => sameAnswer(value, answer, tolerance))
  if (typeof answer === 'string') return data.some(value => answer === (value > 0 ? '+' : value < 0 ? '-' : '0'))
  return sameAnswer(shape, answer) || data.join() === answer.join()
}
