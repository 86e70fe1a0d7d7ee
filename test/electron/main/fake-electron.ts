import { EventEmitter } from 'node:events'
import { vi } from 'vitest'

/**
 * The part of Electron that the specs of main touch, in the place of the real one: `vi.mock('electron', () => import('./fake-electron'))`.
 * Specs share their modules, so there is one of it.
 */

class FakeApp extends EventEmitter {
  isPackaged = true
  ready = true
  readonly switches = new Map<string, string>()
  readonly commandLine = { appendSwitch: (name: string, value = ''): void => { this.switches.set(name, value) } }
  isReady(): boolean { return this.ready }
  getPath(name: string): string { return `/home/ada/${name}` }
  quit = vi.fn()
  exit = vi.fn()
  disableHardwareAcceleration = vi.fn()
}

export class FakeSession extends EventEmitter {
  setSpellCheckerLanguages = vi.fn()
  setSpellCheckerEnabled = vi.fn()
  setPermissionRequestHandler = vi.fn()
  setPermissionCheckHandler = vi.fn()
  setDevicePermissionHandler = vi.fn()
  clearStorageData = vi.fn(() => Promise.resolve())
}

export class FakeContents extends EventEmitter {
  crashed = false
  reload = vi.fn()
  setWindowOpenHandler = vi.fn()
  setWebRTCIPHandlingPolicy = vi.fn()
  isCrashed(): boolean { return this.crashed }
}

export class BrowserWindow extends EventEmitter {
  static readonly made: BrowserWindow[] = []
  readonly webContents = new FakeContents()
  destroyed = false
  visible = true
  maximized = false
  bounds = { x: 10, y: 20, width: 1280, height: 800 }
  loadURL = vi.fn(() => Promise.resolve())
  maximize = vi.fn()
  constructor(readonly options: unknown = {}) {
    super()
    BrowserWindow.made.push(this)
  }

  isDestroyed(): boolean { return this.destroyed }
  isVisible(): boolean { return this.visible }
  isMaximized(): boolean { return this.maximized }
  getNormalBounds(): typeof this.bounds { return this.bounds }
}

export const app = new FakeApp()
export const session = { defaultSession: new FakeSession() }
export const nativeTheme = { shouldUseDarkColors: false }
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
export const dialog = {
  showSaveDialog: vi.fn(), showOpenDialog: vi.fn(), showMessageBox: vi.fn(), showErrorBox: vi.fn(),
}

/** As it was before a test. */
export function freshElectron(): void {
  app.removeAllListeners()
  app.switches.clear()
  Object.assign(app, { isPackaged: true, ready: true, quit: vi.fn(), exit: vi.fn(), disableHardwareAcceleration: vi.fn() })
  session.defaultSession = new FakeSession()
  BrowserWindow.made.length = 0
  nativeTheme.shouldUseDarkColors = false
  for (const fake of Object.values(dialog)) fake.mockReset()
}
