import { type Locale, type MenuCommand, translate } from '@contract'
import { app, Menu, type MenuItemConstructorOptions } from 'electron'

/** The native menu in the person's language. Single keys of the window are shown, not taken. */
export function setMenu(locale: Locale, send: (command: MenuCommand) => void): void {
  const t = (key: string) => translate(locale, `menu.${key}`)
  const item = (command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({ label: t(command), accelerator, click: () => send(command) })
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const role = (name: NonNullable<MenuItemConstructorOptions['role']>, key: string): MenuItemConstructorOptions => ({ role: name, label: t(key) })
  const mac = process.platform === 'darwin'

  Menu.setApplicationMenu(Menu.buildFromTemplate([
    ...mac ? [{ label: app.name, submenu: [item('settings', 'Cmd+,'), separator, role('hide', 'hide'), role('quit', 'quit')] }] : [],
    { label: t('file'), submenu: [item('open', 'CmdOrCtrl+O'), item('save', 'CmdOrCtrl+S'), ...mac ? [] : [separator, item('settings', 'Ctrl+,'), separator, role('quit', 'quit')]] },
    { label: t('edit'), submenu: [role('undo', 'undo'), role('redo', 'redo'), separator, role('cut', 'cut'), role('copy', 'copy'), role('paste', 'paste'), role('selectAll', 'selectAll')] },
    { label: t('training'), submenu: [item('run', 'CmdOrCtrl+R'), item('pause', 'CmdOrCtrl+.'), separator, item('stepBatch', 'CmdOrCtrl+Right'), item('stepEpoch', 'CmdOrCtrl+Shift+Right'), separator, item('rewind', 'CmdOrCtrl+Home')] },
    { label: t('view'), submenu: [item('lab', 'CmdOrCtrl+1'), item('draw', 'CmdOrCtrl+2'), item('files', 'CmdOrCtrl+3'), separator, role('resetZoom', 'resetZoom'), role('zoomIn', 'zoomIn'), role('zoomOut', 'zoomOut'), role('togglefullscreen', 'fullscreen'), separator, role('toggleDevTools', 'devTools')] },
    { label: t('window'), submenu: [role('minimize', 'minimize'), role('close', 'close')] },
  ]))
}
