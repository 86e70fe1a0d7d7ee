import { describe, expect, test, vi } from 'vitest'
import { keyOf, unlessComposing } from '../../../renderer/lib/keys'

const files = import.meta.glob<string>('../../../renderer/**/*.{vue,ts}', { query: '?raw', import: 'default', eager: true })

/** The key handlers of a file: those named in its template, and those it registers with a listener. */
const handlersIn = (code: string): readonly string[] => [
  ...[...code.matchAll(/(?:@|v-on:)key(?:down|up|press)[\w.-]*="([^"]*)"/g)].map(match => match[1]!),
  ...[...code.matchAll(/[aA]ddEventListener\(\s*'key(?:down|up|press)',\s*([^,)]+)/g)].map(match => match[1]!),
  ...[...code.matchAll(/\bon[kK]ey(?:down|up|press)\b\s*[=:]\s*([^\s,]+)/g)].map(match => match[1]!),
]
/**
 * A handler ignores key events during composition when it is created by `unlessComposing` and receives the event.
 * The file itself may create it, or the composable that it comes from: `escape` or `field.escape`.
 */
function isSilent(code: string, handler: string, sources: Readonly<Record<string, string>> = files): boolean {
  const [, owner, name] = /^(?:(\w+)\.)?(\w+)(?:\(\$event\b[^)]*\))?$/.exec(handler) ?? []
  if (name === undefined) return false
  const made = new RegExp(`\\bconst ${name} = unlessComposing\\(`)
  if (owner === undefined && made.test(code)) return true
  const composable = new RegExp(`\\bconst ${owner ?? `\\{[^}]*\\b${name}\\b[^}]*\\}`} = (use\\w+)\\(`).exec(code)?.[1]
  return composable !== undefined && Object.entries(sources).some(([file, source]) => file.endsWith(`/${composable}.ts`) && made.test(source))
}

describe('every key handler in the window', () => {
  const all = Object.entries(files).flatMap(([file, code]) => handlersIn(code).map(handler => ({ file, code, handler })))

  test('ignores composition', () => {
    expect(all.filter(({ code, handler }) => !isSilent(code, handler)).map(({ file, handler }) => `${file}: ${handler}`)).toEqual([])
    expect(all.length).toBeGreaterThan(18)
  })

  test('is found in its file', () => {
    const spelled = ['<input @keydown.esc="leave">', '<input v-on:keydown="leave">', '<input @keyup.enter="leave($event, 1)">', 'document.addEventListener(\'keydown\', leave)', 'now?.addEventListener(\'keypress\', leave, true)', 'element.onkeydown = leave']
    for (const code of spelled) {
      expect(handlersIn(code)[0]).toMatch(/^leave/)
      expect(isSilent(code, handlersIn(code)[0]!)).toBe(false)
      expect(isSilent(`const leave = unlessComposing(() => undefined)\n${code}`, handlersIn(code)[0]!)).toBe(true)
    }
    expect(isSilent('const leave = unlessComposing(f)', 'field?.blur()')).toBe(false)
  })

  test.each([['const { leave, text } = useField()', 'leave'], ['const field = useField({ now: () => 1 })', 'field.leave']])('comes from a composable: %s', (code, handler) => {
    expect(isSilent(code, handler, { '../useField.ts': 'const leave = unlessComposing(f)' })).toBe(true)
    expect(isSilent(code, handler, { '../useField.ts': 'const leave = () => f()' })).toBe(false)
    expect(isSilent(code, handler, { '../useOther.ts': 'const leave = unlessComposing(f)' })).toBe(false)
  })
})

describe('a handler', () => {
  const event = (options: KeyboardEventInit & { keyCode?: number }) => new KeyboardEvent('keydown', options)

  test.each([
    ['while a word is composed', { key: 'Enter', isComposing: true }, 0], ['at the key that begins a composition', { key: 'Process', keyCode: 229 }, 0], ['after it', { key: 'Enter' }, 1],
  ])('%s is called %#', (_, options, times) => {
    const handle = vi.fn()
    unlessComposing(handle)(event(options))
    expect(handle).toHaveBeenCalledTimes(times)
  })

  test('forwards further arguments of the event', () => {
    const handle = vi.fn()
    const enter = event({ key: 'Enter' })
    unlessComposing(handle)(enter, 3)
    expect(handle).toHaveBeenCalledWith(enter, 3)
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
