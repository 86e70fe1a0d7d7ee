/** The rooms of the window, in the order of the navigation rail. */
export const roomNames = ['learn', 'train', 'draw', 'files'] as const
export type RoomName = (typeof roomNames)[number]

/** What the window shows: a room, or in place of rooms and rail the scene of the first start, or a figure presented to a group. */
export const screenNames = [...roomNames, 'first', 'presenter'] as const
export type ScreenName = (typeof screenNames)[number]

/** Groups of entries in the native menus, separated by lines. */
export type MenuBlock = 'file' | 'settings' | 'edit' | 'run' | 'step' | 'rewind' | 'rooms' | 'zoom' | 'help'

/** One row of the table of commands. */
interface Row {
  readonly id: string
  /** Key of its text in the locales: the label in the menu, in the list of shortcuts and, by default, in tooltips */
  readonly text: string
  /**
   * Modifiers in the order Ctrl, Alt, Shift, then a key as in `KeyboardEvent.key`, 'Space', or '1-9' for any of these digits.
   * Ctrl means Cmd on a Mac.
   */
  readonly key: string
  /** The key on a Mac, where it differs by more than Cmd */
  readonly macKey?: string
  /** Further keys with the same effect, not shown to the user */
  readonly otherKeys?: readonly string[]
  /** 'every': on all screens */
  readonly room: ScreenName | 'every'
  /** 'everything': hidden at the level Chapter 5 */
  readonly level: 'chapter5' | 'everything'
  /** Its group in the native menu; omitted: not in a menu */
  readonly menu?: MenuBlock
  /** Electron's own action for the menu entry; the window does not handle the command. */
  readonly role?: 'resetZoom' | 'zoomIn' | 'zoomOut'
  /** Holding the key down repeats the command. */
  readonly repeats?: true
}

