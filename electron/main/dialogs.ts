import { join } from 'node:path'
import { type Locale, translate } from '@contract'
import { app, type BrowserWindow, dialog } from 'electron'

/** Asks where to save. @param name with a folder, or alone: then among the documents. @returns null when cancelled */
export async function askSave(window: BrowserWindow | null, locale: Locale, name: string): Promise<string | null> {
  const alone = !/[/\\]/.test(name)
  const options = { title: translate(locale, 'dialog.save'), defaultPath: alone ? join(app.getPath('documents'), name) : name, filters: filtersOf(locale), properties: ['showOverwriteConfirmation' as const] }
  const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options))
  return canceled || !filePath ? null : filePath
}

/** Asks which weights to open. @returns null when cancelled */
export async function askOpen(window: BrowserWindow | null, locale: Locale): Promise<string | null> {
  const options = { title: translate(locale, 'dialog.open'), filters: filtersOf(locale), properties: ['openFile' as const] }
  const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return canceled ? null : filePaths[0] ?? null
}

/** The window crashes again and again. */
export function sayHopeless(locale: Locale): void {
  dialog.showErrorBox('Backprop Lab', translate(locale, 'dialog.windowGone'))
}

const filtersOf = (locale: Locale) => [
  { name: translate(locale, 'dialog.weights'), extensions: ['safetensors'] },
  { name: translate(locale, 'dialog.all'), extensions: ['*'] },
]
