import { chordOf } from '@contract'
import { plainText } from '@core'

/** Whether an input method handles the key: Enter, Escape, Space and arrows then choose and confirm characters. */
const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229

/** A key handler that ignores keys while a word is being composed. */
export const unlessComposing = (handle: (event: KeyboardEvent) => void) =>
  (event: KeyboardEvent): void => { if (!isComposing(event)) handle(event) }

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

/**
 * Keys of focused widgets, by their pattern in the ARIA Authoring Practices. All other keys are commands
 * (`electron/contract/commands.ts`), and so are all keys with Ctrl, Cmd or Alt.
 * @source https://www.w3.org/WAI/ARIA/apg/patterns/
 */
export const widgetKeys = {
  /** Commit, revert, and step the number of a text field. */
  field: ['Enter', 'Escape', 'ArrowUp', 'ArrowDown'],
  /** Move between the cells of a tensor or to another page; Enter pins, opens or edits one, F2 edits it, Escape frees it. */
  grid: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'Enter', 'F2', 'Escape'],
  /** Enter begins: move a pen from cell to cell; Space puts it down or up, Escape leaves it. */
  paper: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'Enter', ' ', 'Escape'],
  /** Move between the nodes of a graph; Enter opens one. */
  graph: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Enter'],
  /** A group of radio buttons, which the browser moves in; Enter opens the chosen one. */
  chain: ['Enter'],
  tabs: ['ArrowLeft', 'ArrowRight', 'Home', 'End'],
  /** A window splitter; Enter collapses the pane. */
  splitter: ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'Enter'],
  list: ['ArrowUp', 'ArrowDown', 'Home', 'End'],
  /** Move between the answers to a question; a digit chooses one. */
  choices: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', ...digits],
  /** Move a step up or down, or to the place of a digit. */
  order: ['ArrowUp', 'ArrowDown', ...digits],
  /** Move between the buttons of a group that is one stop of the Tab key. */
  toolbar: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'],
  /** Go one level back; in a text field Backspace deletes. */
  levels: ['Escape', 'Backspace'],
  /** Close a card, or show the next one of the same control. */
  dialog: ['Escape', 'F1'],
  /** A slider over an axis, with a window on it: page keys move the window; Enter chooses the place, Escape leaves it. */
  axis: ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown', 'Enter', 'Escape'],
  slider: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'],
  /** Steps and epochs of a training, its beginning and the present */
  timeline: ['ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type WidgetPattern = keyof typeof widgetKeys

/**
 * Wraps a key handler of a widget: it is called only for the keys of its pattern, and never while an input method is
 * composing.
 * @param handle also receives what the template passes besides the event
 */
export const onWidgetKeys = <Rest extends readonly unknown[]>(pattern: WidgetPattern, handle: (event: KeyboardEvent, ...rest: Rest) => void) =>
  (event: KeyboardEvent, ...rest: Rest): void => {
    const keys: readonly string[] = widgetKeys[pattern]
    if (!isComposing(event) && !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(event.key)) handle(event, ...rest)
  }

/** The characters that a key types on a US layout */
const signKeys: Readonly<Record<string, readonly [plain: string, shifted: string]>> = { Slash: ['/', '?'], Minus: ['-', '_'], Equal: ['=', '+'], NumpadAdd: ['+', '+'], NumpadSubtract: ['-', '-'], Space: [' ', ' '] }

/**
 * The name of a key: a lower-case Latin letter, a sign, or a word such as Home. If the layout or input method gives no
 * Latin letter, the key's position decides: a Hangul, kana or Cyrillic letter on the key N is n. Other Latin layouts
 * count as labelled.
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

/**
 * Whether an event matches a shortcut of the command table. Shift counts only together with Ctrl or Alt: alone it is
 * often needed to type a sign.
 * @param wanted as in the table: 'Ctrl+Shift+N', 'Space', '1-9'
 */
export function isKey(wanted: string, event: KeyboardEvent): boolean {
  const { ctrl, alt, shift, name } = chordOf(wanted)
  const modified = ctrl || alt
  if ((event.ctrlKey || event.metaKey) !== ctrl || event.altKey !== alt || (modified && event.shiftKey !== shift)) return false
  const key = keyOf(event)
  if (name === '1-9') return /^[1-9]$/.test(key)
  return key === (name === 'Space' ? ' ' : name.length === 1 ? name.toLowerCase() : name)
}
