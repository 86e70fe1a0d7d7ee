import { acceleratorOf, type Locale, type MenuCommand, translate } from '@contract'
import type { MenuItemConstructorOptions } from 'electron'

export interface MenuOptions {
  readonly locale: Locale
  readonly mac: boolean
  /** While developing */
  readonly devTools: boolean
  readonly send: (command: MenuCommand) => void
  readonly showFolder: () => void
}

type Item = MenuItemConstructorOptions

/** The native menu in the person's language. Of its keys a text field wants undo and redo alone: the window gives it those. */
export function menuOf({ locale, mac, devTools, send, showFolder }: MenuOptions): Item[] {
  const t = (key: string) => translate(locale, `menu.${key}`)
  const item = (command: MenuCommand): Item => {
    const accelerator = acceleratorOf(command, mac)
    return { label: t(command), ...accelerator && { accelerator }, click: () => send(command) }
  }
  const role = (name: NonNullable<Item['role']>, key: string = name): Item => ({ role: name, label: t(key) })
  const separator: Item = { type: 'separator' }
  const about = role('about')
  const settings = item('settings')

  const app: Item = { label: 'Backprop Lab', submenu: [about, separator, settings, separator, role('hide'), role('hideOthers'), role('unhide'), separator, role('quit')] }
  const file: Item = { label: t('file'), submenu: [item('open'), item('save'), ...mac ? [] : [separator, settings, separator, role('quit')]] }
  const edit: Item = { label: t('edit'), submenu: [item('undo'), item('redo'), separator, role('cut'), role('copy'), role('paste'), role('delete'), separator, role('selectAll')] }
  const training: Item = { label: t('training'), submenu: [
    item('run'), item('pause'), separator,
    item('stepBatch'), item('stepEpoch'), separator, item('rewind'),
  ] }
  const view: Item = { label: t('view'), submenu: [
    item('learn'), item('train'), item('draw'), item('files'), separator,
    role('reload'), ...devTools ? [role('toggleDevTools', 'devTools')] : [], separator,
    role('resetZoom'), role('zoomIn'), role('zoomOut'), separator, role('togglefullscreen', 'fullscreen'),
  ] }
  const window: Item = { role: 'windowMenu', label: t('window'), submenu: [role('minimize'), ...mac ? [role('zoom')] : [], role('close')] }
  const help: Item = { role: 'help', label: t('help'), submenu: [item('keys'), separator, { label: t('showFolder'), click: showFolder }, ...mac ? [] : [separator, about]] }
  return [...mac ? [app] : [], file, edit, training, view, window, help]
}
