import { plainText } from '@core'

/** Whether an input method has the key: it chooses and confirms letters with Enter, Escape, Space and the arrows. */
const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229

/**
 * A handler of keys that is silent while a word is composed. Every handler of the window is one.
 * @param handle may take what the template hands over besides the event
 */
export const unlessComposing = <Rest extends readonly unknown[]>(handle: (event: KeyboardEvent, ...rest: Rest) => void) =>
  (event: KeyboardEvent, ...rest: Rest): void => { if (!isComposing(event)) handle(event, ...rest) }

/** What a key types on the layout that the keys' own names come from. */
const signKeys: Readonly<Record<string, readonly [plain: string, shifted: string]>> = { Slash: ['/', '?'], Minus: ['-', '_'], Equal: ['=', '+'], NumpadAdd: ['+', '+'], NumpadSubtract: ['-', '-'], Space: [' ', ' '] }

/**
 * A key as commands name it: a small Latin letter, a sign, or the name of a key such as Home. Where the layout or the input method
 * gives no Latin letter, the key’s place counts: a letter of Hangul, kana or Cyrillic on the key N is n. Another Latin layout counts as it is labelled.
 */
export function keyOf({ key, code, shiftKey }: KeyboardEvent): string {
  if (/^[\x20-\x7e]$/.test(key)) return key.toLowerCase()
  if (/^[A-Z][A-Za-z0-9]+$/.test(key) && key !== 'Process' && key !== 'Unidentified') return key
  const plain = plainText(key).text
  if (/^[\x20-\x7e]$/.test(plain)) return plain.toLowerCase()
  if (/^\p{Script=Latin}+$/u.test(key) && key !== 'Process' && key !== 'Unidentified') return key.toLowerCase()
  const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1]
  return place?.toLowerCase() ?? signKeys[code]?.[shiftKey ? 1 : 0] ?? key
}
