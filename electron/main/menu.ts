import { acceleratorOf, type CommandId, commands, isOffered, type Level, type Locale, type MenuBlock, translate } from '@contract'
import type { MenuItemConstructorOptions } from 'electron'

export interface MenuOptions {
  readonly locale: Locale
  readonly level: Level
  readonly mac: boolean
  /** During development only */
  readonly devTools: boolean
  readonly send: (command: CommandId) => void
  readonly showFolder: () => void
}

type Item = MenuItemConstructorOptions

/** The native menu in the user's language: the commands of the table, and the system's standard entries. */
export function menuOf({ locale, level, mac, devTools, send, showFolder }: MenuOptions): Item[] {
  const t = (key: string) => translate(locale, `menu.${key}`)
  const role = (name: NonNullable<Item['role']>, key: string = name): Item => ({ role: name, label: t(key) })
  const separator: Item = { type: 'separator' }
  /** The commands of a block, in the table's order */
  const block = (wanted: MenuBlock): Item[] => commands.filter(command => command.menu === wanted && isOffered(command, level)).map((command): Item => {
    const label = translate(locale, command.text)
    if (command.role) return { role: command.role, label }
    const accelerator = acceleratorOf(command, mac)
    return { label, ...accelerator && { accelerator }, click: () => send(command.id) }
  })
  /** Joins blocks with separators */
  const separated = (...blocks: readonly (readonly Item[])[]): Item[] => blocks.filter(({ length }) => length > 0).flatMap((items, i) => i ? [separator, ...items] : items)

  const about = role('about')
  const app: Item = { label: 'Backprop Lab', submenu: separated([about], block('settings'), [role('hide'), role('hideOthers'), role('unhide')], [role('quit')]) }
  const file: Item = { label: t('file'), submenu: mac ? block('file') : separated(block('file'), block('settings'), [role('quit')]) }
  const edit: Item = { label: t('edit'), submenu: separated(block('edit'), [role('cut'), role('copy'), role('paste'), role('delete')], [role('selectAll')]) }
  const training: Item = { label: t('training'), submenu: separated(block('run'), block('step'), block('rewind')) }
  const view: Item = { label: t('view'), submenu: separated(
    block('rooms'), [role('reload'), ...devTools ? [role('toggleDevTools', 'devTools')] : []], block('zoom'), [role('togglefullscreen', 'fullscreen')],
  ) }
  const window: Item = { role: 'windowMenu', label: t('window'), submenu: [role('minimize'), ...mac ? [role('zoom')] : [], role('close')] }
  const help: Item = { role: 'help', label: t('help'), submenu: separated(block('help'), [{ label: t('showFolder'), click: showFolder }], mac ? [] : [about]) }
  return [...mac ? [app] : [], file, edit, training, view, window, help]
}
