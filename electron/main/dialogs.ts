import { join } from 'node:path'
import { type Locale, translate } from '@contract'
import type { LabError } from '@core'
import { app, type BrowserWindow, dialog } from 'electron'
import type { ClosingMessage } from './shutdown'
import type { FileKind, OpenKind } from './handlers'
import type { RunEnd, UnsavedAnswer } from './unsaved'

const saved = {
  weights: { title: 'dialog.save', files: 'dialog.weights', extensions: ['safetensors'] },
  safetensors: { title: 'dialog.export', files: 'dialog.weights', extensions: ['safetensors'] },
  npz: { title: 'dialog.export', files: 'dialog.npz', extensions: ['npz'] },
  onnx: { title: 'dialog.export', files: 'dialog.onnx', extensions: ['onnx'] },
  run: { title: 'dialog.saveRun', files: 'dialog.run', extensions: ['labrun'] },
  project: { title: 'dialog.saveProject', files: 'dialog.folder', extensions: ['*'] },
  digits: { title: 'dialog.saveDigits', files: 'dialog.idx', extensions: ['idx'] },
  graph: { title: 'dialog.saveGraph', files: 'dialog.graph', extensions: ['json'] },
  progress: { title: 'dialog.saveProgress', files: 'dialog.progress', extensions: ['json'] },
  summary: { title: 'dialog.saveSummary', files: 'dialog.summary', extensions: ['pdf'] },
} as const satisfies Record<FileKind, KindTexts>
const opened = {
  file: { title: 'dialog.open', files: 'dialog.files', extensions: ['safetensors', 'npz', 'pkl', 'labrun', 'json', 'idx', 'gz'] },
  weights: { title: 'dialog.openWeights', files: 'dialog.networks', extensions: ['safetensors', 'npz', 'pkl'] },
  digits: { title: 'dialog.openDigits', files: 'dialog.idx', extensions: ['idx', 'gz', '*'] },
  progress: { title: 'dialog.openProgress', files: 'dialog.progress', extensions: ['json'] },
} as const satisfies Record<OpenKind, KindTexts>
interface KindTexts { readonly title: string, readonly files: string, readonly extensions: readonly string[] }

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
      title: translate(locale, saved[kind].title), defaultPath: isName ? join(app.getPath('documents'), name) : name,
      filters: filtersOf(saved[kind], locale), properties: ['showOverwriteConfirmation' as const],
    }
    const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options))
    return canceled || !filePath ? null : filePath
  })
}

/** Asks for a file to open. @returns null when cancelled, or while another dialog is open */
export function askOpen(window: BrowserWindow | null, { kind, locale }: { kind: OpenKind, locale: Locale }): Promise<string | null> {
  return oneAtATime(async () => {
    const options = { title: translate(locale, opened[kind].title), filters: filtersOf(opened[kind], locale), properties: ['openFile' as const] }
    const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
    return canceled ? null : filePaths[0] ?? null
  })
}

/** Asks for the files of a dataset, or for a folder: only on macOS one dialog could offer both. @returns null when cancelled, or while another dialog is open */
export function askDataset(window: BrowserWindow | null, { from, locale }: { from: 'files' | 'folder', locale: Locale }): Promise<readonly string[] | null> {
  return oneAtATime(async () => {
    const options = from === 'folder'
      ? { title: translate(locale, 'dialog.openFolder'), properties: ['openDirectory' as const] }
      : { title: translate(locale, 'dialog.openDataset'), filters: filtersOf({ title: '', files: 'dialog.idx', extensions: ['gz', 'idx', 'npz', '*'] }, locale), properties: ['openFile' as const, 'multiSelections' as const] }
    const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
    return canceled || filePaths.length === 0 ? null : filePaths
  })
}

/** Tells the user why the lab closes. It has no parent, since the window may be gone, and unlike an error box it does not block main's event loop. */
export async function showClosingMessage({ message, detail }: ClosingMessage, locale: Locale): Promise<void> {
  if (app.isReady()) await dialog.showMessageBox({ type: 'error', title: 'Backprop Lab', message, detail, buttons: [translate(locale, 'dialog.close')] })
  else dialog.showErrorBox('Backprop Lab', message)
}

/** Asks what becomes of a run that is not on the disk. Without a window, which the user has closed, the lab ends in any case. */
export async function askUnsaved(window: BrowserWindow | null, { end, reason, locale }: { end: RunEnd, reason: LabError | null, locale: Locale }): Promise<UnsavedAnswer> {
  const parent = window && !window.isDestroyed() ? window : null
  const answers: readonly UnsavedAnswer[] = ['save', 'without', ...parent ? ['stay' as const] : []]
  const options = {
    type: 'warning' as const, title: 'Backprop Lab', message: translate(locale, 'dialog.notOnDisk.message'),
    detail: [...reason ? [translate(locale, `errors.${reason.code}`, reason.details)] : [], translate(locale, `dialog.notOnDisk.${end}`)].join('\n\n'),
    buttons: answers.map(answer => translate(locale, `dialog.notOnDisk.${answer === 'without' ? `${answer}.${end}` : answer}`)), defaultId: 0, cancelId: Math.max(0, answers.indexOf('stay')), noLink: true,
  }
  const { response } = await (parent ? dialog.showMessageBox(parent, options) : dialog.showMessageBox(options))
  return answers[response] ?? (parent ? 'stay' : 'save')
}

async function oneAtATime<T>(ask: () => Promise<T | null>): Promise<T | null> {
  const close = claimDialog()
  if (!close) return null
  try { return await ask() }
  finally { close() }
}

const filtersOf = ({ files, extensions }: KindTexts, locale: Locale) => [
  { name: translate(locale, files), extensions: [...extensions] },
  { name: translate(locale, 'dialog.all'), extensions: ['*'] },
]
