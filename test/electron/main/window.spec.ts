import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RoomName } from '@contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Bounds, defaultBounds } from '../../../electron/main/bounds'
import { isOwnPage, openBounds, openWindow } from '../../../electron/main/window'
import { app, BrowserWindow, freshElectron, nativeTheme } from './fake-electron'
import { newFolder } from './folder'

vi.mock('electron', () => import('./fake-electron'))
let log: ReturnType<typeof vi.spyOn>
beforeEach(() => { freshElectron(); log = vi.spyOn(console, 'error').mockImplementation(() => undefined) })
afterEach(() => { vi.useRealTimers(); vi.unstubAllEnvs(); log.mockRestore() })

const open = async (onCrashLoop = vi.fn(), bounds?: Bounds, room: RoomName | null = null) => {
  const rooms: RoomName[] = []
  const store = await openBounds(join(newFolder(), 'window.json'))
  if (bounds) await store.set(bounds)
  const opened = openWindow({ bounds: store, room, onRoom: shown => rooms.push(shown) }, onCrashLoop)
  return { ...opened, rooms, store, onCrashLoop, window: BrowserWindow.made.at(-1)! }
}

describe('a window that crashes', () => {
  const crash = (window: BrowserWindow, reason = 'crashed') => window.webContents.emit('render-process-gone', {}, { reason })
  beforeEach(() => { vi.useFakeTimers({ toFake: ['performance'] }) })

  test('is reloaded three times in a minute; at the fourth crash it is given up', async () => {
    const { window, onCrashLoop } = await open()
    for (const [reloads, given] of [[1, 0], [2, 0], [3, 0], [3, 1]]) {
      crash(window)
      expect([window.webContents.reload.mock.calls.length, onCrashLoop.mock.calls.length]).toEqual([reloads, given])
      vi.advanceTimersByTime(19_000)
    }
  })

  test('is reloaded when the fourth crash is exactly a minute after the first', async () => {
    const { window, onCrashLoop } = await open()
    for (let i = 0; i < 4; i++) {
      crash(window)
      vi.advanceTimersByTime(20_000)
    }
    expect([window.webContents.reload.mock.calls.length, onCrashLoop.mock.calls.length]).toEqual([4, 0])
  })

  test('logs its reason; so does a graphics process', async () => {
    const { window } = await open()
    crash(window, 'oom')
    app.emit('child-process-gone', {}, { type: 'GPU', reason: 'killed' })
    expect(log.mock.calls.map(([text]: [string]) => text)).toEqual([expect.stringContaining('oom'), expect.stringContaining('killed')])
  })

  test('is reloaded any number of times when it crashes less often', async () => {
    const { window, onCrashLoop } = await open()
    for (let i = 0; i < 12; i++) {
      crash(window)
      vi.advanceTimersByTime(20_001)
    }
    expect([window.webContents.reload.mock.calls.length, onCrashLoop.mock.calls.length]).toEqual([12, 0])
  })

  test.each(['killed', 'oom', 'abnormal-exit', 'launch-failed', 'integrity-failure'])('%s is a crash, too', async (reason) => {
    const { window } = await open()
    crash(window, reason)
    expect(window.webContents.reload).toHaveBeenCalledTimes(1)
  })

  test('does not include one that ended normally or was closed', async () => {
    const { window, onCrashLoop } = await open()
    for (let i = 0; i < 5; i++) crash(window, 'clean-exit')
    window.destroyed = true
    for (let i = 0; i < 5; i++) crash(window)
    expect([window.webContents.reload.mock.calls.length, onCrashLoop.mock.calls.length]).toEqual([0, 0])
  })
})

describe('a graphics process that crashes', () => {
  const crash = (details = {}) => app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', ...details })
  beforeEach(() => { vi.useFakeTimers({ toFake: ['performance'] }) })

  // Cause: it counted as a crash of the window, so two of each ended the lab.
  test('causes a repaint three times in a minute, and is never a reason to give up', async () => {
    const { window, onCrashLoop } = await open()
    for (let i = 0; i < 10; i++) crash()
    expect([window.webContents.reload.mock.calls.length, onCrashLoop.mock.calls.length]).toEqual([3, 0])
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect([window.webContents.reload.mock.calls.length, onCrashLoop.mock.calls.length]).toEqual([4, 0])
    vi.advanceTimersByTime(60_001)
    crash()
    expect(window.webContents.reload).toHaveBeenCalledTimes(5)
  })

  test('does not affect a hidden window, or one whose own process has ended', async () => {
    const { window } = await open()
    window.visible = false
    crash()
    Object.assign(window, { visible: true })
    window.webContents.crashed = true
    crash()
    expect(window.webContents.reload).not.toHaveBeenCalled()
  })

  test('is not confused with another process, nor with one that ended normally', async () => {
    const { window } = await open()
    crash({ type: 'Utility' })
    crash({ reason: 'clean-exit' })
    expect(window.webContents.reload).not.toHaveBeenCalled()
  })

  test('does not affect a closed window', async () => {
    const { window } = await open()
    window.emit('closed')
    crash()
    expect(window.webContents.reload).not.toHaveBeenCalled()
    expect(app.listenerCount('child-process-gone')).toBe(0)
  })
})

