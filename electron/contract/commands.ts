/** What the native menu sends to the window. */
export const menuCommands = ['run', 'pause', 'stepBatch', 'stepEpoch', 'rewind', 'save', 'open', 'undo', 'redo', 'settings', 'learn', 'train', 'draw', 'files', 'keys'] as const
export type MenuCommand = (typeof menuCommands)[number]

/** Where a key counts: in one room or in all. */
export const commandPlaces = ['learn', 'train', 'draw', 'files', 'everywhere'] as const
export type CommandPlace = (typeof commandPlaces)[number]

/** Something that a key does. */
export interface Command {
  readonly place: CommandPlace
  /** As the keyboard names them; several are parted by spaces. Ctrl is ⌘ on a Mac. */
  readonly keys: string
  /** The name of its text */
  readonly text: string
  /** What the native menu sends; without it a key of the window alone */
  readonly menu?: MenuCommand
}

const of = (place: CommandPlace, prefix: string, list: readonly (readonly [keys: string, text: string, menu?: MenuCommand])[]): Command[] =>
  list.map(([keys, text, menu]) => ({ place, keys, text: text.includes('.') ? text : `${prefix}.${text}`, ...menu && { menu } }))

/** Everything that a key does, said once: the list of keys and the native menu read it here. */
export const commands: readonly Command[] = [
  ...of('learn', 'graph.keys', [
    ['→', 'next'], ['←', 'back'], ['F', 'stepForward'], ['B', 'stepBackward'], ['End', 'toEnd'], ['Home', 'restart'],
    ['Space', 'play'], ['+ −', 'speed'], ['/', 'expression'], ['Esc', 'leave'],
  ]),
  ...of('train', 'keys', [
    ['Space', 'run'], ['N', 'train.transport.stepBatchTitle'], ['E', 'train.transport.stepEpochTitle'], ['Home', 'train.transport.rewindTitle'], ['← → ↑ ↓', 'blocks'],
  ]),
  ...of('draw', 'draw.tools', [['Delete', 'clearHint'], ['→', 'next'], ['←', 'previous']]),
  ...of('everywhere', 'menu', [
    ['?', 'keys.show', 'keys'],
    ['Ctrl+1', 'learn', 'learn'], ['Ctrl+2', 'train', 'train'], ['Ctrl+3', 'draw', 'draw'], ['Ctrl+4', 'files', 'files'],
    ['Ctrl+O', 'open', 'open'], ['Ctrl+S', 'save', 'save'], ['Ctrl+Z', 'undo', 'undo'], ['Ctrl+Y', 'redo', 'redo'], ['Ctrl+,', 'settings', 'settings'],
    ['Ctrl+Enter', 'run', 'run'], ['Ctrl+.', 'pause', 'pause'], ['Ctrl+Shift+N', 'stepBatch', 'stepBatch'], ['Ctrl+Shift+E', 'stepEpoch', 'stepEpoch'], ['Ctrl+Shift+B', 'rewind', 'rewind'],
    ['Ctrl++ Ctrl+− Ctrl+0', 'keys.zoom'],
  ]),
]

/** The keys as they are on this computer: a Mac takes a change back the other way. */
export function keysOf({ keys, menu }: Command, mac: boolean): string {
  const own = mac && menu === 'redo' ? 'Ctrl+Shift+Z' : keys
  return mac ? own.replaceAll('Ctrl+', '⌘').replaceAll('Shift+', '⇧') : own
}

/** A menu entry's key as Electron writes it; null where the menu only shows what the window does by itself. */
export function acceleratorOf(wanted: MenuCommand, mac: boolean): string | null {
  const keys = commands.find(({ menu }) => menu === wanted)?.keys ?? ''
  if (mac && wanted === 'redo') return 'CmdOrCtrl+Shift+Z'
  return keys.startsWith('Ctrl+') ? keys.replace('Ctrl', 'CmdOrCtrl') : null
}
