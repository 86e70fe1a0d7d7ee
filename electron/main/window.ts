import { join } from 'node:path'
import { JsonStore } from '@files'
import { app, BrowserWindow, nativeTheme, session } from 'electron'
import * as v from 'valibot'
import { origin } from './protocol'

const boundsSchema = v.object({ x: v.optional(v.number()), y: v.optional(v.number()), width: v.pipe(v.number(), v.minValue(960)), height: v.pipe(v.number(), v.minValue(600)), maximized: v.boolean() })
type Bounds = v.InferOutput<typeof boundsSchema>

/** The window's address: the built files, or electron-vite's server while developing. */
export const windowUrl = (): string => (!app.isPackaged && process.env['ELECTRON_RENDERER_URL']) || `${origin}/index.html`

/** Opens the window; it shows itself with its first paint. */
export async function openWindow(folder: string): Promise<BrowserWindow> {
  const store = await JsonStore.open<Bounds>(join(folder, 'window.json'), v.parser(boundsSchema), { width: 1280, height: 800, maximized: false })
  const { maximized, ...bounds } = store.value
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'Backprop Lab',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#10141a' : '#f4f6f9',
    webPreferences: { preload: join(import.meta.dirname, '../preload/index.cjs'), sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false },
  })
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('page-title-updated', event => event.preventDefault())
  window.on('close', () => {
    void store.set({ ...window.getNormalBounds(), maximized: window.isMaximized() }).catch((cause: unknown) => console.error(cause)) // only the place on the screen
  })
  // A crashed window comes back with the run as it is: training lives in main's thread.
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) void window.loadURL(windowUrl())
  })
  void window.loadURL(windowUrl())
  return window
}

/** Nothing leads out of the lab: no navigation, windows, permissions or embedded pages. */
export function lockDown(): void {
  app.on('web-contents-created', (_, contents) => {
    const stay = (event: { preventDefault: () => void }, url: string): void => {
      if (!isOurs(url)) event.preventDefault()
    }
    contents.on('will-navigate', (event) => { stay(event, event.url) })
    contents.on('will-redirect', (event) => { stay(event, event.url) })
    contents.on('will-frame-navigate', (event) => { stay(event, event.url) })
    contents.on('will-attach-webview', event => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
  // Copying a picture is the one thing that a page may not do without being asked for.
  session.defaultSession.setPermissionRequestHandler((_, permission, answer) => answer(permission === 'clipboard-sanitized-write'))
  session.defaultSession.setPermissionCheckHandler((_, permission) => permission === 'clipboard-sanitized-write')
}

/** Whether an address is the lab's own page. */
export function isOurs(url: string): boolean {
  const own = new URL(windowUrl())
  try { return new URL(url).protocol === own.protocol && new URL(url).host === own.host }
  catch { return false }
}
