import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AppInfo, type DatasetInfo, type EventName, type Events, type Locale, pickLocale, type Settings, toWire, translate } from '@contract'
import { type JsonStore, loadMnist } from '@files'
import { app, BrowserWindow, dialog, nativeTheme, protocol, shell } from 'electron'
import samplePath from '../assets/sample.safetensors?asset'
import createWorker from '../worker/index?nodeWorker'
import { register } from './guard'
import { createHandlers, type Desk } from './handlers'
import { LabFiles } from './lab-files'
import { setMenu } from './menu'
import { scheme, serve } from './protocol'
import { RunKeeper } from './run-keeper'
import { openSettings } from './settings'
import type { Thread } from './supervisor'
import { WeightsLibrary } from './weights-library'
import { lockDown, openWindow } from './window'

// Before 'ready', so synchronously: the window's own address counts as a secure origin.
protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }])
if (process.env['LAB_USER_DATA']) app.setPath('userData', process.env['LAB_USER_DATA'])
if (app.requestSingleInstanceLock()) void app.whenReady().then(start)
else app.quit()

async function start(): Promise<void> {
  const folder = app.getPath('userData')
  const settings = await openSettings(join(folder, 'settings.json'))
  nativeTheme.themeSource = settings.value.theme
  protocol.handle(scheme, ({ url }) => serve(url, join(import.meta.dirname, '../renderer')))
  lockDown()

  let window: BrowserWindow | null = null
  let keeper: RunKeeper | null = null
  let datasetInfo: DatasetInfo = { phase: 'loading' }
  let dataset: Awaited<ReturnType<typeof loadMnist>> | null = null
  const files = new LabFiles(folder)
  const send = <K extends EventName>(event: K, value: Events[K]): void => {
    if (window && !window.isDestroyed()) window.webContents.send(event, value)
  }
  const tellDataset = (info: DatasetInfo): void => { datasetInfo = info; send('dataset', info) }
  const readSample = async () => ({ name: 'sample.safetensors', bytes: Uint8Array.from(await readFile(samplePath)) })
  const begun = files.begin()
  const library = begun.then(async () => await WeightsLibrary.open(join(folder, 'recent.json'), files, await readSample()))

  const desk: Desk = {
    settings, files,
    library: () => library,
    keeper: () => keeper,
    dataset: () => dataset,
    datasetInfo: () => datasetInfo,
    info: () => infoOf(datasetInfo),
    settingsChanged: (next) => {
      nativeTheme.themeSource = next.theme
      setMenu(localeOf(settings), command => send('menu', command))
      send('settings', next)
    },
    askSave: name => askSave(window, localeOf(settings), name),
    askOpen: () => askOpen(window, localeOf(settings)),
    reveal: path => shell.showItemInFolder(path),
  }
  register(createHandlers(desk), () => window)
  setMenu(localeOf(settings), command => send('menu', command))

  const open = async (): Promise<void> => {
    window = await openWindow(folder)
    window.on('closed', () => { window = null })
  }
  await open()

  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('activate', () => { if (!window) void open() })
  app.on('window-all-closed', () => { if (process.platform !== 'darwin') app.quit() })
  let ended = false
  app.on('before-quit', (event) => {
    if (ended) return
    event.preventDefault()
    void Promise.resolve(keeper?.quit()).then(() => files.end()).finally(() => {
      ended = true
      app.quit()
    })
  })

  // Only now, while the window paints: 70,000 digits and the thread that learns them.
  try {
    await begun
    const sample = await readSample()
    dataset = await loadMnist(mnistFolder())
    const made = new RunKeeper(start => createWorker({ workerData: start }) as Thread, { dataset, sample, version: app.getVersion() }, files, {
      state: state => send('run:state', state),
      metrics: frame => send('run:metrics', frame),
      lost: lost => send('run:lost', lost),
      warning: error => send('warning', error),
    })
    const state = await made.begin(settings.value.pace)
    keeper = made
    tellDataset({ phase: 'ready', id: dataset.id, trainImages: dataset.train.count, testImages: dataset.test.count, licence: 'CC BY-SA 3.0' })
    send('run:state', state)
  }
  catch (cause) { tellDataset({ phase: 'failed', error: toWire(cause) }) }
}

const mnistFolder = (): string => process.env['LAB_MNIST'] ?? join(app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'build'), 'mnist')

const systemLocale = (): Locale => pickLocale(process.env['LAB_LANG'] ? [process.env['LAB_LANG']] : app.getPreferredSystemLanguages())

const localeOf = ({ value: { locale } }: JsonStore<Settings>): Locale => locale === 'system' ? systemLocale() : locale

const infoOf = (dataset: DatasetInfo): AppInfo => ({
  version: app.getVersion(), electron: process.versions.electron, platform: `${process.platform} ${process.arch}`, systemLocale: systemLocale(), dataset,
})

async function askSave(window: BrowserWindow | null, locale: Locale, name: string): Promise<string | null> {
  const options = { title: translate(locale, 'dialog.save'), defaultPath: join(app.getPath('documents'), name), filters: filtersOf(locale) }
  const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options))
  return canceled || !filePath ? null : filePath
}

async function askOpen(window: BrowserWindow | null, locale: Locale): Promise<string | null> {
  const options = { title: translate(locale, 'dialog.open'), filters: filtersOf(locale), properties: ['openFile' as const] }
  const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return canceled ? null : filePaths[0] ?? null
}

const filtersOf = (locale: Locale) => [
  { name: translate(locale, 'dialog.weights'), extensions: ['safetensors'] },
  { name: translate(locale, 'dialog.all'), extensions: ['*'] },
]
