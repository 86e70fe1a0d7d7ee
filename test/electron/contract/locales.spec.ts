import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCodes, LabError } from '@core'
import { fromWire, languages, locales, pickLocale, replyOf, type Texts, texts, toWire, translate } from '@contract'
import { describe, expect, onTestFinished, test } from 'vitest'
import { gapsOf, languagesFolder } from '../../../languages.config'

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

  test.each(locales)('%s has a folder with everything that English has: window, lessons, hints', (locale) => {
    expect(gapsOf(locale)).toEqual([])
  })

  test('every folder is in the list', () => {
    expect(readdirSync(languagesFolder, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name).sort()).toEqual([...locales].sort())
  })

  test('each language has a name of its own', () => {
    expect(new Set(locales.map(locale => languages[locale].name)).size).toBe(locales.length)
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

describe('a language with a gap is not built:', () => {
  /** What is said of Korean after a change of one of its files. */
  function gapsAfter(change: (folder: string) => void): string[] {
    const folder = mkdtempSync(join(tmpdir(), 'lab-languages-'))
    onTestFinished(() => { rmSync(folder, { recursive: true }) })
    cpSync(languagesFolder, folder, { recursive: true })
    change(join(folder, 'ko'))
    return gapsOf('ko', folder)
  }
  const edit = (file: string, from: string, to: string) => (folder: string) => {
    const before = readFileSync(join(folder, file), 'utf8')
    expect(before).toContain(from)
    writeFileSync(join(folder, file), before.replace(from, to))
  }

  test.each([
    ['a lesson', (folder: string) => { rmSync(join(folder, 'lessons/12-relu.json')) }, ['ko/lessons/12-relu.json is missing']],
    ['a key', edit('lessons/12-relu.json', '"summary"', '"sumary"'), ['ko/lessons/12-relu.json lacks summary', 'ko/lessons/12-relu.json has sumary, which English does not have']],
    ['a hint', edit('hints.json', '"kink"', '"kinks"'), ['ko/hints.json lacks kink', 'ko/hints.json has kinks, which English does not have']],
    ['a parameter', edit('texts.json', '{reason}', ''), ['ko/texts.json fills in other parameters at shell.fault.lost than English']],
    ['its name', edit('language.json', '"name"', '"title"'), ['ko/language.json lacks name', 'ko/language.json has title, which English does not have']],
    ['all of it', (folder: string) => { rmSync(folder, { recursive: true }) }, ['ko has no folder']],
  ] as const)('without %s', (_, change, gaps) => {
    expect(gapsAfter(change)).toEqual(gaps)
  })

  test('nor is one with a file that English does not have', () => {
    expect(gapsAfter((folder) => { writeFileSync(join(folder, 'lessons/99-more.json'), '{}') })).toEqual(['ko/lessons/99-more.json belongs to nothing'])
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
