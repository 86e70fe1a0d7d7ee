import { join } from 'node:path'
import { type MeasureStart, type Playground, type Progress, type Settings, toWire, translate, type WorkerStart } from '@contract'
import { LabError } from '@core'
import { type JsonStore, finishWrites } from '@files'
import { app, ipcMain, type IpcMainInvokeEvent, Menu, nativeTheme, protocol, shell } from 'electron'
import type { Bounds } from './bounds'
import { Certifier, type MeasureThread } from './certificate'
import { DatasetManager } from './dataset-manager'
import { askDataset, askOpen, askSave, askUnsaved } from './dialogs'
import { DeferredStart } from './deferred-start'
import { register, type Sender } from './guard'
import { filesIn } from './file-arguments'
import { GivenFiles } from './given-files'
import { createHandlers, type FileKind } from './handlers'
import { clearBrowserStorage, lockDown } from './lockdown'
import { menuOf } from './menu'
import { disableSpellChecker } from './network'
import { Outbox } from './outbox'
import { Presenter } from './presenter'
import { scheme, serve } from './protocol'
import { printedPage } from './summary'
import type { Thread } from './supervisor'
import { appInfo, localeOf } from './environment'
import { remember, type Session } from './session'
import type { UserFolder } from './user-folder'
import { mayEnd } from './unsaved'
import { WeightsFiles } from './weights-files'
import { isOwnPage, openWindow } from './window'

/** Longest wait after the first paint: the dataset is then loaded even if the page never reports its first screen. */
const firstScreenTimeoutMs = 5_000

/** The small files in the lab's folder. */
export interface Stores {
  readonly settings: JsonStore<Settings>
  readonly bounds: JsonStore<Bounds>
  readonly progress: JsonStore<Progress>
  readonly playground: JsonStore<Playground | null>
  readonly session: JsonStore<Session>
}

/** What depends on the bundle's files: the path of the sample, and functions that start the threads from their entry files. */
export interface BundledParts {
  readonly samplePath: string
  readonly startThread: (start: WorkerStart) => Thread
  readonly startMeasuring: (start: MeasureStart) => MeasureThread
}

export interface Lab {
  /** Asks about a run that is not on the disk. @returns whether the lab may quit */
  readonly mayQuit: () => Promise<boolean>
  /** Saves the run. @returns whether everything was saved */
  readonly save: () => Promise<boolean>
  /** Resolves when all pending writes have finished. */
  readonly finishWrites: () => Promise<void>
  /** Opens a file that the system passes on, as one that is dropped onto the window. */
  readonly openFile: (path: string) => void
}

/**
 * Opens the window and creates everything behind it, once Electron is ready.
 * @param onCrashLoop called when the window keeps crashing
 */
