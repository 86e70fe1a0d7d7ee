import { type Command, type CommandId, commandOf, commands, isIn, isOffered, keysOf } from '@contract'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowReactive } from 'vue'
import { listen } from '../lib/bridge'
import { belongsToFocus, isCovered, isTyped, isTyping, selectsPage } from '../lib/focus'
import { isKey, unlessComposing } from '../lib/keys'
import { useRoom } from './room'
import { useSettings } from './settings'

/** @param event omitted where the native menu or a button asks */
export type CommandAction = (event?: KeyboardEvent) => unknown

/** What a command does; while it is not enabled, keys, menu and buttons have no effect. */
export type CommandHandler = CommandAction | { readonly run: CommandAction, readonly enabled: () => boolean }

const isEnabled = (handler: CommandHandler): boolean => typeof handler === 'function' || handler.enabled()
function perform(handler: CommandHandler, event?: KeyboardEvent): void {
  if (!isEnabled(handler)) return
  const action = typeof handler === 'function' ? handler : handler.run
  if (event) action(event)
  else action()
}

interface Registration {
  readonly handlers: Readonly<Partial<Record<CommandId, CommandHandler>>>
  readonly when: () => boolean
  readonly within?: () => HTMLElement | null
}

/** Edit commands of a focused text field, by their `execCommand` names */
const fieldEdits: Readonly<Partial<Record<CommandId, string>>> = { 'edit.undo': 'undo', 'edit.redo': 'redo' }

/** The commands that are available now. Holds the window's only key listener, and the listener for the native menu. */
export const useCommandTable = defineStore('commands', () => {
  const room = useRoom()
  const settings = useSettings()
  const registrations = shallowReactive<Registration[]>([])

  /** The latest registration wins, so that a room's handler overrides the one for all rooms. */
  function handlerOf(command: Command, target: EventTarget | null): CommandHandler | undefined {
    if (!isOffered(command, settings.settings.level)) return undefined
    const here = isIn(command, room.screen)
    return registrations.findLast(({ handlers, when, within }) =>
      handlers[command.id] && when() && (within ? target instanceof Node && within()?.contains(target) : here))?.handlers[command.id]
  }

  const onKey = unlessComposing((event) => {
    const { target } = event
    if (selectsPage(event)) event.preventDefault()
    if (event.defaultPrevented || isCovered() || belongsToFocus(event) || isTyped(event)) return
    for (const command of commands) {
      if (!keysOf(command).some(key => isKey(key, event)) || (event.repeat && !command.repeats)) continue
      const handler = handlerOf(command, target)
      if (!handler) continue
      event.preventDefault()
      perform(handler, event)
      return
    }
  })
  function choose(id: CommandId) {
    const edit = fieldEdits[id]
    if (edit !== undefined && isTyping(document.activeElement)) document.execCommand(edit)
    else if (edit === undefined || !isCovered()) {
      const handler = handlerOf(commandOf(id), document.activeElement)
      if (handler) perform(handler)
    }
  }
  /** The handler for a button, which is visible only in the rooms of its command. */
  const registered = (id: CommandId, button: Element | null) => registrations.findLast(({ handlers, when, within }) =>
    handlers[id] && when() && (!within || (button && within()?.contains(button))))?.handlers[id]
  /** Does what the key of a command does, when its button is pressed. */
  function run(id: CommandId, button: Element | null = null) {
    const handler = registered(id, button)
    if (handler) perform(handler)
  }
  /** Whether a command has an effect now; otherwise its button is disabled. */
  function canRun(id: CommandId, button: Element | null = null): boolean {
    const handler = registered(id, button)
    return handler !== undefined && isEnabled(handler)
  }
  document.addEventListener('keydown', onKey)
  const stop = listen('menu', choose)
  onScopeDispose(() => { document.removeEventListener('keydown', onKey); stop() })

  function register(registration: Registration): () => void {
    registrations.push(registration)
    return () => { registrations.splice(registrations.indexOf(registration), 1) }
  }
  /**
   * The commands with an effect on the current screen, in the order of the table; undo and redo always, since they work
   * in text fields
   */
  const active = computed(() => commands.filter(command => command.role !== undefined || command.id in fieldEdits || handlerOf(command, null) !== undefined || isOfElement(command)))
  /** Whether a command of this room works while an element that is shown has the focus. */
  const isOfElement = (command: Command): boolean => isOffered(command, settings.settings.level) && isIn(command, room.screen)
    && registrations.some(({ handlers, when, within }) => handlers[command.id] && within?.() && when())
  return { register, active, run, canRun }
})

/**
 * Registers handlers of commands for the lifetime of the current scope.
 * @param handlers by id
 * @param options.when a further condition besides the command's room
 * @param options.within the commands work while this element has the focus, in any room
 */
export function useCommands(handlers: Registration['handlers'], { when = () => true, within }: Partial<Omit<Registration, 'handlers'>> = {}): void {
  onScopeDispose(useCommandTable().register({ handlers, when, ...within && { within } }))
}
