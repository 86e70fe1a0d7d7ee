import { join } from 'node:path'
import { type Locale, translate } from '@contract'
import { app, type BrowserWindow, dialog } from 'electron'
import type { ClosingMessage } from './shutdown'
import type { FileKind, OpenKind } from './handlers'

const texts = {
  weights: { save: 'dialog.save', open: 'dialog.open', files: 'dialog.weights', extension: 'safetensors' },
  run: { save: 'dialog.saveRun', open: 'dialog.openRun', files: 'dialog.run', extension: 'labrun' },
  graph: { save: 'dialog.saveGraph', open: 'dialog.openGraph', files: 'dialog.graph', extension: 'json' },
  progress: { save: 'dialog.saveProgress', open: 'dialog.openProgress', files: 'dialog.progress', extension: 'json' },
  summary: { save: 'dialog.saveSummary', files: 'dialog.summary', extension: 'pdf' },
} as const satisfies Record<FileKind, unknown>

/** Only one native dialog at a time: a page could otherwise open any number. */
let isOpen = false

/** Claims the single native dialog. @returns a function that releases it; null while another dialog is open */
export function claimDialog(): (() => void) | null {
  if (isOpen) return null
  isOpen = true
  return () => { isOpen = false }
}

/** Asks for a path to save to. @param name suggested path, or a file name for the documents folder. @returns null when cancelled, or while another dialog is open */
export function askSave(window: BrowserWindow | null, { kind, locale, name }: { kind: FileKind, locale: Locale, name: string }): Promise<string | null> {
  return oneAtATime(async () => {
    const isName = !/[/\\]/.test(name)
    const options = {
      title: translate(locale, texts[kind].save), defaultPath: isName ? join(app.getPath('documents'), name) : name,
      filters: filtersOf(kind, locale), properties: ['showOverwriteConfirmation' as const],
    }
    const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options))
    return canceled || !filePath ? null : filePath
  })
}

/** Asks for a file to open. @returns null when cancelled, or while another dialog is open */
export function askOpen(window: BrowserWindow | null, { kind, locale }: { kind: OpenKind, locale: Locale }): Promise<string | null> {
  return oneAtATime(async () => {
    const options = { title: translate(locale, texts[kind].open), filters: filtersOf(kind, locale), properties: ['openFile' as const] }
    const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
    return canceled ? null : filePaths[0] ?? null
  })
}

/** Tells the user why the lab closes. It has no parent, since the window may be gone, and unlike an error box it does not block main's event loop. */
export async function showClosingMessage({ message, detail }: ClosingMessage, locale: Locale): Promise<void> {
  if (app.isReady()) await dialog.showMessageBox({ type: 'error', title: 'Backprop Lab', message, detail, buttons: [translate(locale, 'dialog.close')] })
  else dialog.showErrorBox('Backprop Lab', message)
}

async function oneAtATime(ask: () => Promise<string | null>): Promise<string | null> {
  const close = claimDialog()
  if (!close) return null
  try { return await ask() }
  finally { close() }
}

const filtersOf = (kind: FileKind, locale: Locale) => [
  { name: translate(locale, texts[kind].files), extensions: [texts[kind].extension] },
  { name: translate(locale, 'dialog.all'), extensions: ['*'] },
]
