import { isKey, keyOf } from './keys'

/** Whether keys change the text or selection of the focused field; not so for radio buttons, checkboxes and sliders. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.matches('input:not([type=radio], [type=checkbox], [type=range]), select, textarea') || target.isContentEditable)

/** Whether a key belongs to the text being typed: not with Alt, and in a field of one line no page key. */
export const isTyped = (event: KeyboardEvent): boolean =>
  isTyping(event.target) && !event.altKey && !(/^Page(?:Up|Down)$/.test(event.key) && (event.target as HTMLElement).matches('input'))

/** Whether a key would select the text of the whole window; in a text field it selects the field's text. */
export const selectsPage = (event: KeyboardEvent): boolean => isKey('Ctrl+A', event) && !(isTyping(event.target) && !(event.target as HTMLElement).matches('select'))

/** Whether an open dialog or menu receives the keys instead of the room. A card beside the work, shown or pinned, does not. */
export const isCovered = (): boolean => document.querySelector('dialog[open], [popover]:not([popover=manual], [popover=hint]):popover-open') !== null

/** Whether the focused element handles this key itself; never with Ctrl, Cmd or Alt, which make it a command. */
export function belongsToFocus(event: KeyboardEvent): boolean {
  const { target } = event
  if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return false
  const key = keyOf(event)
  const taking = (selector: string) => target.closest(selector) !== null
  if (key === ' ' || key === 'Enter') return taking('button, summary, a, [role=button], [type=checkbox]') || (key === ' ' && taking('[type=radio]:not(:checked)')) // a checked one does nothing with it
  if (key.startsWith('Arrow')) return taking('input, [role=slider], [role=separator], [role=tab], [role=menu]')
  // a slider that names them as shortcuts leaves them to its commands
  if (['+', '-'].includes(key) && taking('[role=slider][aria-keyshortcuts]')) return false
  return ['Home', 'End', '+', '-'].includes(key) && taking('input:not([type=radio]), [role=slider], [role=separator], [role=tab], [role=menu]')
}
