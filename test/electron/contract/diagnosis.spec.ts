import { type Finding, ruleIds } from '@core'
import { describe, expect, test } from 'vitest'
import { type FindingFormats, blockTitle, tryKey, wordsOf } from '../../../electron/contract/diagnosis'
import { type Locale, locales } from '../../../electron/contract/locales/list'
import { shortNumber } from '../../../electron/contract/numbers'
import { texts, textIn } from '../../../electron/contract/text'

const formatsOf = (locale: Locale): FindingFormats => ({
  count: value => value.toLocaleString(locale), short: value => shortNumber(locale, value), plain: String, share: value => `${Math.round(100 * value)}%`,
  text: (key) => { const found = textIn(texts[locale], key); return found === key ? null : found },
})
const finding = (patch: Partial<Finding>): Finding => ({ rule: 'vanishing', severity: 'warn', layer: null, step: 0, number: 0, facts: {}, cure: null, lesson: 13, ...patch })
/** The facts that each rule gives. */
const facts: Readonly<Record<string, Finding['facts']>> = {
  inputScale: { largest: 255, usual: 1 }, equalUnits: { units: 50 }, tooMuchDropout: { rate: 0.95, kept: 5, units: 100, advised: 0.2 },
  stepTooLarge: { log: -0.5, ratio: 0.32, rate: 3, advised: 0.1, optimizer: 'sgd' }, exploding: { loss: 31.5, before: 2.5, times: 12.6, rate: 3, advised: 0.1, optimizer: 'sgd' },
  notFinite: { at: 60, loss: 'NaN', tensor: 'affine1.dW', rate: 3, advised: 0.1, optimizer: 'sgd' }, saturation: { share: 0.82, limit: 4, extreme: 0.35, kind: 'sigmoid' },
  vanishing: { ratio: 2.6e-8, times: 3.8e7, first: 'affine1', last: 'affine5', firstGradient: 3e-10, lastGradient: 0.012, kind: 'sigmoid' },
  startVariance: { times: 200, small: 'affine5', smallest: 1e-9, large: 'affine2', largest: 0.004, init: 'small', advised: 'he' }, startLoss: { loss: 98.9, expected: 2.303, classes: 10 },
  deadUnits: { share: 0.98, dead: 49, of: 50, images: 1000, rate: 3, advised: 0.1 }, nothingMoves: { steps: 10 }, stepTooSmall: { log: -5.8, ratio: 1.7e-6, rate: 1e-5, advised: 0.1, optimizer: 'sgd' },
  missingClass: { class: '4', images: 982 }, sleepingClass: { class: '4', recall: 0.02, correct: 2, of: 98, accuracy: 0.84 },
  overfitting: { gap: 0.16, trainAccuracy: 1, testAccuracy: 0.84, testLoss: 0.61, least: 0.53, leastStep: 64 }, guessing: { accuracy: 0.1, chance: 0.1, classes: 10 },
}

describe.each(locales)('in %s', (locale) => {
  const formats = formatsOf(locale)
  const say = (given: Finding) => ['verdict', 'why'].map(part => `diagnosis.${given.rule}.${part}`).concat(tryKey(given, formats.text)).map(key => textIn(texts[locale], key, wordsOf(given, formats)))

  test.each(ruleIds)('%s has a verdict, its why and what to try, all with their facts', (rule) => {
    for (const sentence of say(finding({ rule, layer: 'relu1', facts: facts[rule]! }))) {
      expect(sentence).not.toMatch(/diagnosis\.|[{}]/)
      expect(sentence).not.toMatch(/은\(는\)|이\(가\)|을\(를\)|\(으\)로/)
    }
  })
})

describe('the words of a finding', () => {
  const formats = formatsOf('en')

  test('name blocks as the chain does, and write shares, counts and settings as such', () => {
    expect(wordsOf(finding({ rule: 'deadUnits', layer: 'relu1', step: 1200, facts: facts['deadUnits']! }), formats)).toMatchObject({ layer: 'ReLU 1', step: '1,200', dead: '49', images: '1,000', share: '98%', advised: '0.1' })
    expect(wordsOf(finding({ facts: facts['vanishing']! }), formats)).toMatchObject({ first: 'Affine 1', last: 'Affine 5', firstGradient: '3.00e−10', kind: 'Sigmoid' })
    expect(wordsOf(finding({ rule: 'startVariance', facts: facts['startVariance']! }), formats)).toMatchObject({ largest: '0.00400', advised: 'He' })
    expect(blockTitle('softmaxWithLoss', formats.text)).toBe('Softmax-with-Loss')
  })

  test('name the loss where no tensor was the first that was not finite', () => {
    expect(wordsOf(finding({ rule: 'notFinite', facts: { at: 3, loss: 'NaN', tensor: '' } }), formats)['tensor']).toBe('the loss')
  })

  test('advise something else where no setting would help', () => {
    const cure = { kind: 'change', change: {} } as const
    expect(tryKey(finding({ rule: 'startVariance' }), formats.text)).toBe('diagnosis.startVariance.tryNone')
    expect(tryKey(finding({ rule: 'startVariance', cure }), formats.text)).toBe('diagnosis.startVariance.try')
    expect(tryKey(finding({ rule: 'guessing' }), formats.text)).toBe('diagnosis.guessing.try')
  })
})