const table = [
  // also of the paper beside the training, while it has the focus: before the rooms' own
  { id: 'draw.clear', text: 'draw.tools.clearHint', key: 'Delete', otherKeys: ['Backspace'], room: 'draw', level: 'chapter5' },
  { id: 'draw.next', text: 'draw.tools.next', key: 'ArrowRight', room: 'draw', level: 'chapter5', repeats: true },
  { id: 'draw.previous', text: 'draw.tools.previous', key: 'ArrowLeft', room: 'draw', level: 'chapter5', repeats: true },
  { id: 'draw.random', text: 'draw.tools.random', key: 'R', room: 'draw', level: 'chapter5', repeats: true },
  { id: 'draw.choose', text: 'draw.tools.choose', key: 'I', room: 'draw', level: 'chapter5' },
  { id: 'draw.eraser', text: 'draw.tools.eraser', key: 'E', room: 'draw', level: 'chapter5' },
  { id: 'draw.thicker', text: 'draw.tools.thicker', key: '+', otherKeys: ['='], room: 'draw', level: 'chapter5' },
  { id: 'draw.thinner', text: 'draw.tools.thinner', key: '-', room: 'draw', level: 'chapter5' },
  { id: 'draw.grid', text: 'draw.tools.grid', key: 'K', room: 'draw', level: 'chapter5' },

  // of the chart that has the focus, in any room: before the rooms' own
  { id: 'train.zoomIn', text: 'train.chart.zoomIn', key: '+', otherKeys: ['='], room: 'train', level: 'chapter5', repeats: true },
  { id: 'train.zoomOut', text: 'train.chart.zoomOut', key: '-', room: 'train', level: 'chapter5', repeats: true },
  { id: 'train.whole', text: 'train.chart.wholeTitle', key: '0', room: 'train', level: 'chapter5' },

  { id: 'learn.next', text: 'graph.transport.next', key: 'ArrowRight', room: 'learn', level: 'chapter5', repeats: true },
  { id: 'learn.back', text: 'graph.transport.back', key: 'ArrowLeft', room: 'learn', level: 'chapter5', repeats: true },
  { id: 'learn.stepForward', text: 'graph.transport.stepForward', key: 'F', room: 'learn', level: 'chapter5', repeats: true },
  { id: 'learn.stepBackward', text: 'graph.transport.stepBackward', key: 'B', room: 'learn', level: 'chapter5', repeats: true },
  { id: 'learn.toEnd', text: 'graph.transport.toEnd', key: 'End', room: 'learn', level: 'chapter5' },
  { id: 'learn.restart', text: 'graph.transport.restart', key: 'Home', room: 'learn', level: 'chapter5' },
  { id: 'learn.play', text: 'graph.transport.playPause', key: 'Space', room: 'learn', level: 'chapter5' },
  { id: 'learn.stepBatch', text: 'train.transport.stepBatchTitle', key: 'N', room: 'learn', level: 'chapter5' },
  { id: 'learn.faster', text: 'graph.transport.faster', key: '+', otherKeys: ['='], room: 'learn', level: 'chapter5', repeats: true },
  { id: 'learn.slower', text: 'graph.transport.slower', key: '-', room: 'learn', level: 'chapter5', repeats: true },
  { id: 'learn.expression', text: 'graph.expression.title', key: '/', room: 'learn', level: 'chapter5' },
  { id: 'learn.figure', text: 'course.figures', key: '1-9', room: 'learn', level: 'chapter5' },
  { id: 'learn.nextCard', text: 'course.card.forward', key: 'PageDown', otherKeys: ['.'], room: 'learn', level: 'chapter5', repeats: true },
  { id: 'learn.previousCard', text: 'course.card.back', key: 'PageUp', otherKeys: [','], room: 'learn', level: 'chapter5', repeats: true },
  { id: 'learn.previousLesson', text: 'course.previous', key: 'Alt+ArrowLeft', room: 'learn', level: 'chapter5', repeats: true },
  { id: 'learn.nextLesson', text: 'course.next', key: 'Alt+ArrowRight', room: 'learn', level: 'chapter5', repeats: true },

  { id: 'train.run', text: 'train.transport.runPause', key: 'Space', room: 'train', level: 'chapter5' },
  { id: 'train.stepBatch', text: 'train.transport.stepBatchTitle', key: 'N', room: 'train', level: 'chapter5' },
  { id: 'train.finishStep', text: 'train.slow.finish', key: 'C', room: 'train', level: 'chapter5' },
  { id: 'train.stepEpoch', text: 'train.transport.stepEpochTitle', key: 'E', room: 'train', level: 'chapter5' },
  { id: 'train.recipe', text: 'train.recipe.menu', key: 'R', room: 'train', level: 'chapter5' },
  { id: 'train.rewind', text: 'train.transport.rewindTitle', key: 'Home', room: 'train', level: 'chapter5' },
  { id: 'past.stepBack', text: 'past.stepBack', key: 'ArrowLeft', room: 'train', level: 'chapter5', repeats: true },
  { id: 'past.stepForward', text: 'past.stepForward', key: 'ArrowRight', room: 'train', level: 'chapter5', repeats: true },
  { id: 'past.back', text: 'past.back', key: 'Alt+ArrowLeft', room: 'train', level: 'chapter5' },
  { id: 'past.forward', text: 'past.forward', key: 'Alt+ArrowRight', room: 'train', level: 'chapter5' },
  { id: 'past.now', text: 'past.toNow', key: 'Escape', room: 'train', level: 'chapter5' },
  { id: 'past.go', text: 'past.go', key: 'Ctrl+G', room: 'train', level: 'chapter5' },
  { id: 'past.fork', text: 'past.fork', key: 'F', room: 'train', level: 'chapter5' },
  { id: 'past.bookmark', text: 'past.bookmark', key: 'B', room: 'train', level: 'chapter5' },
  { id: 'train.layerUp', text: 'train.layers.up', key: 'Alt+ArrowUp', room: 'train', level: 'everything', repeats: true },
  { id: 'train.layerDown', text: 'train.layers.down', key: 'Alt+ArrowDown', room: 'train', level: 'everything', repeats: true },
  { id: 'train.layerRemove', text: 'train.layers.remove', key: 'Delete', otherKeys: ['Backspace'], room: 'train', level: 'everything' },

  { id: 'presenter.next', text: 'presenter.next', key: 'ArrowRight', room: 'presenter', level: 'chapter5', repeats: true },
  { id: 'presenter.play', text: 'presenter.play', key: 'Space', room: 'presenter', level: 'chapter5' },
  { id: 'presenter.back', text: 'presenter.back', key: 'ArrowLeft', room: 'presenter', level: 'chapter5', repeats: true },
  { id: 'presenter.restart', text: 'presenter.restart', key: 'Home', room: 'presenter', level: 'chapter5' },
  { id: 'presenter.nextCard', text: 'course.card.forward', key: 'PageDown', room: 'presenter', level: 'chapter5' },
  { id: 'presenter.previousCard', text: 'course.card.back', key: 'PageUp', room: 'presenter', level: 'chapter5' },
  { id: 'presenter.reveal', text: 'presenter.reveal', key: 'R', room: 'presenter', level: 'chapter5' },
  { id: 'presenter.figure', text: 'presenter.figures', key: '1-9', room: 'presenter', level: 'chapter5' },
  { id: 'presenter.faster', text: 'presenter.faster', key: '+', otherKeys: ['='], room: 'presenter', level: 'chapter5' },
  { id: 'presenter.slower', text: 'presenter.slower', key: '-', room: 'presenter', level: 'chapter5' },
  { id: 'presenter.leave', text: 'presenter.leave', key: 'Escape', room: 'presenter', level: 'chapter5' },

  { id: 'first.leave', text: 'first.leave', key: 'Escape', room: 'first', level: 'chapter5' },
  { id: 'first.go', text: 'first.go', key: 'Space', room: 'first', level: 'chapter5' },
  { id: 'first.sample', text: 'first.sample', key: 'S', room: 'first', level: 'chapter5' },

  { id: 'files.zoomIn', text: 'train.chart.zoomIn', key: '+', otherKeys: ['='], room: 'files', level: 'chapter5', repeats: true },
  { id: 'files.zoomOut', text: 'train.chart.zoomOut', key: '-', room: 'files', level: 'chapter5', repeats: true },
  { id: 'files.whole', text: 'train.chart.wholeTitle', key: '0', room: 'files', level: 'chapter5' },
  { id: 'files.search', text: 'runs.search', key: 'Ctrl+F', room: 'files', level: 'chapter5' },
  { id: 'files.rename', text: 'files.rename', key: 'F2', room: 'files', level: 'chapter5' },
  { id: 'files.mark', text: 'runs.mark.one', key: 'Space', room: 'files', level: 'chapter5' },
  { id: 'files.compare', text: 'runs.mark.compare', key: 'C', room: 'files', level: 'chapter5' },
  { id: 'files.back', text: 'compare.back', key: 'Escape', room: 'files', level: 'chapter5' },
  { id: 'files.remove', text: 'files.removeAsk', key: 'Delete', otherKeys: ['Backspace'], room: 'files', level: 'chapter5' },

  { id: 'help.keys', text: 'keys.title', key: '?', room: 'every', level: 'chapter5', menu: 'help' },
  { id: 'help.glossary', text: 'glossary.title', key: 'G', room: 'every', level: 'chapter5', menu: 'help' },
  { id: 'help.card', text: 'measure.what', key: 'F1', room: 'every', level: 'chapter5', menu: 'help' },
  { id: 'help.first', text: 'first.again', key: 'Ctrl+Shift+H', room: 'every', level: 'chapter5', menu: 'help' },
  { id: 'room.learn', text: 'shell.room.learn', key: 'Ctrl+1', room: 'every', level: 'chapter5', menu: 'rooms' },
  { id: 'room.train', text: 'shell.room.train', key: 'Ctrl+2', room: 'every', level: 'chapter5', menu: 'rooms' },
  { id: 'room.draw', text: 'shell.room.draw', key: 'Ctrl+3', room: 'every', level: 'chapter5', menu: 'rooms' },
  { id: 'room.files', text: 'shell.room.files', key: 'Ctrl+4', room: 'every', level: 'chapter5', menu: 'rooms' },
  { id: 'file.open', text: 'menu.open', key: 'Ctrl+O', room: 'every', level: 'chapter5', menu: 'file' },
  { id: 'file.save', text: 'menu.save', key: 'Ctrl+S', room: 'every', level: 'chapter5', menu: 'file' },
  { id: 'file.saveAs', text: 'menu.saveAs', key: 'Ctrl+Shift+S', room: 'every', level: 'chapter5', menu: 'file' },
  { id: 'edit.undo', text: 'menu.undo', key: 'Ctrl+Z', room: 'every', level: 'chapter5', menu: 'edit', repeats: true },
  { id: 'edit.redo', text: 'menu.redo', key: 'Ctrl+Y', macKey: 'Ctrl+Shift+Z', room: 'every', level: 'chapter5', menu: 'edit', repeats: true },
  { id: 'app.settings', text: 'menu.settings', key: 'Ctrl+,', room: 'every', level: 'chapter5', menu: 'settings' },
  { id: 'training.run', text: 'menu.run', key: 'Ctrl+Enter', room: 'every', level: 'chapter5', menu: 'run' },
  { id: 'training.pause', text: 'menu.pause', key: 'Ctrl+.', room: 'every', level: 'chapter5', menu: 'run' },
  { id: 'training.stepBatch', text: 'menu.stepBatch', key: 'Ctrl+Shift+N', room: 'every', level: 'chapter5', menu: 'step' },
  { id: 'training.stepEpoch', text: 'menu.stepEpoch', key: 'Ctrl+Shift+E', room: 'every', level: 'chapter5', menu: 'step' },
  { id: 'training.rewind', text: 'menu.rewind', key: 'Ctrl+Shift+B', room: 'every', level: 'chapter5', menu: 'rewind' },
  { id: 'view.present', text: 'presenter.begin', key: 'P', room: 'every', level: 'chapter5', menu: 'zoom' },
  { id: 'view.resetZoom', text: 'menu.resetZoom', key: 'Ctrl+0', room: 'every', level: 'chapter5', menu: 'zoom', role: 'resetZoom' },
  { id: 'view.zoomIn', text: 'menu.zoomIn', key: 'Ctrl++', room: 'every', level: 'chapter5', menu: 'zoom', role: 'zoomIn' },
  { id: 'view.zoomOut', text: 'menu.zoomOut', key: 'Ctrl+-', room: 'every', level: 'chapter5', menu: 'zoom', role: 'zoomOut' },
] as const satisfies readonly Row[]

