import { EventEmitter } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Bounds, defaultBounds } from '../../../electron/main/bounds'
import { isOurs, lockDown, openBounds, openWindow } from '../../../electron/main/window'
import { newFolder } from './folder'

type Handler = (...args: unknown[]) => unknown
const electron = vi.hoisted(() => ({ app: null as unknown as import('node:events').EventEmitter & { isPackaged: boolean }, windows: [] as unknown[], dark: false, session: {} as Record<string, Handler> }))
vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events')
  electron.app = Object.assign(new EventEmitter(), { isPackaged: true })
  class BrowserWindow extends EventEmitter {
    destroyed = false
    visible = true
    maximized = false
    bounds = { x: 10, y: 20, width: 1000, height: 700 }
    url = ''
    readonly webContents = Object.assign(new EventEmitter(), { reloads: 0, reload() { this.reloads++ } })
    constructor(readonly options: Record<string, unknown>) { super(); electron.windows.push(this) }
    maximize() { this.maximized = true }
    isMaximized() { return this.maximized }
    isDestroyed() { return this.destroyed }
    isVisible() { return this.visible }
    getNormalBounds() { return this.bounds }
    async loadURL(url: string) { this.url = url }
  }
  const handlers = Object.fromEntries(['setPermissionRequestHandler', 'setPermissionCheckHandler', 'setDevicePermissionHandler'].map(name => [name, (handler: Handler) => { electron.session[name] = handler }]))
  return {
    app: electron.app, BrowserWindow, nativeTheme: { get shouldUseDarkColors() { return electron.dark } },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }, session: { defaultSession: handlers },
  }
})

interface FakeWindow extends EventEmitter {
  readonly options: { readonly [key: string]: unknown, readonly webPreferences: Record<string, unknown> }
  readonly webContents: EventEmitter & { readonly reloads: number }
  destroyed: boolean
  visible: boolean
  maximized: boolean
  bounds: object
  readonly url: string
}

beforeEach(() => { vi.useFakeTimers({ toFake: ['performance'] }); vi.spyOn(console, 'error').mockReturnValue() })
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); vi.unstubAllEnvs() })

async function opened(bounds: Bounds = defaultBounds) {
  const path = join(newFolder(), 'window.json')
  await (await openBounds(path)).set(bounds)
  const store = await openBounds(path)
  let hopeless = 0
  const lab = openWindow(store, () => { hopeless++ })
  const window = lab.window as unknown as FakeWindow
  return { ...lab, window, store, path, hopeless: () => hopeless }
}
const crash = (window: FakeWindow, reason = 'crashed') => window.webContents.emit('render-process-gone', {}, { reason })

describe('the window', () => {
  test('stands where it stood the last time, and is never smaller than it can be used', async () => {
    const { window } = await opened({ x: 100, y: 50, width: 1400, height: 900, maximized: false })
    expect(window.options).toMatchObject({ x: 100, y: 50, width: 1400, height: 900, minWidth: 960, minHeight: 600, title: 'Backprop Lab' })
    expect([window.maximized, 'maximized' in window.options]).toEqual([false, false])
  })

  test('comes back maximized', async () => {
    expect((await opened({ width: 1400, height: 900, maximized: true })).window.maximized).toBe(true)
  })

  test('goes to the middle when its screen is gone', async () => {
    const { window } = await opened({ x: 5000, y: 50, width: 1400, height: 900, maximized: false })
    expect(window.options).toMatchObject({ width: 1400, height: 900 })
    expect('x' in window.options).toBe(false)
  })

  test('gives its page nothing of Node, and asks nobody about spelling', async () => {
    const { window } = await opened()
    expect(window.options.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false })
    expect(window.options.webPreferences['preload']).toMatch(/preload.index\.cjs$/)
  })

  test('begins in the background of its theme, so that nothing flashes', async () => {
    electron.dark = false
    const light = (await opened()).window.options['backgroundColor'] as string
    electron.dark = true
    const dark = (await opened()).window.options['backgroundColor'] as string
    const brightness = (colour: string) => [1, 3, 5].reduce((sum, at) => sum + Number.parseInt(colour.slice(at, at + 2), 16), 0)
    expect([brightness(light) > 3 * 200, brightness(dark) < 3 * 50]).toEqual([true, true])
  })

  test('keeps its title whatever the page says', async () => {
    const { window } = await opened()
    const event = { preventDefault: vi.fn() }
    window.emit('page-title-updated', event)
    expect(event.preventDefault).toHaveBeenCalledOnce()
  })

  test('loads the built page, and electron-vite\'s server only while developing', async () => {
    vi.stubEnv('ELECTRON_RENDERER_URL', 'http://localhost:5173')
    electron.app.isPackaged = true
    const packaged = (await opened()).window.url
    electron.app.isPackaged = false
    const served = (await opened()).window.url
    vi.stubEnv('ELECTRON_RENDERER_URL', '')
    const built = (await opened()).window.url
    electron.app.isPackaged = true
    expect(packaged).toMatch(/^app:\/\/.*\/index\.html$/)
    expect([served, built]).toEqual(['http://localhost:5173', packaged])
    expect([isOurs(packaged), isOurs('https://example.org/index.html'), isOurs('file:///etc/passwd'), isOurs('nonsense')]).toEqual([true, false, false, false])
  })

  test('has painted when it says so', async () => {
    const { window, painted } = await opened()
    window.emit('ready-to-show')
    expect(await painted).toBeUndefined()
  })

  test('writes its place when it is closed, once, and where it is not maximized', async () => {
    const { window, placed, path, store } = await opened()
    const set = vi.spyOn(store, 'set')
    window.maximized = true
    window.emit('close')
    await placed()
    await store.settled()
    expect((await openBounds(path)).value).toEqual({ x: 10, y: 20, width: 1000, height: 700, maximized: true })
    await placed()
    expect(set).toHaveBeenCalledTimes(1)
    window.destroyed = true
    window.bounds = { x: 0, y: 0, width: 960, height: 600 }
    await placed()
    expect(set).toHaveBeenCalledTimes(1)
  })

  test('that cannot write its place closes all the same', async () => {
    const { placed, store } = await opened()
    vi.spyOn(store, 'set').mockRejectedValue(new TypeError('no'))
    await expect(placed()).resolves.toBeUndefined()
  })

  test('without a file, or with a damaged one, takes its default place', async () => {
    const path = join(newFolder(), 'window.json')
    expect((await openBounds(path)).value).toEqual(defaultBounds)
    writeFileSync(path, '{ "width": 3 }')
    expect((await openBounds(path)).value).toEqual(defaultBounds)
  })
})

