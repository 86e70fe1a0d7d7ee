import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type DatasetInfo, type EventName, type Events, LabError, type Locale, type MeasureStart, type NamedWeights, pickLocale, type SharedDataset, toWire, translate, type WireError, type WorkerStart } from '@contract'
import { loadMnist, writesSettled } from '@files'
import { app, type BrowserWindow, ipcMain, type IpcMainInvokeEvent, Menu, nativeTheme, protocol, shell } from 'electron'
import samplePath from '../assets/sample.safetensors?asset'
import createWorker from '../worker/index?nodeWorker'
import { Certifier, type MeasureThread } from './certificate'
import { askOpen, askSave, tellEnd } from './dialogs'
import { Ending } from './ending'
import { openPlayground } from './graph-files'
import { drawWithoutGpu } from './graphics'
import { register } from './guard'
import { createHandlers } from './handlers'
import { LabFiles } from './lab-files'
import { forgetPages, lockDown } from './lockdown'
import { menuOf } from './menu'
import { askForNothing, stayOffline } from './network'
import { openProgress } from './progress'
import { scheme, serve } from './protocol'
import { RunKeeper } from './run-keeper'
import { openSettings } from './settings'
import type { Thread } from './supervisor'
import { dropFolder, takeFolder, type UserFolder } from './user-folder'
import { WeightsLibrary } from './weights-library'
import { isOurs, openBounds, openWindow } from './window'

/** A window that never says that it is there does not keep the digits waiting. */
const beginMs = 5_000
/** Held by the thread that compiles the kernels: the flags of V8 that it sets hold for all. */
const compiling = new Int32Array(new SharedArrayBuffer(4))

// The lab has no network: its protocol's service needs no process of its own, which takes a tenth of a second to start.
app.commandLine.appendSwitch('enable-features', 'NetworkServiceInProcess2')
stayOffline()
drawWithoutGpu()
Menu.setApplicationMenu(null) // or Electron makes its own first
// Before 'ready', so synchronously: the window's own address counts as a secure origin.
protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }])
app.setAppUserModelId('io.github.backprop-lab')
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined) // a terminal that is gone is no fault of the lab's

// Until there is more to save and to ask: the window's part takes these places.
let save = (): Promise<boolean> => Promise.resolve(true)
let settle = (): Promise<void> => Promise.resolve()
let locale = (): Locale => systemLocale()
const ending = new Ending({
  save: () => save(), settle: () => settle(), locale: () => locale(), tell: words => tellEnd(words, locale()), exit: code => app.exit(code),
  quit: () => { setImmediate(() => app.quit()) }, // not while Electron still hands out the event: it would be taken for the same wish
})
process.on('uncaughtException', (cause: unknown) => void ending.fail(cause))
open()

/** Opens the lab, unless it is open already. */
function open(): void {
  let folder: UserFolder | null
  try { folder = takeFolder(app, process.env['LAB_USER_DATA']) }
  catch (cause) { return void app.whenReady().then(() => ending.fail(cause)) }
  if (!folder) return app.quit()
  const { path, refused } = folder
  if (refused !== null) process.on('exit', () => dropFolder(path))
  const stores = openStores(path) // read while Electron starts, so that the window waits for none of them
  app.whenReady().then(async () => { await start(folder, await stores) }).catch((cause: unknown) => ending.fail(cause))
}

/** The small files in the lab's folder. */
async function openStores(folder: string) {
  const [settings, bounds, progress, playground] = await Promise.all([
    openSettings(join(folder, 'settings.json')), openBounds(join(folder, 'window.json')),
    openProgress(join(folder, 'progress.json')), openPlayground(join(folder, 'playground.json')),
  ])
  return { settings, bounds, progress, playground }
}

