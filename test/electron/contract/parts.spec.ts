import { fromWire, paragraph, pickLocale, replyOf, toWire, translate } from '@contract'
import { LabError } from '@core'
import { describe, expect, test } from 'vitest'

describe('an error that crosses a process boundary', () => {
  test('keeps its code, its message and its details', () => {
    const error = new LabError('file.full', 'the disk is full', { file: 'a.txt', n: 3 })
    expect(toWire(error)).toEqual({ code: 'file.full', message: 'the disk is full', details: { file: 'a.txt', n: 3 } })
    expect(fromWire(toWire(error))).toMatchObject({ code: 'file.full', message: 'the disk is full', details: { file: 'a.txt', n: 3 } })
    expect(fromWire(toWire(error))).toBeInstanceOf(LabError)
  })

  test.each([[new TypeError('oh'), 'oh'], ['thrown', 'thrown'], [7, '7'], [null, 'null'], [undefined, 'undefined'], [Object.create(null), 'object'], [Symbol('s'), 'Symbol(s)']])('is an internal error when it is not a LabError: %s', (cause, found) => {
    expect(toWire(cause)).toEqual({ code: 'internal', message: found, details: { found } })
  })

  test('is short, whatever it quotes; of a path its end is kept', () => {
    const { message, details } = toWire(new LabError('file.full', 'm'.repeat(5000), { file: `/${'x'.repeat(5000)}/end.json`, found: `begin${'y'.repeat(5000)}` }))
    expect([message.length <= 201, String(details['file']).length <= 201, String(details['found']).length <= 201]).toEqual([true, true, true])
    expect(String(details['file'])).toMatch(/end\.json$/)
    expect(String(details['found'])).toMatch(/^begin/)
  })

  test('is an ordinary reply', async () => {
    expect(await replyOf(() => 7)).toEqual({ ok: true, value: 7 })
    expect(await replyOf(() => Promise.resolve(null))).toEqual({ ok: true, value: null })
    expect(await replyOf(() => { throw new LabError('file.full', 'full', {}) })).toEqual({ ok: false, error: { code: 'file.full', message: 'full', details: {} } })
    expect(await replyOf(() => Promise.reject(new TypeError('oh')))).toMatchObject({ ok: false, error: { code: 'internal' } })
  })
})

describe('a sentence', () => {
  test('is filled with its parameters; a missing one stays as it is written', () => {
    expect(translate('en', 'suggestion.meant', { suggestion: 'train' })).toBe('Did you mean train?')
    expect(translate('en', 'suggestion.meant', {})).toBe('Did you mean {suggestion}?')
    expect(translate('en', 'suggestion.meant', { suggestion: 0 })).toBe('Did you mean 0?')
  })

  test.each(['', 'suggestion', 'nothing', 'suggestion.nothing', 'suggestion.meant.more'])('that does not exist is its key: "%s"', (key) => {
    expect(translate('en', key)).toBe(key)
  })

  test('ends with its language’s full stop before another, unless it has an end', () => {
    expect(paragraph('en', ['One', 'Two?', 'Three'])).toBe('One. Two? Three')
    expect(paragraph('en', ['Said: "yes."', 'Two'])).toBe('Said: "yes." Two')
    expect(paragraph('ko', ['하나', '', '둘'])).toBe('하나. 둘')
    expect(paragraph('ja', ['一つ', '二つ。', '三つ'])).toBe('一つ。二つ。三つ')
    expect([paragraph('en', ['One']), paragraph('en', [])]).toEqual(['One', ''])
  })
})

describe('the language', () => {
  test.each([[['ko-KR'], 'ko'], [['fr', 'ja_JP.UTF-8'], 'ja'], [['EN'], 'en'], [['fr', 'de'], 'en'], [[], 'en'], [['C'], 'en'], [['korean', 'ja'], 'ja'], [['ja', 'ko'], 'ja']])('of %j is %s', (wanted, expected) => {
    expect(pickLocale(wanted)).toBe(expected)
  })
})
