import { join } from 'node:path'
import { type MeasureStart, type Playground, type Progress, type Settings, toWire, translate, type WorkerStart } from '@contract'
import { LabError } from '@core'
import { type JsonStore, writesSettled } from '@files'
import { app, ipcMain, type IpcMainInvokeEvent, Menu, nativeTheme, protocol, shell } from 'electron'
import type { Bounds } from './bounds'
import { Certifier, type MeasureThread } from './certificate'
import { askOpen, askSave } from './dialogs'
import { FirstRun } from './first-run'
import { register, type Sender } from './guard'
import { createHandlers } from './handlers'
import { forgetPages, lockDown } from './lockdown'
import { menuOf } from './menu'
import { askForNothing } from './network'
import { Outbox } from './outbox'
import { scheme, serve } from './protocol'
import type { Thread } from './supervisor'
import { appInfo, localeOf } from './environment'
import type { UserFolder } from './user-folder'
import { isOurs, openWindow } from './window'

/** Longest wait after the first paint: the dataset is then loaded even if the page never reports its first screen. */
const beginMs = 5_000

/** The small files in the lab's folder. */
export interface Stores {
  readonly settings: JsonStore<Settings>
  readonly bounds: JsonStore<Bounds>
  readonly progress: JsonStore<Progress>
  readonly playground: JsonStore<Playground | null>
}

/** What depends on the bundle's files: the path of the sample, and functions that start the threads from their entry files. */
export interface LabParts {
  readonly samplePath: string
  readonly startThread: (start: WorkerStart) => Thread
  readonly startMeasuring: (start: MeasureStart) => MeasureThread
}

export interface Lab {
  /** Saves the run. @returns whether everything was saved */
  readonly save: () => Promise<boolean>
  /** Resolves when all pending writes have finished. */
  readonly settle: () => Promise<void>
}

/**
 * Opens the window and creates everything behind it, once Electron is ready.
 * @param hopeless called when the window keeps crashing
 */
export function startLab({ path: folder, refused }: UserFolder, stores: Stores, { samplePath, startThread, startMeasuring }: LabParts, hopeless: () => void): Lab {
  const { settings, bounds, progress, playground } = stores
  const outbox = new Outbox()
  process.on('unhandledRejection', cause => outbox.refused(cause))
  const locale = () => localeOf(settings.value)
  const showMenu = (): void => {
    app.setAboutPanelOptions({ applicationName: 'Backprop Lab', applicationVersion: app.getVersion(), copyright: translate(locale(), 'dialog.about') })
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf({
      locale: locale(), level: settings.value.level, mac: process.platform === 'darwin', devTools: !app.isPackaged,
      send: command => outbox.send('menu', command), showFolder: () => void shell.openPath(folder),
    })))
  }

  let begin = (): void => undefined
  const shown = new Promise<void>((done) => { begin = done })
  /** Lock for compiling the kernels, shared by all threads: V8's flags are global to the process. */
  const compiling = new Int32Array(new SharedArrayBuffer(4))
  const run = new FirstRun({ folder, samplePath, settings, outbox, version: app.getVersion(), startThread: start => startThread({ ...start, compiling }) }, shown)
  const { files, library, dataset, ready } = run
  const certifier = new Certifier({
    dataset, startThread: start => startMeasuring({ ...start, compiling }), tell: run => outbox.send('certificate', run),
  })
  const senderOf = ({ senderFrame, sender }: IpcMainInvokeEvent): Sender =>
    ({ url: senderFrame?.url ?? null, top: senderFrame?.parent === null && sender === outbox.window?.webContents })
  register(createHandlers({
    settings, progress, playground, files, library, certifier, dataset, ready,
    warn: error => outbox.warn(error),
    keeper: () => run.keeper,
    info: () => appInfo(run.datasetState),
    shown: begin,
    settingsChanged: (next) => {
      nativeTheme.themeSource = next.theme
      showMenu()
      outbox.send('settings', next)
    },
    askSave: (kind, name) => askSave(outbox.window, { kind, locale: locale(), name }),
    askOpen: kind => askOpen(outbox.window, { kind, locale: locale() }),
    reveal: path => shell.showItemInFolder(path),
  }), ipcMain, senderOf, isOurs)
  nativeTheme.themeSource = settings.value.theme
  protocol.handle(scheme, request => serve(request, join(import.meta.dirname, '../renderer')))
  askForNothing()
  lockDown(isOurs)
  showMenu()
  const opened = openWindow(bounds, hopeless)
  const window = outbox.window = opened.window
  if (refused !== null) void shown.then(() => outbox.warn(toWire(new LabError('folder.temporary', `${refused} cannot be written: nothing is kept`, { file: refused }))))
  void opened.painted.then(() => {
    setTimeout(begin, beginMs)
    forgetPages().catch((cause: unknown) => console.error(cause)) // the next start tries again
  })
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore()
    window.focus()
  })

  return {
    save: async () => {
      certifier.stop()
      await opened.placed()
      const saved = await (run.keeper?.quit() ?? true)
      if (saved) await files.end() // removes the marker file; if it remains, the next start treats this session as crashed and offers its autosave
      return saved
    },
    settle: async () => {
      await Promise.all([settings, bounds, progress, playground].map(store => store.settled()))
      await run.settled()
      await writesSettled() // a file that the user is saving
    },
  }
}
