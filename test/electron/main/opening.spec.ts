import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultProgress, defaultSettings, translate } from '@contract'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { app, BrowserWindow, dialog, freshElectron, session } from './fake-electron'
import { newFolder } from './folder'
import { openedLab, soon } from './opened-lab'

vi.mock('electron', () => import('./fake-electron'))
beforeEach(() => {
  freshElectron()
  app.isPackaged = false
  dialog.showMessageBox.mockResolvedValue({ response: 0 })
})

const korean = JSON.stringify({ ...defaultSettings, locale: 'ko' })
const event = () => ({ preventDefault: vi.fn() })
const lastWords = () => (dialog.showMessageBox.mock.calls[0] as [{ message: string, detail: string }] | undefined)?.[0]

describe('a start', () => {
  test('opens one window, in the lab\'s own folder', async () => {
    const { window, folder } = openedLab()
    await window()
    expect(BrowserWindow.made).toHaveLength(1)
    expect(app.setPath.mock.calls).toEqual([['userData', folder]])
    expect(app.quit).not.toHaveBeenCalled()
  })

  test('restores settings, the window’s bounds, progress and the playground', async () => {
    const playground = { document: { expression: 'x * y', inputs: { x: 2, y: 3 } }, source: 'x * (' }
    const progress = { ...defaultProgress, current: 'add-node', learner: 'Ada' }
    const { ask, window } = openedLab({ files: {
      'settings.json': korean, 'window.json': JSON.stringify({ x: 30, y: 40, width: 1111, height: 777, maximized: false }),
      'progress.json': JSON.stringify(progress), 'playground.json': JSON.stringify(playground),
    } })
    expect((await window()).options).toMatchObject({ x: 30, y: 40, width: 1111, height: 777 })
    expect(await ask('settings:read')).toMatchObject({ value: { locale: 'ko' } })
    expect(await ask('progress:read')).toEqual({ ok: true, value: progress })
    expect(await ask('graph:recall')).toEqual({ ok: true, value: playground })
  })

  test('where the lab is open already ends at once, silently and without a window', async () => {
    app.requestSingleInstanceLock.mockReturnValue(false)
    const folder = newFolder()
    writeFileSync(join(folder, 'SingletonLock'), '')
    openedLab({ userData: folder })
    expect(app.quit).toHaveBeenCalledTimes(1)
    await new Promise(setImmediate)
    expect([BrowserWindow.made.length, dialog.showMessageBox.mock.calls.length]).toEqual([0, 0])
  })

  test('without a usable folder says why, in the system’s language, and ends with 1', async () => {
    const file = join(newFolder(), 'a-file')
    writeFileSync(file, '')
    app.languages = ['ja']
    openedLab({ userData: file, temporary: file })
    await soon(() => expect(app.exit.mock.calls).toEqual([[1]]))
    expect(lastWords()).toMatchObject({ message: translate('ja', 'errors.folder.none', { file, found: file }) })
    expect(BrowserWindow.made).toHaveLength(0)
  })

  test('that fails half-way says so and ends with 1', async () => {
    vi.spyOn(app, 'getVersion').mockImplementationOnce(() => { throw new Error('no version') })
    openedLab()
    await soon(() => expect(app.exit.mock.calls).toEqual([[1]]))
    expect(lastWords()?.message).toContain('no version')
  })

  test('in a folder that is not writable uses a temporary one, which is removed afterwards', async () => {
    const parent = newFolder()
    writeFileSync(join(parent, 'a-file'), '')
    const { process, ask, told, window } = openedLab({ userData: join(parent, 'a-file'), temporary: parent })
    await window()
    const [, temporary] = app.setPath.mock.calls[0] as [string, string]
    expect(temporary.startsWith(join(parent, 'backprop-lab-session-'))).toBe(true)
    expect(told('warning')).toEqual([])
    await ask('app:shown') // the message waits until the window can show it
    await soon(() => expect(told('warning')).toMatchObject([{ code: 'folder.temporary', details: { file: join(parent, 'a-file') } }]))
    expect(existsSync(temporary)).toBe(true)
    process.get('exit')!()
    expect(existsSync(temporary)).toBe(false)
  })

  test('in its own folder reports no temporary one, and keeps the folder', async () => {
    const { process, ask, told } = openedLab()
    await ask('app:shown')
    await soon(() => expect(told('dataset')).toHaveLength(1))
    expect(told('warning')).toEqual([])
    expect(process.has('exit')).toBe(false)
  })
})