describe('the window\'s page', () => {
  test('is the lab’s own, with a sandbox, context isolation and no Node', async () => {
    const { window } = await open()
    expect(window.loadURL.mock.calls).toEqual([['app://lab/index.html']])
    const { webPreferences } = window.options as { webPreferences: Record<string, unknown> }
    expect(webPreferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false })
    expect(webPreferences['disableBlinkFeatures']).toBe('FileSystemAccess,FileSystemAccessLocal,FileSystemAccessOriginPrivate')
    expect(webPreferences['preload']).toMatch(/preload[\\/]index\.cjs$/)
  })

  test.each(['about:blank', 'about:blank#blocked', 'https://example.org/', 'chrome-error://chromewebdata/'])('returns from %s', async (url) => {
    const { window } = await open()
    window.webContents.emit('did-navigate', {}, url)
    expect(window.loadURL).toHaveBeenCalledTimes(2)
  })

  test('returns from an address that could not be opened', async () => {
    const { window } = await open()
    window.webContents.emit('did-fail-load', {}, -300, 'ERR_INVALID_URL', 'about:srcdoc', true)
    expect(window.loadURL).toHaveBeenCalledTimes(2)
  })

  test('stays when it is the lab’s own, or when only an inner frame navigated elsewhere', async () => {
    const { window } = await open()
    window.webContents.emit('did-navigate', {}, 'app://lab/index.html')
    window.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://lab/index.html', true)
    window.webContents.emit('did-fail-load', {}, -300, 'ERR_INVALID_URL', 'about:srcdoc', false)
    expect(window.loadURL).toHaveBeenCalledTimes(1)
  })

  test('that cannot be loaded because of a reload is only logged', async () => {
    const { window } = await open()
    window.loadURL.mockRejectedValue(new Error('ERR_ABORTED'))
    window.webContents.emit('did-navigate', {}, 'about:blank')
    await vi.waitFor(() => expect(log).toHaveBeenCalledWith(expect.objectContaining({ message: 'ERR_ABORTED' })), 10_000)
  })

  test('keeps the name of the lab', async () => {
    const { window } = await open()
    const event = { preventDefault: vi.fn() }
    window.emit('page-title-updated', event)
    expect(event.preventDefault).toHaveBeenCalledTimes(1)
  })

  test('comes from the development server during development, and never in a packaged app', () => {
    vi.stubEnv('ELECTRON_RENDERER_URL', 'http://localhost:5173/')
    expect([isOwnPage('http://localhost:5173/x'), isOwnPage('app://lab/index.html')]).toEqual([false, true])
    app.isPackaged = false
    expect([isOwnPage('http://localhost:5173/x'), isOwnPage('app://lab/index.html')]).toEqual([true, false])
  })
})