export type CommandId = (typeof table)[number]['id']
export interface Command extends Row { readonly id: CommandId }

/** All commands of the app: the source of the native menus, the list of shortcuts, the tooltips and the window's only key listener. */
export const commands: readonly Command[] = table

/** @returns the row with this id */
export const commandOf = (id: CommandId): Command => commands.find(command => command.id === id)!

/** @returns whether a command is offered at this level */
export const isOffered = (command: Command, level: Row['level']): boolean => level === 'everything' || command.level === 'chapter5'

/** @returns whether a command is available on this screen */
export const isIn = ({ room }: Command, here: ScreenName): boolean => room === here || room === 'every'

/** @returns every key that triggers a command, on all systems */
export const keysOf = ({ key, macKey, otherKeys = [] }: Command): readonly string[] => [key, ...macKey === undefined ? [] : [macKey], ...otherKeys]

/** A key of the table, parsed. */
export interface Chord { readonly ctrl: boolean, readonly alt: boolean, readonly shift: boolean, readonly name: string }

export function chordOf(key: string): Chord {
  const [, ctrl, alt, shift, name = ''] = /^(Ctrl\+)?(Alt\+)?(Shift\+)?(.+)$/.exec(key) ?? []
  return { ctrl: ctrl !== undefined, alt: alt !== undefined, shift: shift !== undefined, name }
}

