import { type Finding, ruleIds } from '@core'
import { describe, expect, test } from 'vitest'
import { type FindingFormats, blockTitle, causeKey, sinceKey, tryKey, wordsOf } from '../../../electron/contract/diagnosis'
import { type Locale, locales } from '../../../electron/contract/locales/list'
import { shortNumber } from '../../../electron/contract/numbers'
import { texts, textIn } from '../../../electron/contract/text'
import { findingOf } from '../../fixtures/findings'
import { runConfig } from '../../fixtures/run-config'

const formatsOf = (locale: Locale): FindingFormats => ({
  count: value => value.toLocaleString(locale), short: value => shortNumber(locale, value), plain: String, share: value => `${Math.round(100 * value)}%`,
  list: parts => new Intl.ListFormat(locale, { type: 'conjunction' }).format(parts),
  text: (key, words = {}) => { const found = textIn(texts[locale], key, words); return found === key ? null : found },
})
const run = { config: runConfig({ learningRate: 3 }), fromFile: false }
describe.each(locales)('in %s', (locale) => {
  const formats = formatsOf(locale)
  const say = (given: Finding) => ['verdict', 'why'].map(part => `diagnosis.${given.rule}.${part}`).concat(tryKey(given, formats.text)).map(key => textIn(texts[locale], key, wordsOf(given, run, formats)))

  test.each(ruleIds)('%s has a verdict, its why and what to try, all with their facts', (rule) => {
    for (const sentence of say(findingOf(rule, { layer: 'relu1' }))) {
      expect(sentence).not.toMatch(/diagnosis\.|[{}]/)
      expect(sentence).not.toMatch(/은\(는\)|이\(가\)|을\(를\)|\(으\)로/)
    }
  })

  test.each(ruleIds.filter(rule => !['inputScale', 'equalUnits', 'tooMuchDropout', 'startVariance', 'startLoss', 'missingClass'].includes(rule)))('%s says at which step its numbers were observed', (rule) => {
    expect(say(findingOf(rule, { layer: 'affine1', at: 4321, facts: { ...findingOf(rule).facts, ...rule === 'notFinite' ? { at: 4321 } : {} } })).join(' ')).toContain((4321).toLocaleString(locale))
  })

  test.each(ruleIds)('%s fits on two lines, in a narrow window on three without the step since when', (rule) => {
    const sentences = say(findingOf(rule, { layer: 'affine1', at: 12_345 }))
    const shown = [textIn(texts[locale], 'diagnosis.broken'), ...sentences].join(' ')
    const since = rule === 'notFinite' ? '' : textIn(texts[locale], 'diagnosis.since', { step: '12,345' })
    // in 12 px, on average: a Hangul character 11 px, kana and Han 12, a space 4, others 6.4; the icon 20
    const widthOf = (text: string) => [...text].reduce((sum, character) => sum + (/[가-힣]/.test(character) ? 11 : /[ぁ-んァ-ヶー一-龠、。：（）「」]/.test(character) ? 12 : character === ' ' ? 4 : 6.4), 20)
    expect(widthOf(`${shown} ${since}`), shown).toBeLessThan(1640) // while it learns in 1280 px: two lines of 920 px
    expect(widthOf(shown), shown).toBeLessThan(1340) // paused in 1024 px: three lines of 490 px
  })
})

describe('the words of a finding', () => {
  const formats = formatsOf('en')

  test('name blocks as the chain does, and write shares, counts and settings as such', () => {
    expect(wordsOf(findingOf('deadUnits', { layer: 'relu1', step: 1200 }), run, formats)).toMatchObject({ layer: 'ReLU 1', step: '1,200', dead: '49', images: '1,000', share: '98%' })
    expect(wordsOf(findingOf('vanishing'), run, formats)).toMatchObject({ first: 'Affine 1', last: 'Affine 6', firstNorm: '3.54e−9', lastNorm: '0.361' })
    expect(wordsOf(findingOf('startVariance'), run, formats)).toMatchObject({ largest: '0.00400' })
    expect(blockTitle('softmaxWithLoss', formats.text)).toBe('Softmax-with-Loss')
  })

  test('name the loss where no tensor was the first that was not finite', () => {
    expect(wordsOf(findingOf('notFinite', { facts: { at: 3, loss: 'NaN', tensor: '' } }), run, formats)['tensor']).toBe('the loss')
    expect(wordsOf(findingOf('notFinite'), run, formats)['tensor']).toBe('Affine 1 dW')
  })

  test('advise something else where no setting would help, and where a new run is needed', () => {
    const cure = { kind: 'change', change: {} } as const
    expect(tryKey(findingOf('startVariance'), formats.text)).toBe('diagnosis.startVariance.tryNone')
    expect(tryKey(findingOf('startVariance', { cure }), formats.text)).toBe('diagnosis.startVariance.try')
    expect(tryKey(findingOf('guessing'), formats.text)).toBe('diagnosis.guessing.try')
    expect(tryKey(findingOf('tooMuchDropout', { cure }), formats.text)).toBe('diagnosis.tooMuchDropout.try')
    expect(tryKey(findingOf('tooMuchDropout', { cure: { kind: 'new', config: runConfig() } }), formats.text)).toBe('diagnosis.tooMuchDropout.tryNew')
  })

  test('say since when or what the cause was, but no step twice', () => {
    expect([sinceKey(findingOf('vanishing', { step: 20, at: 40 })), sinceKey(findingOf('vanishing', { step: 40, at: 40 })), sinceKey(findingOf('vanishing', { step: 0, at: 0 }))])
      .toEqual(['diagnosis.since', null, 'diagnosis.sinceStart'])
    expect(sinceKey(findingOf('notFinite', { step: 60, at: 60 }))).toBeNull()
    const caused = findingOf('guessing', { step: 60, at: 80, facts: { causeStep: 4, causeRate: 3 } })
    expect([causeKey(caused), sinceKey(caused), causeKey({ facts: { causeStep: 0 } })]).toEqual(['diagnosis.cause', null, null])
  })
})
