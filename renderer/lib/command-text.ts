import { ariaKeys, type CommandId, keyText } from '@contract'

/** Whether shortcuts are written as on a Mac */
export const isMac = (): boolean => /^Mac/.test(navigator.platform)

/** @returns a tooltip with the shortcuts of its commands: 'Run (Space)' */
export const withKeys = (text: string, ...ids: readonly CommandId[]): string => `${text} (${ids.map(id => keyText(id, isMac())).join(' ')})`

/** @returns the shortcuts of commands for `aria-keyshortcuts` */
export const ariaKeysOf = (...ids: readonly CommandId[]): string => ariaKeys(ids, isMac())
