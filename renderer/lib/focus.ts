import { keyOf } from './keys'

/** Whether the focus is in a field whose text or choice the keys change: not a radio button, a checkbox or a slider. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.matches('input:not([type=radio], [type=checkbox], [type=range]), select, textarea') || target.isContentEditable)

/** Whether a dialog or a menu covers the room and takes the keys. */
export const isCovered = (): boolean => document.querySelector('dialog[open], [popover]:popover-open') !== null

/** Whether the element with the focus reacts to this key by itself; to none with Alt. A focused radio button is chosen already: it leaves Space alone. */
export function belongsToFocus(event: KeyboardEvent): boolean {
  const { target } = event
  if (!(target instanceof HTMLElement) || event.altKey) return false
  const key = keyOf(event)
  const taking = (selector: string) => target.closest(selector) !== null
  if (key === ' ' || key === 'Enter') return taking('button, summary, a, [role=button], [type=checkbox]')
  if (key.startsWith('Arrow')) return taking('input, [role=slider], [role=separator], [role=tab], [role=menu]')
  return ['Home', 'End', '+', '-'].includes(key) && taking('input:not([type=radio]), [role=slider], [role=separator], [role=tab], [role=menu]')
}
