/** Whether a key belongs to the field that has the focus: a text, a list, not a switch or a slider. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.matches('input:not([type=radio], [type=checkbox], [type=range]), select, textarea') || target.isContentEditable)

/** Whether something lies over the room and takes the keys: a dialog or a menu. */
export const isCovered = (): boolean => document.querySelector('dialog[open], [popover]:popover-open') !== null