describe('a window whose process is gone', () => {
  test('is reloaded three times in a minute; then a person is told', async () => {
    const { window, hopeless } = await opened()
    for (let i = 1; i <= 3; i++) {
      crash(window)
      expect([window.webContents.reloads, hopeless()]).toEqual([i, 0])
    }
    crash(window)
    expect([window.webContents.reloads, hopeless()]).toEqual([3, 1])
  })

  test('is reloaded again and again when it happens now and then', async () => {
    const { window, hopeless } = await opened()
    for (let i = 1; i <= 12; i++) {
      crash(window)
      vi.advanceTimersByTime(20_000)
    }
    expect([window.webContents.reloads, hopeless()]).toEqual([12, 0])
  })

  test('stays when it ended of its own will, or is no more', async () => {
    const { window, hopeless } = await opened()
    crash(window, 'clean-exit')
    expect([window.webContents.reloads, hopeless()]).toEqual([0, 0])
    window.destroyed = true
    crash(window)
    expect(window.webContents.reloads).toBe(0)
  })
})

describe('a graphics process that is gone', () => {
  const gone = (type = 'GPU', reason = 'crashed') => electron.app.emit('child-process-gone', {}, { type, reason })

  test('has the page drawn anew', async () => {
    const { window } = await opened()
    gone()
    expect(window.webContents.reloads).toBe(1)
    window.emit('closed')
  })

  test('is no matter when it ended of its own will, was another process, or nobody looks', async () => {
    const { window } = await opened()
    gone('GPU', 'clean-exit')
    gone('Utility')
    window.visible = false
    gone()
    window.visible = true
    window.destroyed = true
    gone()
    expect(window.webContents.reloads).toBe(0)
    window.emit('closed')
  })

  test('is nobody\'s any more when the window was closed', async () => {
    const before = electron.app.listenerCount('child-process-gone')
    const { window } = await opened()
    expect(electron.app.listenerCount('child-process-gone')).toBe(before + 1)
    window.emit('closed')
    expect(electron.app.listenerCount('child-process-gone')).toBe(before)
  })
})

describe('nothing leads out of the lab', () => {
  const contents = () => {
    lockDown()
    const made = Object.assign(new EventEmitter(), { policy: '', opened: null as unknown, setWebRTCIPHandlingPolicy(policy: string) { made.policy = policy }, setWindowOpenHandler(handler: Handler) { made.opened = handler({ url: 'https://example.org' }) } })
    electron.app.emit('web-contents-created', {}, made)
    electron.app.removeAllListeners('web-contents-created')
    return made
  }

  test.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('%s stays in the lab', (event) => {
    const made = contents()
    const refused = (url: string) => { const preventDefault = vi.fn(); made.emit(event, { url, preventDefault }); return preventDefault.mock.calls.length }
    expect([refused('https://example.org/'), refused('app://elsewhere/index.html'), refused('')]).toEqual([1, 1, 1])
    expect(refused((electron.windows.at(-1) as FakeWindow).url)).toBe(0)
  })

  test('no window is opened, no page embedded, no call made to a peer', () => {
    const made = contents()
    const preventDefault = vi.fn()
    made.emit('will-attach-webview', { preventDefault })
    expect([made.opened, preventDefault.mock.calls.length, made.policy]).toEqual([{ action: 'deny' }, 1, 'disable_non_proxied_udp'])
  })

  test('of all permissions a page has that to copy a picture', () => {
    contents()
    const answers = (permission: string) => {
      const answer = vi.fn()
      electron.session['setPermissionRequestHandler']!(null, permission, answer)
      return [answer.mock.calls[0]?.[0] as unknown, electron.session['setPermissionCheckHandler']!(null, permission)]
    }
    expect(answers('clipboard-sanitized-write')).toEqual([true, true])
    for (const permission of ['clipboard-read', 'media', 'geolocation', 'notifications', 'fullscreen', 'openExternal', 'unknown']) expect([permission, ...answers(permission)]).toEqual([permission, false, false])
    expect(electron.session['setDevicePermissionHandler']!({})).toBe(false)
  })
})
