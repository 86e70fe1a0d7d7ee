import { join } from 'node:path'
import { locales, translate } from '@contract'
import type { BrowserWindow, OpenDialogOptions, SaveDialogOptions } from 'electron'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { askOpen, askSave, sayHopeless } from '../../../electron/main/dialogs'

const shown = vi.hoisted(() => ({ calls: [] as unknown[][], save: { canceled: false, filePath: '/a/b.safetensors' as string | undefined }, open: { canceled: false, filePaths: ['/a/c.json', '/a/d.json'] } }))
vi.mock('electron', () => ({
  app: { getPath: (name: string) => `/home/me/${name}` },
  dialog: {
    showSaveDialog: async (...args: unknown[]) => { shown.calls.push(args); return shown.save },
    showOpenDialog: async (...args: unknown[]) => { shown.calls.push(args); return shown.open },
    showErrorBox: (...args: unknown[]) => { shown.calls.push(args) },
  },
}))
beforeEach(() => {
  shown.calls.length = 0
  shown.save = { canceled: false, filePath: '/a/b.safetensors' }
  shown.open = { canceled: false, filePaths: ['/a/c.json', '/a/d.json'] }
})

const window = { id: 1 } as BrowserWindow
const kinds = [['weights', 'safetensors', 'dialog.save', 'dialog.open', 'dialog.weights'], ['graph', 'json', 'dialog.saveGraph', 'dialog.openGraph', 'dialog.graph']] as const

describe.each(kinds)('for %s', (kind, extension, save, open, files) => {
  test.each(locales)('a dialog speaks %s and offers files of its kind, or all', async (locale) => {
    expect(await askSave(window, { kind, locale, name: 'mine' })).toBe('/a/b.safetensors')
    expect(await askOpen(window, { kind, locale })).toBe('/a/c.json')
    const filters = [{ name: translate(locale, files), extensions: [extension] }, { name: translate(locale, 'dialog.all'), extensions: ['*'] }]
    expect(shown.calls).toEqual([
      [window, { title: translate(locale, save), defaultPath: join('/home/me/documents', 'mine'), filters, properties: ['showOverwriteConfirmation'] }],
      [window, { title: translate(locale, open), filters, properties: ['openFile'] }],
    ])
  })
})

test.each(['/somewhere/mine.json', 'C:\\somewhere\\mine.json'])('a name with a folder is offered there: %s', async (name) => {
  await askSave(window, { kind: 'graph', locale: 'en', name })
  expect((shown.calls[0]?.[1] as SaveDialogOptions).defaultPath).toBe(name)
})

test('without a window a dialog stands alone', async () => {
  await askSave(null, { kind: 'graph', locale: 'en', name: 'a' })
  await askOpen(null, { kind: 'graph', locale: 'en' })
  expect(shown.calls.map(args => [args.length, typeof (args[0] as OpenDialogOptions).title])).toEqual([[1, 'string'], [1, 'string']])
})

test('what is cancelled, or comes back empty, is nothing', async () => {
  shown.save = { canceled: true, filePath: '/a/b' }
  shown.open = { canceled: true, filePaths: ['/a/c'] }
  expect([await askSave(window, { kind: 'graph', locale: 'en', name: 'a' }), await askOpen(window, { kind: 'graph', locale: 'en' })]).toEqual([null, null])
  shown.save = { canceled: false, filePath: '' }
  shown.open = { canceled: false, filePaths: [] }
  expect([await askSave(window, { kind: 'graph', locale: 'en', name: 'a' }), await askOpen(window, { kind: 'graph', locale: 'en' })]).toEqual([null, null])
})

test('a window that cannot be kept open is told in a box of its own', () => {
  sayHopeless('ko')
  expect(shown.calls).toEqual([['Backprop Lab', translate('ko', 'dialog.windowGone')]])
})
