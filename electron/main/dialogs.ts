import { join } from 'node:path'
import { type Locale, translate } from '@contract'
import { app, type BrowserWindow, dialog } from 'electron'
import type { LastWords } from './ending'
import type { FileKind } from './handlers'

const texts = {
  weights: { save: 'dialog.save', open: 'dialog.open', files: 'dialog.weights', extension: 'safetensors' },
  graph: { save: 'dialog.saveGraph', open: 'dialog.openGraph', files: 'dialog.graph', extension: 'json' },
} as const satisfies Record<FileKind, unknown>

/** A page could ask for any number of them. */
let isOpen = false

/** Takes the one native dialog that may be open at a time. @returns gives it back; null while another one is open */
export function claimDialog(): (() => void) | null {
  if (isOpen) return null
  isOpen = true
  return () => { isOpen = false }
}

/** Asks where to save. @param name with a folder, or alone: then among the documents. @returns null when cancelled, or while another dialog is open */
export function askSave(window: BrowserWindow | null, { kind, locale, name }: { kind: FileKind, locale: Locale, name: string }): Promise<string | null> {
  return alone(async () => {
    const isName = !/[/\\]/.test(name)
    const options = {
      title: translate(locale, texts[kind].save), defaultPath: isName ? join(app.getPath('documents'), name) : name,
      filters: filtersOf(kind, locale), properties: ['showOverwriteConfirmation' as const],
    }
    const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options))
    return canceled || !filePath ? null : filePath
  })
}

/** Asks which file to open. @returns null when cancelled, or while another dialog is open */
export function askOpen(window: BrowserWindow | null, { kind, locale }: { kind: FileKind, locale: Locale }): Promise<string | null> {
  return alone(async () => {
    const options = { title: translate(locale, texts[kind].open), filters: filtersOf(kind, locale), properties: ['openFile' as const] }
    const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
    return canceled ? null : filePaths[0] ?? null
  })
}

/** Says why the lab closes, on its own: the window may be gone. Unlike an error box it lets main's loop go on. */
export async function tellEnd({ message, detail }: LastWords, locale: Locale): Promise<void> {
  if (app.isReady()) await dialog.showMessageBox({ type: 'error', title: 'Backprop Lab', message, detail, buttons: [translate(locale, 'dialog.close')] })
  else dialog.showErrorBox('Backprop Lab', message)
}

async function alone(ask: () => Promise<string | null>): Promise<string | null> {
  const close = claimDialog()
  if (!close) return null
  try { return await ask() }
  finally { close() }
}

const filtersOf = (kind: FileKind, locale: Locale) => [
  { name: translate(locale, texts[kind].files), extensions: [texts[kind].extension] },
  { name: translate(locale, 'dialog.all'), extensions: ['*'] },
]
