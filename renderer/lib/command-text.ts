import { ariaKeys, type CommandId, commands, keyText } from '@contract'

/** Whether shortcuts are written as on a Mac */
export const isMac = (): boolean => /^Mac/.test(navigator.platform)

/** @returns a tooltip with the shortcuts of its commands: 'Run (Space)' */
export const withKeys = (text: string, ...ids: readonly CommandId[]): string => `${text} (${ids.map(id => keyText(id, isMac())).join(' ')})`

/** @returns the shortcuts of commands for `aria-keyshortcuts` */
export const ariaKeysOf = (...ids: readonly CommandId[]): string => ariaKeys(ids, isMac())

/** Replaces every `[[command]]` of a text by its key: 'Press [[learn.next]]' becomes 'Press →'. */
export const withKeyNames = (text: string): string => text.replace(/\[\[([\w.]+)\]\]/g, (whole, id: string) => {
  const command = commands.find(command => command.id === id)
  return command ? keyText(command.id, isMac()) : whole
})
