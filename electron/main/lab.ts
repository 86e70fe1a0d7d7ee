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
import { appInfo, localeOf } from './surroundings'
import type { UserFolder } from './user-folder'
import { isOurs, openWindow } from './window'

/** A window that never says that it is there does not keep the digits waiting. */
const beginMs = 5_000

/** The small files in the lab's folder. */
export interface Stores {
  readonly settings: JsonStore<Settings>
  readonly bounds: JsonStore<Bounds>
  readonly progress: JsonStore<Progress>
  readonly playground: JsonStore<Playground | null>
}

/** What the build knows: the sample's file, and how the worker's file becomes a thread. */
export interface LabParts {
  readonly samplePath: string
  readonly startThread: (start: WorkerStart) => Thread
  readonly startMeasuring: (start: MeasureStart) => MeasureThread
}

export interface Lab {
  /** What was learned is on the disk. @returns whether all of it is */
  readonly save: () => Promise<boolean>
  /** Resolves when nothing is left to write. */
  readonly settle: () => Promise<void>
}

/**
 * Opens the window and all that it asks for, when Electron is ready.
 * @param hopeless called when the window crashes again and again
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
  /** Held by the thread that compiles the kernels: the flags of V8 that it sets hold for all. */
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
    info: () => appInfo(run.datasetInfo),
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
    forgetPages().catch((cause: unknown) => console.error(cause)) // again at the next start
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
      if (saved) await files.end() // a marker that stays makes the next start offer the last autosave
      return saved
    },
    settle: async () => {
      await Promise.all([settings, bounds, progress, playground].map(store => store.settled()))
      await run.settled()
      await writesSettled() // a file of a person's, asked for just now
    },
  }
}
