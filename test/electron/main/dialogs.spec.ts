import { translate } from '@contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { askDataset, askOpen, askSave, claimDialog, showClosingMessage } from '../../../electron/main/dialogs'
import type { FileKind, OpenKind } from '../../../electron/main/handlers'
import { app, BrowserWindow, dialog, freshElectron } from './fake-electron'

vi.mock('electron', () => import('./fake-electron'))
beforeEach(freshElectron)

type Window = Parameters<typeof askSave>[0]
const window = new BrowserWindow() as unknown as NonNullable<Window>
const saved = (filePath: string, canceled = false) => { dialog.showSaveDialog.mockResolvedValue({ canceled, filePath }) }
const opened = (filePaths: string[], canceled = false) => { dialog.showOpenDialog.mockResolvedValue({ canceled, filePaths }) }

describe.each<[FileKind, string, string, string]>([
  ['weights', 'safetensors', 'dialog.save', 'dialog.weights'], ['graph', 'json', 'dialog.saveGraph', 'dialog.graph'],
])('for %s', (kind, extension, save, files) => {
  const filters = [{ name: translate('ko', files), extensions: [extension] }, { name: translate('ko', 'dialog.all'), extensions: ['*'] }]

  test('the save dialog opens above the window, in the user’s language, in the documents folder', async () => {
    saved('/home/ada/a')
    expect(await askSave(window, { kind, locale: 'ko', name: 'a' })).toBe('/home/ada/a')
    expect(dialog.showSaveDialog.mock.calls).toEqual([[window, {
      title: translate('ko', save), defaultPath: expect.stringMatching(/^\/home\/ada\/documents[\\/]a$/) as unknown, filters, properties: ['showOverwriteConfirmation'],
    }]])
  })

  test.each(['/mnt/usb/a', 'C:\\usb\\a'])('the folder of %s is suggested again', async (name) => {
    saved(name)
    await askSave(window, { kind, locale: 'ko', name })
    expect(dialog.showSaveDialog.mock.calls[0]![1]).toMatchObject({ defaultPath: name })
  })
})

test.each<[OpenKind, readonly string[], string, string]>([
  ['file', ['safetensors', 'npz', 'pkl', 'labrun', 'json', 'idx', 'gz'], 'dialog.open', 'dialog.files'], ['progress', ['json'], 'dialog.openProgress', 'dialog.progress'],
])('the open dialog for %s asks for one file', async (kind, extensions, open, files) => {
  opened(['/a', '/b'])
  expect(await askOpen(window, { kind, locale: 'ko' })).toBe('/a')
  const filters = [{ name: translate('ko', files), extensions }, { name: translate('ko', 'dialog.all'), extensions: ['*'] }]
  expect(dialog.showOpenDialog.mock.calls).toEqual([[window, { title: translate('ko', open), filters, properties: ['openFile'] }]])
})

test.each([
  ['files', { filters: [{ name: translate('ko', 'dialog.idx'), extensions: ['gz', 'idx', 'npz', '*'] }, { name: translate('ko', 'dialog.all'), extensions: ['*'] }], title: translate('ko', 'dialog.openDataset'), properties: ['openFile', 'multiSelections'] }],
  ['folder', { title: translate('ko', 'dialog.openFolder'), properties: ['openDirectory'] }],
] as const)('the dialog for the %s of a dataset gives all that was chosen', async (from, options) => {
  opened(['/a', '/b'])
  expect(await askDataset(window, { from, locale: 'ko' })).toEqual(['/a', '/b'])
  expect(dialog.showOpenDialog.mock.calls).toEqual([[window, options]])
  dialog.showOpenDialog.mockResolvedValue({ canceled: true, filePaths: [] })
  expect(await askDataset(window, { from, locale: 'ko' })).toBe(null)
})

test('a summary is saved as PDF', async () => {
  saved('/home/ada/a.pdf')
  await askSave(window, { kind: 'summary', locale: 'ja', name: 'a.pdf' })
  expect(dialog.showSaveDialog.mock.calls[0]![1]).toMatchObject({
    title: translate('ja', 'dialog.saveSummary'), filters: [{ name: translate('ja', 'dialog.summary'), extensions: ['pdf'] }, { name: translate('ja', 'dialog.all'), extensions: ['*'] }],
  })
})

test('cancelling returns null', async () => {
  saved('/a', true)
  opened(['/a'], true)
  expect([await askSave(window, { kind: 'graph', locale: 'en', name: 'a' }), await askOpen(window, { kind: 'file', locale: 'en' })]).toEqual([null, null])
  saved('')
  opened([])
  expect([await askSave(window, { kind: 'graph', locale: 'en', name: 'a' }), await askOpen(window, { kind: 'file', locale: 'en' })]).toEqual([null, null])
})

test('without a window the dialog has no parent', async () => {
  saved('/a')
  opened(['/a'])
  await askSave(null, { kind: 'weights', locale: 'en', name: 'a' })
  await askOpen(null, { kind: 'file', locale: 'en' })
  expect([dialog.showSaveDialog.mock.calls[0]!.length, dialog.showOpenDialog.mock.calls[0]!.length]).toEqual([1, 1])
})

// Cause: a page could open 639 dialogs.
test('while one dialog is open another is cancelled at once; afterwards it opens', async () => {
  let answer: (value: unknown) => void = () => undefined
  dialog.showSaveDialog.mockReturnValueOnce(new Promise((done) => { answer = done }))
  opened(['/b'])
  const first = askSave(window, { kind: 'graph', locale: 'en', name: 'a' })
  expect(await askOpen(window, { kind: 'file', locale: 'en' })).toBeNull()
  expect(await askSave(window, { kind: 'graph', locale: 'en', name: 'a' })).toBeNull()
  answer({ canceled: false, filePath: '/a' })
  expect(await first).toBe('/a')
  expect(await askOpen(window, { kind: 'file', locale: 'en' })).toBe('/b')
})

test('a failed dialog does not block the next one', async () => {
  dialog.showOpenDialog.mockRejectedValueOnce(new Error('no portal'))
  await expect(askOpen(window, { kind: 'file', locale: 'en' })).rejects.toThrow('no portal')
  const close = claimDialog()
  expect(close).not.toBeNull()
  close?.()
})

// Cause: showErrorBox blocks main's event loop until its button is pressed.
test('the reason for closing the lab is shown by a box that does not block main’s event loop', async () => {
  dialog.showMessageBox.mockResolvedValue({ response: 0 })
  await showClosingMessage({ message: 'why', detail: 'what is kept' }, 'ja')
  expect(dialog.showMessageBox.mock.calls).toEqual([[{ type: 'error', title: 'Backprop Lab', message: 'why', detail: 'what is kept', buttons: [translate('ja', 'dialog.close')] }]])
  expect(dialog.showErrorBox).not.toHaveBeenCalled()
})

test('before Electron is ready only the synchronous box is available', async () => {
  app.ready = false
  await showClosingMessage({ message: 'why', detail: '' }, 'en')
  expect(dialog.showErrorBox.mock.calls).toEqual([['Backprop Lab', 'why']])
})
