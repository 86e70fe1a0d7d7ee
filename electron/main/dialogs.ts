import { join } from 'node:path'
import { type Locale, translate } from '@contract'
import { app, type BrowserWindow, dialog } from 'electron'
import type { FileKind } from './handlers'

const texts = {
  weights: { save: 'dialog.save', open: 'dialog.open', files: 'dialog.weights', extension: 'safetensors' },
  graph: { save: 'dialog.saveGraph', open: 'dialog.openGraph', files: 'dialog.graph', extension: 'json' },
} as const satisfies Record<FileKind, unknown>

/** Asks where to save. @param name with a folder, or alone: then among the documents. @returns null when cancelled */
export async function askSave(window: BrowserWindow | null, { kind, locale, name }: { kind: FileKind, locale: Locale, name: string }): Promise<string | null> {
  const alone = !/[/\\]/.test(name)
  const options = {
    title: translate(locale, texts[kind].save), defaultPath: alone ? join(app.getPath('documents'), name) : name,
    filters: filtersOf(kind, locale), properties: ['showOverwriteConfirmation' as const],
  }
  const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options))
  return canceled || !filePath ? null : filePath
}

/** Asks which file to open. @returns null when cancelled */
export async function askOpen(window: BrowserWindow | null, { kind, locale }: { kind: FileKind, locale: Locale }): Promise<string | null> {
  const options = { title: translate(locale, texts[kind].open), filters: filtersOf(kind, locale), properties: ['openFile' as const] }
  const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return canceled ? null : filePaths[0] ?? null
}

/** The window crashes again and again. */
export function sayHopeless(locale: Locale): void {
  dialog.showErrorBox('Backprop Lab', translate(locale, 'dialog.windowGone'))
}

const filtersOf = (kind: FileKind, locale: Locale) => [
  { name: translate(locale, texts[kind].files), extensions: [texts[kind].extension] },
  { name: translate(locale, 'dialog.all'), extensions: ['*'] },
]
