import { type Finding, ruleIds } from '@core'
import { describe, expect, test } from 'vitest'
import { type FindingFormats, blockTitle, tryKey, wordsOf } from '../../../electron/contract/diagnosis'
import { type Locale, locales } from '../../../electron/contract/locales/list'
import { shortNumber } from '../../../electron/contract/numbers'
import { texts, textIn } from '../../../electron/contract/text'
import { findingOf } from '../../fixtures/findings'

const formatsOf = (locale: Locale): FindingFormats => ({
  count: value => value.toLocaleString(locale), short: value => shortNumber(locale, value), plain: String, share: value => `${Math.round(100 * value)}%`,
  text: (key) => { const found = textIn(texts[locale], key); return found === key ? null : found },
})
/** Rules with a cure: their button says what to try. */
const isAdvisedByButton = (rule: string) => !['inputScale', 'missingClass', 'sleepingClass', 'overfitting', 'guessing'].includes(rule)

describe.each(locales)('in %s', (locale) => {
  const formats = formatsOf(locale)
  const say = (given: Finding) => ['verdict', 'why'].map(part => `diagnosis.${given.rule}.${part}`).concat(tryKey(given, formats.text)).map(key => textIn(texts[locale], key, wordsOf(given, formats)))

  test.each(ruleIds)('%s has a verdict, its why and what to try, all with their facts', (rule) => {
    for (const sentence of say(findingOf(rule, { layer: 'relu1' }))) {
      expect(sentence).not.toMatch(/diagnosis\.|[{}]/)
      expect(sentence).not.toMatch(/은\(는\)|이\(가\)|을\(를\)|\(으\)로/)
    }
  })

  test.each(ruleIds)('%s fits on two lines, in a narrow window without the advice that its button gives', (rule) => {
    const [verdict = '', why = '', ...advice] = say(findingOf(rule, { layer: 'affine1' }))
    const always = [verdict, why, textIn(texts[locale], 'diagnosis.since', { step: '12,345' }), textIn(texts[locale], isAdvisedByButton(rule) ? 'diagnosis.broken' : 'diagnosis.warn')].join(' ')
    // in 12 px, on average: a Hangul character 11 px, kana and Han 12, a space 4, others 6.4; the icon 20
    const widthOf = (text: string) => [...text].reduce((sum, character) => sum + (/[가-힣]/.test(character) ? 11 : /[ぁ-んァ-ヶー一-龠、。：（）「」]/.test(character) ? 12 : character === ' ' ? 4 : 6.4), 20)
    const withAdvice = widthOf([always, ...advice].join(' '))
    expect(withAdvice, always).toBeLessThan(1420) // 1280 px: two lines of 724 px
    const [shown, most] = isAdvisedByButton(rule) ? [widthOf(always), 980] : [withAdvice, 1090] // 1024 px: of 506 px with a button, of 556 px without
    expect(shown, always).toBeLessThan(most)
  })
})

describe('the words of a finding', () => {
  const formats = formatsOf('en')

  test('name blocks as the chain does, and write shares, counts and settings as such', () => {
    expect(wordsOf(findingOf('deadUnits', { layer: 'relu1', step: 1200 }), formats)).toMatchObject({ layer: 'ReLU 1', step: '1,200', dead: '49', images: '1,000', share: '98%', advised: '0.1' })
    expect(wordsOf(findingOf('vanishing'), formats)).toMatchObject({ first: 'Affine 1', last: 'Affine 6', firstGradient: '3.00e−10', kind: 'Sigmoid' })
    expect(wordsOf(findingOf('startVariance'), formats)).toMatchObject({ largest: '0.00400', advised: 'He' })
    expect(blockTitle('softmaxWithLoss', formats.text)).toBe('Softmax-with-Loss')
  })

  test('name the loss where no tensor was the first that was not finite', () => {
    expect(wordsOf(findingOf('notFinite', { facts: { at: 3, loss: 'NaN', tensor: '' } }), formats)['tensor']).toBe('the loss')
    expect(wordsOf(findingOf('notFinite'), formats)['tensor']).toBe('Affine 1 dW')
  })

  test('advise something else where no setting would help', () => {
    const cure = { kind: 'change', change: {} } as const
    expect(tryKey(findingOf('startVariance'), formats.text)).toBe('diagnosis.startVariance.tryNone')
    expect(tryKey(findingOf('startVariance', { cure }), formats.text)).toBe('diagnosis.startVariance.try')
    expect(tryKey(findingOf('guessing'), formats.text)).toBe('diagnosis.guessing.try')
  })
})
