import { join } from 'node:path'
import { JsonStore } from '@files'
import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import { type Bounds, defaultBounds, onScreen, parseBounds, sameBounds, smallest } from './bounds'
import { origin, sameOrigin } from './protocol'

/** Pages may open and keep files with these, where no permission handler is asked; the lab's asks main for its files. */
const unused = 'FileSystemAccess,FileSystemAccessLocal,FileSystemAccessOriginPrivate'
/** Has painted by then, or never says so. */
const paintMs = 3_000
/** More crashes than this in a minute: reloading does not help. */
const maxReloads = 3

/** The window's address: the built files, or electron-vite's server while developing. */
const windowUrl = (): string => (!app.isPackaged && process.env['ELECTRON_RENDERER_URL']) || `${origin}/index.html`

/** Whether an address is the lab's own page. */
export const isOurs = (url: string): boolean => sameOrigin(url, windowUrl())

export interface LabWindow {
  readonly window: BrowserWindow
  /** Something is to be seen: what is heavy may begin. */
  readonly painted: Promise<void>
  /** Its place on the screen is on the disk. */
  readonly placed: () => Promise<void>
}

/** Where the window stood the last time. */
export const openBounds = (path: string): Promise<JsonStore<Bounds>> => JsonStore.open(path, parseBounds, defaultBounds)

/**
 * Opens the window. It is seen at once, in the background of its theme, and its page a quarter of a second later:
 * a hidden window paints later, and on a busy computer now and then not at all.
 * @param store its place on the screen
 * @param hopeless called when it crashes again and again
 */
export function openWindow(store: JsonStore<Bounds>, hopeless: () => void): LabWindow {
  const { maximized, ...bounds } = onScreen(store.value, screen.getAllDisplays().map(({ workArea }) => workArea))
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Backprop Lab',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#10141a' : '#f4f6f9',
    webPreferences: { preload: join(import.meta.dirname, '../preload/index.cjs'), sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false, disableBlinkFeatures: unused },
  })
  window.on('page-title-updated', event => event.preventDefault())
  if (maximized) window.maximize()
  const painted = new Promise<void>((done) => {
    window.once('ready-to-show', done)
    setTimeout(done, paintMs)
  })
  let placing = Promise.resolve()
  const place = (): Promise<void> => {
    if (window.isDestroyed()) return placing
    const now: Bounds = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    if (!sameBounds(now, store.value)) placing = store.set(now).catch((cause: unknown) => console.error(cause)) // only the place on the screen
    return placing
  }
  window.on('close', () => void place())
  reloadCrashed(window, hopeless)
  const load = (): void => void window.loadURL(windowUrl()).catch((cause: unknown) => console.error(cause)) // a reload may come in between
  comeBack(window, load)
  load()
  return { window, painted, placed: place }
}

/** Electron asks nobody before a page goes to an address that begins with `about:`: it comes back from there. */
export function comeBack({ webContents }: Pick<BrowserWindow, 'webContents'>, load: () => void): void {
  webContents.on('did-navigate', (_, url) => { if (!isOurs(url)) load() })
  webContents.on('did-fail-load', (_, __, ___, url, isMainFrame) => { if (isMainFrame && !isOurs(url)) load() })
}

/** Counts what happens. @returns whether it may go on: no more than so often in a minute */
function atMost(times: number): () => boolean {
  let seen: number[] = []
  return () => {
    const now = performance.now()
    seen = [...seen.filter(at => now - at < 60_000), now]
    return seen.length <= times
  }
}

/** A crashed window comes back with the run as it is: training lives in main's thread. */
export function reloadCrashed(window: BrowserWindow, hopeless: () => void): void {
  const [mayReload, mayRedraw] = [atMost(maxReloads), atMost(maxReloads)]
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    console.error(`the window's process is gone: ${reason}`)
    if (mayReload()) window.webContents.reload()
    else hopeless()
  })
  // Chromium starts another one by itself, without end; what was drawn with the old one may be gone. That is no crash of the window.
  const gpuGone = (_: unknown, { type, reason }: { type: string, reason: string }): void => {
    if (type !== 'GPU' || reason === 'clean-exit' || window.isDestroyed() || !window.isVisible()) return
    console.error(`the graphics process is gone: ${reason}`)
    if (mayRedraw() && !window.webContents.isCrashed()) window.webContents.reload()
  }
  app.on('child-process-gone', gpuGone)
  window.on('closed', () => app.off('child-process-gone', gpuGone))
}
