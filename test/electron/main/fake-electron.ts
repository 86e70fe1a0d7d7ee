import { EventEmitter } from 'node:events'
import { vi } from 'vitest'

/**
 * A stub of the part of Electron that main uses in its specs: `vi.mock('electron', () => import('./fake-electron'))`.
 * Specs share their modules, so there is a single instance.
 */

class FakeApp extends EventEmitter {
  isPackaged = true
  ready = true
  readonly switches = new Map<string, string>()
  readonly commandLine = { appendSwitch: (name: string, value = ''): void => { this.switches.set(name, value) } }
  isReady(): boolean { return this.ready }
  getPath(name: string): string { return `/home/ada/${name}` }
  getAppPath(): string { return '/home/ada/lab' }
  getVersion(): string { return '1.2.3' }
  getPreferredSystemLanguages(): string[] { return this.languages }
  whenReady(): Promise<void> { return Promise.resolve() }
  languages = ['en-GB']
  setPath = vi.fn()
  setAppUserModelId = vi.fn()
  setAboutPanelOptions = vi.fn()
  requestSingleInstanceLock = vi.fn(() => true)
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
  send = vi.fn()
  printToPDF = vi.fn(() => Promise.resolve(Buffer.from('%PDF-1.4')))
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
  minimized = false
  restore = vi.fn()
  focus = vi.fn()
  constructor(readonly options: unknown = {}) {
    super()
    BrowserWindow.made.push(this)
  }

  isDestroyed(): boolean { return this.destroyed }
  isMinimized(): boolean { return this.minimized }
  isVisible(): boolean { return this.visible }
  isMaximized(): boolean { return this.maximized }
  getNormalBounds(): typeof this.bounds { return this.bounds }
}

export const app = new FakeApp()
export const session = { defaultSession: new FakeSession() }
export const nativeTheme = { shouldUseDarkColors: false, themeSource: '' }
/** Handlers of main, by channel */
const listeners = new Map<string, (event: unknown, arg: unknown) => unknown>()
export const ipcMain = { listeners, handle: (channel: string, listener: (event: unknown, arg: unknown) => unknown): void => { listeners.set(channel, listener) } }
export const Menu = { setApplicationMenu: vi.fn(), buildFromTemplate: (template: unknown): unknown => template }
export const protocol = { registerSchemesAsPrivileged: vi.fn(), handle: vi.fn() }
export const shell = { openPath: vi.fn(() => Promise.resolve('')), showItemInFolder: vi.fn(), trashItem: vi.fn(() => Promise.resolve()) }
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
export const dialog = {
  showSaveDialog: vi.fn(), showOpenDialog: vi.fn(), showMessageBox: vi.fn(), showErrorBox: vi.fn(),
}

/** Resets it between tests. */
export function freshElectron(): void {
  app.removeAllListeners()
  app.switches.clear()
  Object.assign(app, {
    isPackaged: true, ready: true, languages: ['en-GB'], quit: vi.fn(), exit: vi.fn(), disableHardwareAcceleration: vi.fn(),
    setPath: vi.fn(), setAppUserModelId: vi.fn(), setAboutPanelOptions: vi.fn(), requestSingleInstanceLock: vi.fn(() => true),
  })
  session.defaultSession = new FakeSession()
  BrowserWindow.made.length = 0
  Object.assign(nativeTheme, { shouldUseDarkColors: false, themeSource: '' })
  listeners.clear()
  for (const fake of [...Object.values(dialog), Menu.setApplicationMenu, ...Object.values(protocol), shell.showItemInFolder, shell.openPath, shell.trashItem]) fake.mockReset()
}
