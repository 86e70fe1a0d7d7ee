import type { CommandId } from '@contract'
import { inject, type InjectionKey } from 'vue'

/** What a button asks of the commands. */
export interface CommandButtons {
  /** Whether the command has an effect now. @param button the element, which tells panels with commands of their own apart */
  canRun: (id: CommandId, button: Element | null) => boolean
  /** Does what the command's key does. */
  run: (id: CommandId, button: Element | null) => void
}

/** Provided by the window: its table of commands. */
export const commandButtonsKey: InjectionKey<CommandButtons> = Symbol('command buttons')

export function useCommandButtons(): CommandButtons {
  const buttons = inject(commandButtonsKey)
  if (!buttons) throw new TypeError('nobody provides commandButtonsKey')
  return buttons
}