export function startLab({ path: folder, unwritable }: UserFolder, stores: Stores, { samplePath, startThread, startMeasuring }: BundledParts, onCrashLoop: () => void): Lab {
  const { settings, bounds, progress, playground, session } = stores
  const outbox = new Outbox()
  process.on('unhandledRejection', cause => outbox.unhandled(cause))
  const locale = () => localeOf(settings.value)
  const showMenu = (): void => {
    app.setAboutPanelOptions({ applicationName: 'Backprop Lab', applicationVersion: app.getVersion(), copyright: translate(locale(), 'dialog.about') })
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf({
      locale: locale(), level: settings.value.level, mac: process.platform === 'darwin', devTools: !app.isPackaged,
      send: command => outbox.send('menu', command), showFolder: () => void shell.openPath(folder),
    })))
  }

  let markShown = (): void => undefined
  const shown = new Promise<void>((done) => { markShown = done })
  /** Lock for compiling the kernels, shared by all threads: V8's flags are global to the process. */
  const compiling = new Int32Array(new SharedArrayBuffer(4))
  const start: DeferredStart = new DeferredStart({
    folder, samplePath, settings, session, locale, outbox, version: app.getVersion(), startThread: start => startThread({ ...start, compiling }), trash: path => shell.trashItem(path),
    mayEnd: (end, problem, weights) => mayEnd(end, problem, weights, { ask: (end, reason) => askUnsaved(outbox.window, { end, reason, locale: locale() }), save: source => rescued.save(source, true) }),
  }, shown)
  const askSaveAs = (kind: FileKind, name: string) => askSave(outbox.window, { kind, locale: locale(), name })
  /** Weights of runs that the disk refuses */
  const rescued = new WeightsFiles({ library: start.library, askSave: name => askSaveAs('weights', name), trash: start.fileTrash, warn: cause => outbox.warn(toWire(cause)) })
  const { library, datasets, digits, runsLibrary: runs, ready } = start
  const certifier = new Certifier({
    dataset: datasets.mnist, startThread: start => startMeasuring({ ...start, compiling }), onChange: run => outbox.send('certificate', run),
  })
  const senderOf = ({ senderFrame, sender }: IpcMainInvokeEvent): Sender =>
    ({ url: senderFrame?.url ?? null, top: senderFrame?.parent === null && sender === outbox.window?.webContents })
  const given = new GivenFiles()
  const reveal = (path: string): void => shell.showItemInFolder(path)
  const manager = new DatasetManager({
    store: start.datasetStore, mnist: datasets.mnist, reveal, current: () => start.keeper?.dataset.info.id ?? null,
    ask: from => askDataset(outbox.window, { from, locale: locale() }), onProgress: progress => outbox.send('data:reading', progress),
  })
  let presenter: Presenter | null = null
  register(createHandlers({
    settings, progress, playground, session, library, runs, certifier, datasets, digits, ready,
    warn: error => outbox.warn(error),
    keeper: () => start.keeper,
    comparison: () => start.comparison,
    info: () => appInfo(start.datasetState),
    locale,
    shown: markShown,
    present: on => presenter?.present(on),
    settingsChanged: (next) => {
      nativeTheme.themeSource = next.theme
      showMenu()
      outbox.send('settings', next)
    },
    askSave: askSaveAs,
    askOpen: kind => askOpen(outbox.window, { kind, locale: locale() }),
    print: () => printedPage(outbox.window?.webContents),
    reveal, manager,
    trash: start.fileTrash, given,
  }), ipcMain, senderOf, isOwnPage)
  nativeTheme.themeSource = settings.value.theme
  protocol.handle(scheme, request => serve(request, join(import.meta.dirname, '../renderer')))
  disableSpellChecker()
  lockDown(isOwnPage)
  showMenu()
  const opened = openWindow({ bounds, room: session.value.room, onRoom: room => void remember(session, { room }) }, onCrashLoop)
  const window = outbox.window = opened.window
  presenter = new Presenter(window, bounds)
  if (unwritable !== null) void shown.then(() => outbox.warn(toWire(new LabError('folder.temporary', `${unwritable} is not writable: nothing is kept`, { file: unwritable }))))
  void opened.painted.then(() => {
    setTimeout(markShown, firstScreenTimeoutMs)
    clearBrowserStorage().catch((cause: unknown) => console.error(cause)) // the next start tries again
  })
  const openFile = (path: string): void => void shown.then(() => outbox.send('file:given', given.add(path)))
  app.on('second-instance', (_event, args: readonly string[] = [], folder = '') => {
    if (window.isMinimized()) window.restore()
    window.focus()
    for (const path of filesIn(args, folder)) openFile(path)
  })

  return {
    mayQuit: async () => await start.keeper?.mayQuit() ?? true,
    save: async () => {
      certifier.stop()
      await start.comparison?.rest()
      await opened.saveBounds()
      return await (start.keeper?.quit() ?? true)
    },
    finishWrites: async () => {
      await Promise.all([settings, bounds, progress, playground, session].map(store => store.finishWrites()))
      await start.finishWrites()
      await finishWrites() // a file that the user is saving
    },
    openFile,
  }
}
