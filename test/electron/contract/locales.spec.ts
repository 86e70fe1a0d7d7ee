import { errorCodes, LabError } from '@core'
import { fromWire, locales, pickLocale, replyOf, type Texts, texts, toWire, translate } from '@contract'
import { describe, expect, test } from 'vitest'

/** Every sentence of a locale by its dotted path. */
function sentences(tree: Texts, path = ''): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as const] : [...sentences(value, `${path}${key}.`)]))
}

const parametersOf = (sentence: string) => [...new Set(sentence.match(/\{\w+\}/g) ?? [])].sort()
const english = sentences(texts.en)

describe('the texts', () => {
  test('there are some', () => {
    expect(english.size).toBeGreaterThan(100)
  })

  test.each(locales)('%s has exactly the keys of English', (locale) => {
    expect([...sentences(texts[locale]).keys()].sort()).toEqual([...english.keys()].sort())
  })

  test.each(locales)('%s uses the parameters of English, and no others', (locale) => {
    const wrong = [...sentences(texts[locale])].filter(([key, sentence]) =>
      parametersOf(sentence).join() !== parametersOf(english.get(key) ?? '').join())
    expect(wrong).toEqual([])
  })

  test.each(locales)('%s has a sentence for every error that a user can meet', (locale) => {
    const there = sentences(texts[locale])
    expect(errorCodes.filter(code => !there.get(`errors.${code}`))).toEqual([])
  })

  test.each(locales)('%s has no empty sentence, and none that the message compiler would misread', (locale) => {
    const odd = [...sentences(texts[locale])].filter(([, sentence]) => !sentence.trim() || /[|@]/.test(sentence))
    expect(odd).toEqual([])
  })

  test('Korean and Japanese are written in their scripts, not left in English', () => {
    const scripts = { ko: /[가-힣]/, ja: /[぀-ヿ一-鿿]/ }
    for (const locale of ['ko', 'ja'] as const) {
      const plain = [...sentences(texts[locale])].filter(([key, sentence]) =>
        key.startsWith('errors.') && !scripts[locale].test(sentence)).map(([key]) => key)
      expect(plain).toEqual([])
    }
  })
})

describe('translate', () => {
  test('fills in the parameters', () => {
    expect(translate('en', 'errors.config.learningRate', { found: '-1', max: 100 })).toContain('-1')
  })

  test('returns the key when there is no sentence', () => {
    expect(translate('ja', 'no.such.key')).toBe('no.such.key')
  })
})

test.each([
  [['ko-KR', 'en-US'], 'ko'],
  [['fr-FR', 'ja'], 'ja'],
  [['ja_JP.UTF-8'], 'ja'],
  [['fr'], 'en'],
  [[], 'en'],
])('for %j the lab uses %s', (wanted, locale) => {
  expect(pickLocale(wanted)).toBe(locale)
})

describe('a reply', () => {
  test('carries an error across a process boundary completely', async () => {
    const thrown = new LabError('config.seed', 'seed', { found: '-1', max: 5 })
    const reply = await replyOf(() => { throw thrown })
    expect(reply.ok).toBe(false)
    if (reply.ok) return
    const back = fromWire(structuredClone(reply.error))
    expect([back.code, back.message, back.details]).toEqual([thrown.code, thrown.message, thrown.details])
  })

  test('makes an unforeseen exception an internal error with its text', () => {
    expect(toWire(new TypeError('x is not a function'))).toEqual({ code: 'internal', message: 'x is not a function', details: { found: 'x is not a function' } })
  })
})