async function start({ path: folder, refused }: UserFolder, { settings, bounds, progress, playground }: Awaited<ReturnType<typeof openStores>>): Promise<void> {
  let window: BrowserWindow | null = null
  let keeper: RunKeeper | null = null
  let datasetInfo: DatasetInfo = { phase: 'loading' }
  const send = <K extends EventName>(event: K, value: Events[K]): void => {
    if (window && !window.isDestroyed() && !window.webContents.isCrashed()) window.webContents.send(event, value)
  }
  const warn = (error: WireError): void => {
    console.error(error.message)
    send('warning', error)
  }
  const tellDataset = (info: DatasetInfo): void => {
    datasetInfo = info
    send('dataset', info)
  }
  process.on('unhandledRejection', (cause: unknown) => {
    console.error(cause)
    send('warning', toWire(cause)) // what was asked for is refused, and the lab goes on
  })

  locale = () => settings.value.locale === 'system' ? systemLocale() : settings.value.locale
  const showMenu = (): void => {
    app.setAboutPanelOptions({ applicationName: 'Backprop Lab', applicationVersion: app.getVersion(), copyright: translate(locale(), 'dialog.about') })
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf({
      locale: locale(), mac: process.platform === 'darwin', devTools: !app.isPackaged,
      send: command => send('menu', command), showFolder: () => void shell.openPath(folder),
    })))
  }

  let begin = (): void => undefined
  const shown = new Promise<void>((done) => { begin = done })
  const files = new LabFiles(folder)
  const begun = files.begin().catch((cause: unknown) => warn(toWire(cause))) // without what a crash may have left
  const sample = shown.then(readSample)
  const library = Promise.all([sample, begun]).then(([sample]) => WeightsLibrary.open(join(folder, 'recent.json'), files, sample))
  let recent: WeightsLibrary | null = null
  void library.then((opened) => { recent = opened }, () => undefined) // a failure is reported on the next request
  const dataset = shown.then(() => loadMnist(mnistFolder()))
  const ready = Promise.all([dataset, sample, begun]).then(async ([dataset, sample]) => keeper = await beginRun(dataset, sample))
  ready.catch((cause: unknown) => tellDataset({ phase: 'failed', error: toWire(cause) }))

  async function beginRun(dataset: SharedDataset, sample: NamedWeights): Promise<RunKeeper> {
    const made = keeper = new RunKeeper({
      dataset, sample, files, version: app.getVersion(), threads: () => settings.value.threads,
      startThread: start => createWorker({ workerData: { ...start, compiling } satisfies WorkerStart }) as Thread,
      events: { state: state => send('run:state', state), metrics: frame => send('run:metrics', frame), lost: lost => send('run:lost', lost), warning: warn },
    })
    const { train, test, id } = dataset
    tellDataset({ phase: 'ready', id, trainImages: train.count, testImages: test.count, licence: 'CC BY-SA 3.0' })
    try { send('run:state', await made.begin(settings.value.pace)) }
    catch (cause) { if (!made.lost) warn(toWire(cause)) } // a lost thread has told so itself
    return made
  }

  const certifier = new Certifier({
    dataset, startThread: start => createWorker({ workerData: { ...start, compiling } satisfies MeasureStart }) as MeasureThread, tell: run => send('certificate', run),
  })
  const senderOf = ({ senderFrame, sender }: IpcMainInvokeEvent) =>
    ({ url: senderFrame?.url ?? null, top: senderFrame?.parent === null && sender === window?.webContents })
  register(createHandlers({
    settings, progress, playground, files, library, certifier, dataset, ready, warn,
    keeper: () => keeper,
    info: () => ({ version: app.getVersion(), electron: process.versions.electron, platform: `${process.platform} ${process.arch}`, cores: availableParallelism(), systemLocale: systemLocale(), dataset: datasetInfo }),
    shown: begin,
    settingsChanged: (next) => {
      nativeTheme.themeSource = next.theme
      showMenu()
      send('settings', next)
    },
    askSave: (kind, name) => askSave(window, { kind, locale: locale(), name }),
    askOpen: kind => askOpen(window, { kind, locale: locale() }),
    reveal: path => shell.showItemInFolder(path),
  }), ipcMain, senderOf, isOurs)
  nativeTheme.themeSource = settings.value.theme
  protocol.handle(scheme, request => serve(request, join(import.meta.dirname, '../renderer')))
  askForNothing()
  lockDown(isOurs)
  showMenu()
  const opened = openWindow(bounds, () => void ending.windowGone())
  window = opened.window
  if (refused !== null) void shown.then(() => warn(toWire(new LabError('folder.temporary', `${refused} cannot be written: nothing is kept`, { file: refused }))))

  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => app.quit())
  // In two parts: before the windows close, and after their last words, since the page writes the playground as it goes.
  app.on('before-quit', event => ending.beforeQuit(event))
  app.on('will-quit', event => ending.willQuit(event))
  save = async () => {
    certifier.stop()
    await opened.placed()
    const saved = await (keeper?.quit() ?? true)
    if (saved) await files.end() // a marker that stays makes the next start offer the last autosave
    return saved
  }
  settle = async () => {
    await Promise.all([settings, bounds, progress, playground].map(store => store.settled()))
    await recent?.settled()
    await writesSettled() // a file of a person's, asked for just now
  }

  // What is heavy, 70,000 digits and the thread that learns them, begins when the window says that its screen is there.
  await opened.painted
  setTimeout(begin, beginMs)
  await forgetPages().catch((cause: unknown) => console.error(cause)) // again at the next start
}

const readSample = async (): Promise<NamedWeights> => ({ name: 'sample.safetensors', bytes: Uint8Array.from(await readFile(samplePath)) })

const mnistFolder = (): string => process.env['LAB_MNIST'] ?? join(app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'build'), 'mnist')

const systemLocale = (): Locale => pickLocale(process.env['LAB_LANG'] ? [process.env['LAB_LANG']] : app.getPreferredSystemLanguages())