const signs: Readonly<Record<string, string>> = { 'ArrowLeft': '←', 'ArrowRight': '→', 'ArrowUp': '↑', 'ArrowDown': '↓', 'Escape': 'Esc', '-': '−', '1-9': '1 … 9' }

const keyOn = ({ key, macKey }: Command, mac: boolean): string => mac && macKey !== undefined ? macKey : key

/** @returns the displayed form of a key: Ctrl+Shift+N, on a Mac ⌘⇧N */
export function keyLabel(key: string, mac: boolean): string {
  const { ctrl, alt, shift, name } = chordOf(key)
  const [control, option, capital] = mac ? ['⌘', '⌥', '⇧'] : ['Ctrl+', 'Alt+', 'Shift+']
  return `${ctrl ? control : ''}${alt ? option : ''}${shift ? capital : ''}${signs[name] ?? name}`
}

/** @returns the displayed key of a command on this system */
export const keyText = (id: CommandId, mac: boolean): string => keyLabel(keyOn(commandOf(id), mac), mac)

/** @returns the keys of commands in the format of `aria-keyshortcuts` */
export const ariaKeys = (ids: readonly CommandId[], mac: boolean): string =>
  ids.map(id => keyOn(commandOf(id), mac).replace(/^Ctrl(?=\+)/, mac ? 'Meta' : 'Control')).join(' ')

/** @returns the key of a menu entry as an Electron accelerator; null when only the window listens to it */
export function acceleratorOf(command: Command, mac: boolean): string | null {
  const key = keyOn(command, mac)
  return chordOf(key).ctrl && !command.role ? key.replace(/^Ctrl/, 'CmdOrCtrl') : null
}