describe('an end', () => {
  test('by the user waits until everything is on the disk, twice, and then continues', async () => {
    const { window, folder, ask } = openedLab()
    Object.assign(await window(), { bounds: { x: 70, y: 80, width: 1200, height: 900 } })
    const [first, second, last] = [event(), event(), event()]
    app.emit('before-quit', first)
    expect(first.preventDefault).toHaveBeenCalledTimes(1)
    expect(app.quit).not.toHaveBeenCalled() // not while Electron still dispatches the event
    await soon(() => expect(app.quit).toHaveBeenCalledTimes(1))
    expect(JSON.parse(readFileSync(join(folder, 'window.json'), 'utf8'))).toMatchObject({ x: 70, y: 80, width: 1200, height: 900 })
    // The page's last messages while it unloads
    let there = ''
    app.quit.mockImplementation(() => { there = readFileSync(join(folder, 'playground.json'), 'utf8') })
    const written = ask('graph:remember', { document: { expression: 'x', inputs: { x: 1 } }, source: 'last' })
    app.emit('will-quit', second)
    expect(second.preventDefault).toHaveBeenCalledTimes(1)
    await soon(() => expect(app.quit).toHaveBeenCalledTimes(2))
    expect(JSON.parse(there)).toMatchObject({ source: 'last' }) // before it returns, not some time later
    await written
    app.emit('before-quit', last)
    app.emit('will-quit', last)
    expect(last.preventDefault).not.toHaveBeenCalled()
  })

  test('is requested when the last window was closed', async () => {
    const { window } = openedLab()
    await window()
    app.emit('window-all-closed')
    expect(app.quit).toHaveBeenCalledTimes(1)
  })

  test.each<[string, string, string]>([
    ['in the language that was chosen', korean, 'ko'], ['in the system\'s, where none was chosen', JSON.stringify(defaultSettings), 'en'],
  ] as const)('after an internal error is reported %s, with 1', async (_, settings, locale) => {
    const { process, window } = openedLab({ files: { 'settings.json': settings } })
    await window()
    process.get('uncaughtException')!(new TypeError('oh'))
    await soon(() => expect(app.exit.mock.calls).toEqual([[1]]))
    const language = locale as 'ko' | 'en'
    expect(lastWords()).toMatchObject({ message: translate(language, 'dialog.fault', { found: 'oh' }), detail: translate(language, 'dialog.saved') })
    expect(dialog.showMessageBox.mock.calls[0]![0]).toMatchObject({ buttons: [translate(language, 'dialog.close')] })
  })

  test('follows when the window crashes repeatedly', async () => {
    const { window } = openedLab()
    const { webContents } = await window()
    for (let i = 0; i < 4; i++) webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    await soon(() => expect(app.exit.mock.calls).toEqual([[1]]))
    expect(lastWords()).toMatchObject({ message: translate('en', 'dialog.windowGone') })
  })

  test('does not follow an unhandled rejection: it is reported, and the lab continues', async () => {
    const { process, told, window } = openedLab()
    await window()
    process.get('unhandledRejection')!(new TypeError('oh'))
    expect(told('warning')).toMatchObject([{ code: 'internal', message: 'oh' }])
    expect([app.exit.mock.calls.length, app.quit.mock.calls.length]).toEqual([0, 0])
  })
})

test('browser storage of an earlier page is cleared, and a failure is no reason to stop', async () => {
  session.defaultSession.clearStorageData.mockRejectedValue(new Error('locked'))
  const { window, log } = openedLab();
  (await window()).emit('ready-to-show')
  await soon(() => expect(log).toHaveBeenCalledWith(expect.objectContaining({ message: 'locked' })))
  expect(app.exit).not.toHaveBeenCalled()
})

test('a folder in place of a file does not stop the lab', async () => {
  const folder = newFolder()
  for (const name of ['settings.json', 'window.json', 'progress.json', 'playground.json']) mkdirSync(join(folder, name))
  const { ask } = openedLab({ userData: folder })
  expect(await ask('settings:read')).toEqual({ ok: true, value: defaultSettings })
})
