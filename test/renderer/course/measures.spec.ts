import { locales, texts } from '@contract'
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { formulaOptions } from '../../../renderer/components/formula/formula'
import { loadLessons } from '../../../renderer/course'
import { findTerms, termOf } from '../../../renderer/course/glossary'
import { numbersFor } from '../../../renderer/lib/useNumbers'
import { countedIn, formulasOf, isUsedInTrain, type MeasureDefinition, measureKeys, measureOf, usualNumbers } from '../../../renderer/course/measures'

const numbers = numbersFor('en')
const definitions = measureKeys.map(key => [key, measureOf(key)] as const)
const written = (measure: MeasureDefinition, values: Readonly<Record<string, number>>) => formulasOf(measure, values, numbers)

describe('each measure', () => {
  test.each(definitions)('%s has terms of the glossary, a lesson of the course and a usual range in each language', async (_, { terms, lesson, usual }) => {
    expect(terms.filter(key => !termOf(key))).toEqual([])
    if (lesson !== null) expect((await loadLessons()).map(({ number }) => number)).toContain(lesson)
    for (const locale of locales) expect((texts[locale] as never as { measure: { usually: Record<string, string> } }).measure.usually[usual]).toBeTruthy()
  })

  test.each(definitions)('%s is found in the glossary by its sign', (_, { sign, terms }) => {
    if (sign !== null) expect(findTerms(sign).map(({ key }) => key)).toEqual(expect.arrayContaining([terms[0]]))
  })

  test('has no sentence about what is usual that no measure uses, and no number that no sentence has', () => {
    const { usually } = (texts.en as never as { measure: { usually: Record<string, string> } }).measure
    expect(Object.keys(usually).filter(key => !definitions.some(([, { usual }]) => usual === key))).toEqual([])
    const wanted = new Set(Object.values(usually).flatMap(text => [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1]!)))
    expect(Object.keys(usualNumbers(numbers)).sort()).toEqual([...wanted].sort())
  })

  test('says in words what its fraction or product counts, unless letters say it', () => {
    for (const [key, measure] of definitions) {
      const [letters = ''] = written(measure, {})
      if (measure.now && !letters.includes('frac') && !/leftarrow|[μηy]|L =|min|max/.test(letters + key)) expect([key, measure.counted]).toEqual([key, expect.any(String)])
      if (measure.counted !== undefined) for (const locale of locales) expect((texts[locale] as never as { measure: { counted: Record<string, string> } }).measure.counted[measure.counted]).toBeTruthy()
    }
    expect(countedIn(measureOf('deadUnits'), { dead: 0, count: 50 })).toBe('deadUnits')
    expect(countedIn(measureOf('deadUnits'), {})).toBeNull()
    expect(countedIn(measureOf('dout'), { norm: 0.0124, count: 5000 })).toBe('norm')
  })

  test.each(definitions)('%s has a formula that can be drawn, in letters and with numbers of any size', (_, measure) => {
    for (const value of [0.0123, 4560, 1.5e-7, -2, 0, Infinity, NaN]) {
      const lines = written(measure, Object.fromEntries((measure.needs ?? []).map(name => [name, value])))
      for (const latex of lines) expect(() => katex.renderToString(latex, formulaOptions({ strict: true }))).not.toThrow()
    }
  })
})

test('terms that no lesson teaches, but of which Train shows a number or a mark, are known as such', () => {
  expect(['norm', 'updateRatio', 'zeroShare', 'throughput', 'beyondScale'].filter(term => !isUsedInTrain(term))).toEqual([])
  expect(['overfitting', 'regression'].filter(isUsedInTrain)).toEqual([])
})

describe('a formula with the numbers of this moment', () => {
  test('divides what the update changed by what was there', () => {
    expect(written(measureOf('updateRatio'), { update: 0.0123, norm: 4.56 })).toContainEqual('\\frac{0.0123}{4.56} = 0.00270')
    expect(written(measureOf('sgdRatio'), { rate: 0.1, gradient: 0.4, norm: 8 }).at(-1)).toContain('= 0.00500')
  })

  test('takes a norm as the root of the count times the mean square', () => {
    // 40,000 numbers of size 0.01: their squares add up to 4
    expect(written(measureOf('dW'), { norm: 2, count: 40_000 })).toEqual(['\\lVert dW \\rVert = \\sqrt{\\textstyle\\sum {dW}^2}', '\\sqrt{40{,}000 \\cdot 1.00\\cdot 10^{-4}} = 2.00'])
  })

  test('counts', () => {
    expect(written(measureOf('accuracyTest'), { accuracy: 0.9512, images: 10_000 })).toEqual(['\\frac{9{,}512}{10{,}000} = 95.1\\%'])
    expect(written(measureOf('zeros'), { zeros: 5, count: 40 })).toEqual(['\\frac{5}{40} = 12.5\\%'])
    expect(written(measureOf('epoch'), { images: 60_000, batch: 100, steps: 600 })[0]).toContain('600')
  })

  test('says the pace in images a second, and the speed in steps a second', () => {
    const moment = { speed: 120_000, batch: 100 }
    expect([written(measureOf('speed'), moment), written(measureOf('pace'), moment)]).toEqual([['1{,}200 \\times 100 = 120{,}000'], ['1{,}200 \\times 100 = 120{,}000']])
  })

  test('stays in letters while a number is missing, and is left out when there are no letters', () => {
    expect(written(measureOf('updateRatio'), { update: 0.0123 })).toEqual(['\\frac{\\lVert \\Delta W \\rVert}{\\lVert W \\rVert}'])
    expect(written(measureOf('min'), {})).toEqual([])
    expect(formulasOf(measureOf('learningRate'), { rate: null }, numbers)).toEqual(['W \\leftarrow W - \\eta\\,dW'])
  })
})
