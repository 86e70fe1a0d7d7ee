import { commands, keyLabel, keysOf, keyText, locales, type Texts, texts } from '@contract'
import { hintTexts } from '@lessons'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { lessons } from '../../../renderer/course/all'
import RichText from '../../../renderer/lessons/RichText.vue'
import { withKeyNames } from '../../../renderer/lib/command-text'
import { i18n } from '../../../renderer/lib/i18n'
import { fakeMain, show } from '../lab'
import { cardsOf } from '../course/wanted-by'

afterEach(() => { vi.unstubAllGlobals() })

/** Every text of a tree by its path. */
const textsIn = (tree: unknown, path = ''): (readonly [path: string, text: string])[] =>
  typeof tree === 'string' ? [[path, tree]] : Object.entries(tree as object).flatMap(([name, inner]) => textsIn(inner, path ? `${path}.${name}` : name))

describe('a sentence that names the key of a command', () => {
  test('takes it from the table: another key changes the sentence', () => {
    const sentence = (texts.en['draw'] as { paper: { keys: string } }).paper.keys
    for (const [platform, mac] of [['Linux x86_64', false], ['MacIntel', true]] as const) {
      vi.stubGlobal('navigator', { platform })
      expect(withKeyNames(sentence)).toContain(`${keyText('edit.undo', mac)} takes back`)
    }
    expect(keyText('edit.undo', false)).not.toBe(keyText('edit.undo', true))
  })

  test('does so in lessons too, beside numbers', async () => {
    fakeMain()
    const view = await show(RichText, { text: 'Press [[learn.next]] for node [[n]]', numbers: { n: '1' } })
    expect(view.text()).toBe(`Press ${keyText('learn.next', false)} for node 1`)
  })

  test('leaves a name that is no command', () => {
    expect(withKeyNames('[[1, 2]] and [[no.command]]')).toBe('[[1, 2]] and [[no.command]]')
  })

  test.each(locales)('names in %s only commands that exist', (locale) => {
    const window = textsIn(i18n.global.messages.value[locale] as unknown as Texts)
    expect(window.length).toBe(textsIn(texts[locale]).length)
    expect(window.filter(([, text]) => /\[\[[\w.]+\]\]/.test(text))).toEqual([])
    expect(textsIn(texts[locale]).filter(([, text]) => withKeyNames(text) !== text).length).toBeGreaterThanOrEqual(10)
  })

  test.each(locales)('names the same keys in %s as in English', (locale) => {
    const keysIn = (text: string) => [...text.matchAll(/\[\[\w+\.\w+\]\]/g)].map(String).sort()
    const keysOfLessons = (wanted: typeof locale) => lessons.map(({ id, texts }) => [id, ...cardsOf(texts[wanted])].map(keysIn))
    expect(keysOfLessons(locale)).toEqual(keysOfLessons('en'))
  })
})

// Sentences name keys by a placeholder, since a key written by hand stays when the table changes.
describe('a key of the table that is written by hand', () => {
  /** Keys with names of several letters, as displayed on each system, and the names that translators give them */
  const words = [...new Set(commands.flatMap(command => keysOf(command).flatMap(key => [keyLabel(key, false), keyLabel(key, true), key])))]
    .filter(label => /^(?:Ctrl\+.+|Alt\+.+|[⌘⌥⇧].+|[A-Z][a-z]+)$/.test(label))
    .map(label => label.replace(/[+.?]/g, '\\$&'))
  const patterns = [
    new RegExp(`(?<![\\w⌘⌥⇧+])(?:${words.join('|')})(?!\\w)`), /Ctrl\+|⌘|⌥/, /スペース|스페이스/, /[←→]/,
    /\b[Pp]ress [A-Z]\b|\b[A-Z] key\b|\bkey [A-Z]\b/, /(?<![\w`$])[A-Z] ?(?:キー|を[^。]*押)/, /(?<![\w`$])[A-Z](?: 키|[을를] [^.]*누)/,
  ]
  /** Without formulas, code, and the arrow from a number to its new value */
  const withoutMath = (text: string) => text.replace(/\$[^$]*\$|`[^`]*`|(?<=\]\]) → (?=\[\[)/g, '')
  const handwritten = (text: string) => patterns.some(pattern => pattern.test(withoutMath(text)))

  test.each([
    'Next (→): forward through {name}', 'press Space or N.', 'Home starts again', 'Press B again and again', 'Ctrl+Z takes back the last stroke', 'Delete clears', 'the N key',
    'スペースキーを押す', 'B を繰り返し押しましょう。', 'F キーを押して', '스페이스는 재생', 'B를 거듭 누르세요.', 'F 키를 눌러', 'Home을 누르면', '⌘Z',
  ])('is found in “%s”', (text) => {
    expect(handwritten(text)).toBe(true)
  })

  test.each(['Press [[learn.next]] once', 'The spaces at home', 'the gradient of `B`', '$x → y$', '[[loss]] → [[moved]]', 'Enter puts it away', 'Arrow keys move from cell to cell.', '행렬 W를 곱합니다'])('is not found in “%s”', (text) => {
    expect(handwritten(text)).toBe(false)
  })

  /** Arrows that are a direction of flow or of an axis, or lead from a class to the answer or from a value to the next one, and the entry of the native menu that deletes text. */
  const noKeys = new Set(['train.network.forwardDetail', 'train.units.axes', 'train.units.axesPart', 'train.mistakes.pair', 'train.chart.changed', 'menu.delete'])

  test.each(locales)('is in no text of the window or of a lesson in %s', (locale) => {
    const window = textsIn(texts[locale]).filter(([path]) => !path.startsWith('cli.'))
    const all = [...window, ...textsIn(hintTexts[locale]), ...lessons.flatMap(lesson => textsIn(lesson.texts[locale]))]
    expect(all.length).toBeGreaterThan(500)
    expect(all.filter(([path, text]) => !noKeys.has(path) && handwritten(text))).toEqual([])
  })
})