describe('the window’s bounds', () => {
  test('are saved when it is closed, once', async () => {
    const { window, store, saveBounds } = await open()
    Object.assign(window, { bounds: { x: 5, y: 6, width: 1300, height: 900 }, maximized: true })
    window.emit('close')
    await saveBounds()
    expect(store.value).toEqual({ x: 5, y: 6, width: 1300, height: 900, maximized: true })
  })

  test('are not written when they did not change', async () => {
    const { window, store, saveBounds } = await open()
    Object.assign(window, { bounds: { ...store.value } })
    delete (window.bounds as { maximized?: boolean }).maximized
    const set = vi.spyOn(store, 'set')
    await saveBounds()
    expect(set).not.toHaveBeenCalled()
  })

  test('are not written when a window closes where it was, and once more when it moved meanwhile', async () => {
    const { window, store, saveBounds } = await open(vi.fn(), { x: 10, y: 20, width: 1280, height: 800, maximized: false })
    const set = vi.spyOn(store, 'set')
    await saveBounds()
    expect(set).not.toHaveBeenCalled()
    window.bounds = { ...window.bounds, x: 11 }
    await saveBounds()
    await saveBounds()
    expect(set.mock.calls).toEqual([[{ x: 11, y: 20, width: 1280, height: 800, maximized: false }]])
  })

  test('are on the disk after a flush, even if the window was closed just before', async () => {
    const { window, store, saveBounds } = await open()
    let written = (): void => undefined
    vi.spyOn(store, 'set').mockReturnValue(new Promise((done) => { written = done }))
    window.emit('close')
    window.destroyed = true
    const done = vi.fn()
    const placing = saveBounds().then(done)
    await new Promise(setImmediate)
    expect(done).not.toHaveBeenCalled()
    written()
    await placing
    expect(done).toHaveBeenCalledTimes(1)
  })

  test('that cannot be written are no reason to fail, nor is a destroyed window', async () => {
    const { window, store, saveBounds } = await open()
    vi.spyOn(store, 'set').mockRejectedValue(new Error('the disk is full'))
    await expect(saveBounds()).resolves.toBeUndefined()
    expect(log).toHaveBeenCalledWith(expect.objectContaining({ message: 'the disk is full' }))
    window.destroyed = true
    await expect(saveBounds()).resolves.toBeUndefined()
  })

  test('are restored, also when maximized', async () => {
    const { window } = await open(vi.fn(), { x: 50, y: 60, width: 1200, height: 700, maximized: true })
    expect(window.options).toMatchObject({ x: 50, y: 60, width: 1200, height: 700 })
    expect(window.maximize).toHaveBeenCalledTimes(1)
    expect((await open()).window.maximize).not.toHaveBeenCalled()
  })

  test('are centred when its screen is gone, and never smaller than usable', async () => {
    const { window } = await open(vi.fn(), { x: 5000, y: 50, width: 1400, height: 900, maximized: false })
    expect(window.options).toMatchObject({ width: 1400, height: 900, minWidth: 960, minHeight: 600 })
    expect(['x' in (window.options as object), 'maximized' in (window.options as object)]).toEqual([false, false])
  })

  test('are the default ones without a file, or with a damaged one', async () => {
    const path = join(newFolder(), 'window.json')
    expect((await openBounds(path)).value).toEqual(defaultBounds)
    writeFileSync(path, '{ "width": 3 }')
    expect((await openBounds(path)).value).toEqual(defaultBounds)
  })
})

test.each([[false, '#f4f6f9'], [true, '#10141a']])('in a dark theme (%j) its first colour is %s', async (dark, colour) => {
  nativeTheme.shouldUseDarkColors = dark
  expect((await open()).window.options).toMatchObject({ backgroundColor: colour, title: 'Backprop Lab' })
})

describe('heavy work', () => {
  const waiting = async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const [done, opened] = [vi.fn(), await open()]
    void opened.painted.then(done)
    return { done, ...opened }
  }

  test('waits until the window has painted', async () => {
    const { window, done } = await waiting()
    await vi.advanceTimersByTimeAsync(100)
    expect(done).not.toHaveBeenCalled()
    window.emit('ready-to-show')
    await vi.advanceTimersByTimeAsync(0)
    expect(done).toHaveBeenCalledTimes(1)
  })

  test('waits two seconds for a slow computer, but not four for a window that never reports its paint', async () => {
    const { done } = await waiting()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(done).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(done).toHaveBeenCalledTimes(1)
  })
})

describe('the room', () => {
  const go = (window: BrowserWindow, url: string) => window.webContents.emit('did-navigate-in-page', {}, url)

  test('of the last session is the first that is shown; a first start has none', async () => {
    expect((await open()).window.loadURL.mock.calls).toEqual([['app://lab/index.html']])
    expect((await open(vi.fn(), defaultBounds, 'train')).window.loadURL.mock.calls).toEqual([['app://lab/index.html#train']])
  })

  test('is told whenever it changes, and is there again when the page is loaded anew', async () => {
    const { window, rooms } = await open()
    for (const name of ['train', 'files', 'nothing', 'draw']) go(window, `app://lab/index.html#${name}`)
    go(window, 'https://example.org/#files')
    expect(rooms).toEqual(['train', 'files', 'draw'])
    window.webContents.emit('did-navigate', {}, 'about:blank')
    expect(window.loadURL.mock.calls.at(-1)).toEqual(['app://lab/index.html#draw'])
  })
})
