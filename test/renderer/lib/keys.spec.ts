import { describe, expect, test, vi } from 'vitest'
import { isKey, keyOf, onWidgetKeys, unlessComposing, type WidgetPattern, widgetKeys } from '../../../renderer/lib/keys'

describe('a handler', () => {
  const event = (options: KeyboardEventInit & { keyCode?: number }) => new KeyboardEvent('keydown', options)

  test.each([
    ['while a word is composed', { key: 'Enter', isComposing: true }, 0], ['at the key that begins a composition', { key: 'Process', keyCode: 229 }, 0], ['after it', { key: 'Enter' }, 1],
  ])('%s is called %#', (_, options, times) => {
    const handle = vi.fn()
    unlessComposing(handle)(event(options))
    expect(handle).toHaveBeenCalledTimes(times)
  })
})

describe('a handler of a widget', () => {
  const pressed = (pattern: WidgetPattern, options: KeyboardEventInit & { keyCode?: number }) => {
    const handle = vi.fn()
    onWidgetKeys(pattern, handle)(new KeyboardEvent('keydown', options))
    return handle.mock.calls.length === 1
  }

  test.each(Object.entries(widgetKeys) as [WidgetPattern, readonly string[]][])('%s sees its own keys, with Shift too: %j', (pattern, keys) => {
    for (const key of keys) expect([pressed(pattern, { key }), pressed(pattern, { key, shiftKey: true })]).toEqual([true, true])
  })

  test.each(Object.keys(widgetKeys) as WidgetPattern[])('%s sees no letter and no sign; only answers are chosen and ordered by digits, and only on paper the pen is put down by Space', (pattern) => {
    expect(pressed(pattern, { key: ' ' })).toBe(pattern === 'paper')
    for (const key of ['f', '?', '+', '0', 'Delete']) expect(pressed(pattern, { key })).toBe(false)
    expect(pressed(pattern, { key: '1' })).toBe(['choices', 'order'].includes(pattern))
  })

  test('leaves keys with Ctrl, Cmd and Alt to commands, and all keys to an input method', () => {
    for (const held of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { isComposing: true }, { keyCode: 229 }])
      expect(pressed('tabs', { key: 'ArrowRight', ...held })).toBe(false)
  })

  test('forwards further arguments of the event', () => {
    const handle = vi.fn()
    const enter = new KeyboardEvent('keydown', { key: 'Enter' })
    onWidgetKeys('field', handle)(enter, 3)
    expect(handle).toHaveBeenCalledWith(enter, 3)
  })
})

describe('a key of the table', () => {
  const is = (wanted: string, key: string, options: KeyboardEventInit = {}) => isKey(wanted, new KeyboardEvent('keydown', { key, ...options }))

  test.each<[string, string, KeyboardEventInit]>([
    ['F', 'f', {}], ['F', 'F', { shiftKey: true }], ['N', 'ㅜ', { code: 'KeyN' }], ['Space', ' ', {}], ['ArrowLeft', 'ArrowLeft', {}], ['?', '?', { shiftKey: true }], ['+', '+', {}],
    ['Ctrl+Z', 'z', { ctrlKey: true }], ['Ctrl+Z', 'z', { metaKey: true }], ['Ctrl+Shift+N', 'N', { ctrlKey: true, shiftKey: true }], ['Alt+ArrowLeft', 'ArrowLeft', { altKey: true }], ['1-9', '7', {}],
  ])('%s is pressed as %s with %j', (wanted, key, options) => {
    expect(is(wanted, key, options)).toBe(true)
  })

  test.each<[string, string, KeyboardEventInit]>([
    ['F', 'g', {}], ['F', 'f', { ctrlKey: true }], ['F', 'f', { altKey: true }], ['Ctrl+Z', 'z', {}], ['Ctrl+Z', 'Z', { ctrlKey: true, shiftKey: true }], ['Ctrl+Z', 'z', { ctrlKey: true, altKey: true }],
    ['Ctrl+Shift+N', 'n', { ctrlKey: true }], ['Alt+ArrowLeft', 'ArrowLeft', { altKey: true, shiftKey: true }], ['1-9', '0', {}], ['1-9', '-', {}], ['Space', 'Space', {}],
  ])('%s is not %s with %j', (wanted, key, options) => {
    expect(is(wanted, key, options)).toBe(false)
  })
})

describe('a key', () => {
  test.each<[string, string, string, string]>([
    ['Korean', 'ㅜ', 'KeyN', 'n'], ['Korean, shifted', 'ㄸ', 'KeyE', 'e'], ['Japanese kana', 'み', 'KeyN', 'n'], ['Cyrillic', 'т', 'KeyN', 'n'], ['Cyrillic, shifted', 'Т', 'KeyN', 'n'], ['Greek', 'ν', 'KeyN', 'n'], ['Hebrew', 'מ', 'KeyN', 'n'], ['Arabic with two letters', 'لا', 'KeyB', 'b'],
    ['a key that the input method keeps', 'Process', 'KeyN', 'n'], ['kana on a digit', 'ぬ', 'Digit1', '1'],
    ['Dvorak, by its label', 'n', 'KeyL', 'n'], ['AZERTY, by its label', 'z', 'KeyW', 'z'], ['QWERTZ, by its label', 'z', 'KeyY', 'z'], ['Latin with an accent', 'ñ', 'Semicolon', 'ñ'], ['capitals', 'N', 'KeyN', 'n'],
    ['full width', 'Ｎ', 'KeyN', 'n'], ['full-width space', '\u3000', 'Space', ' '], ['full-width plus', '＋', 'Semicolon', '+'], ['length mark', 'ー', 'Minus', '-'], ['Japanese slash', '・', 'Slash', '/'], ['full-width digit', '３', 'Digit3', '3'],
    ['an arrow', 'ArrowRight', 'ArrowRight', 'ArrowRight'], ['Home', 'Home', 'Home', 'Home'], ['F2', 'F2', 'F2', 'F2'], ['space', ' ', 'Space', ' '],
  ])('of %s, %s at %s, is %j', (_, key, code, name) => {
    expect(keyOf(new KeyboardEvent('keydown', { key, code }))).toBe(name)
  })

  test('with Shift is the other character of its position', () => {
    expect(keyOf(new KeyboardEvent('keydown', { key: '・', code: 'Slash', shiftKey: true }))).toBe('?')
  })
})
