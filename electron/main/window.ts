import { join } from 'node:path'
import { roomNames, type RoomName } from '@contract'
import { JsonStore } from '@files'
import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import { type Bounds, defaultBounds, onScreen, parseBounds, sameBounds, smallest } from './bounds'
import { origin, sameOrigin } from './protocol'

/** Browser features to disable: file access that no permission handler controls. The page asks main for files instead. */
const disabledFeatures = 'FileSystemAccess,FileSystemAccessLocal,FileSystemAccessOriginPrivate'
/** Timeout for the first paint. */
const paintTimeoutMs = 3_000
/** More crashes within a minute mean that reloading does not help. */
const maxReloads = 3

/** URL of the window: the built files, or the server of electron-vite during development. @param room which the page keeps in its address */
const windowUrl = (room: RoomName | null = null): string => ((!app.isPackaged && process.env['ELECTRON_RENDERER_URL']) || `${origin}/index.html`) + (room ? `#${room}` : '')

/** Whether a URL is the lab's own page. */
export const isOwnPage = (url: string): boolean => sameOrigin(url, windowUrl())

export interface LabWindow {
  readonly window: BrowserWindow
  /** Resolves at the first paint, when expensive work may start. */
  readonly painted: Promise<void>
  /** Saves the window's bounds. */
  readonly saveBounds: () => Promise<void>
}

/** Where the window is opened, and what it shows. */
export interface WindowPlace {
  readonly bounds: JsonStore<Bounds>
  /** The room that it begins with; null: the first one */
  readonly room: RoomName | null
  /** Called with the room that is shown, whenever it changes */
  readonly onRoom: (room: RoomName) => void
}

/** The window's last bounds. */
export const openBounds = (path: string): Promise<JsonStore<Bounds>> => JsonStore.open(path, parseBounds, defaultBounds)

/**
 * Opens the window. It is visible at once, in the theme's background colour, and shows its page 0.25 s later:
 * a hidden window paints later, and on a busy computer sometimes never.
 * @param onCrashLoop called when the window keeps crashing
 */
export function openWindow({ bounds: store, room: first, onRoom }: WindowPlace, onCrashLoop: () => void): LabWindow {
  const { maximized, ...bounds } = onScreen(store.value, screen.getAllDisplays().map(({ workArea }) => workArea))
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Backprop Lab',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#10141a' : '#f4f6f9',
    webPreferences: { preload: join(import.meta.dirname, '../preload/index.cjs'), sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false, disableBlinkFeatures: disabledFeatures },
  })
  window.on('page-title-updated', event => event.preventDefault())
  if (maximized) window.maximize()
  const painted = new Promise<void>((done) => {
    window.once('ready-to-show', done)
    setTimeout(done, paintTimeoutMs)
  })
  let saving = Promise.resolve()
  const saveBounds = (): Promise<void> => {
    if (window.isDestroyed()) return saving
    const { ownZoom } = store.value
    const now: Bounds = { ...window.getNormalBounds(), maximized: window.isMaximized(), ownZoom }
    if (!sameBounds(now, store.value)) saving = store.set(now).catch((cause: unknown) => console.error(cause)) // losing the bounds does no harm
    return saving
  }
  window.on('close', () => void saveBounds())
  reloadCrashed(window, onCrashLoop)
  let room = first
  window.webContents.on('did-navigate-in-page', (_, url) => {
    const shown = roomNames.find(name => isOwnPage(url) && new URL(url).hash === `#${name}`)
    if (shown) onRoom(room = shown)
  })
  const load = (): void => void window.loadURL(windowUrl(room)).catch((cause: unknown) => console.error(cause)) // a reload may interrupt it
  returnToApp(window, load)
  load()
  return { window, painted, saveBounds }
}

/** Returns from `about:` URLs: Electron emits no event before a page navigates to one. */
export function returnToApp({ webContents }: Pick<BrowserWindow, 'webContents'>, load: () => void): void {
  webContents.on('did-navigate', (_, url) => { if (!isOwnPage(url)) load() })
  webContents.on('did-fail-load', (_, __, ___, url, isMainFrame) => { if (isMainFrame && !isOwnPage(url)) load() })
}

/** Limits calls per minute. @returns a function that counts a call and returns whether it is within the limit */
function rateLimiter(times: number): () => boolean {
  let callTimes: number[] = []
  return () => {
    const now = performance.now()
    callTimes = [...callTimes.filter(at => now - at < 60_000), now]
    return callTimes.length <= times
  }
}

/** Reloads a crashed window; the run is not affected, because training runs in a thread of main's process. */
export function reloadCrashed(window: BrowserWindow, onCrashLoop: () => void): void {
  const [mayReload, mayRedraw] = [rateLimiter(maxReloads), rateLimiter(maxReloads)]
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    console.error(`the window's process ended: ${reason}`)
    if (mayReload()) window.webContents.reload()
    else onCrashLoop()
  })
  // Chromium restarts a crashed GPU process without limit, but what the old one drew may be gone. This is no crash of the window.
  const gpuGone = (_: unknown, { type, reason }: { type: string, reason: string }): void => {
    if (type !== 'GPU' || reason === 'clean-exit' || window.isDestroyed() || !window.isVisible()) return
    console.error(`the graphics process ended: ${reason}`)
    if (mayRedraw() && !window.webContents.isCrashed()) window.webContents.reload()
  }
  app.on('child-process-gone', gpuGone)
  window.on('closed', () => app.off('child-process-gone', gpuGone))
}
