import { join } from 'node:path'
import type { Locale } from '@contract'
import { openSettings } from '@files'
import { app } from 'electron'
import { showClosingMessage } from './dialogs'
import { Shutdown } from './shutdown'
import { openPlayground } from './graph-files'
import { type BundledParts, startLab, type Stores } from './lab'
import { openProgress } from './progress'
import { openSession } from './session'
import { filesIn } from './file-arguments'
import { localeOf, systemLocale } from './environment'
import { deleteFolder, chooseFolder, type UserFolder } from './user-folder'
import { openBounds } from './window'

/** Starts the lab, unless an instance is already running. The ending is set up first, so that it covers every error. */
export function openLab(parts: BundledParts): void {
  // Defaults until the window exists.
  let save = (): Promise<boolean> => Promise.resolve(true)
  let mayQuit = (): Promise<boolean> => Promise.resolve(true)
  let finishWrites = (): Promise<void> => Promise.resolve()
  let locale = (): Locale => systemLocale()
  const shutdown = new Shutdown({
    mayQuit: () => mayQuit(), save: () => save(), finishWrites: () => finishWrites(), locale: () => locale(), showMessage: words => showClosingMessage(words, locale()), exit: code => app.exit(code),
    quit: () => { setImmediate(() => app.quit()) }, // deferred: during the 'before-quit' event it would count as part of the current quit
  })
  process.on('uncaughtException', (cause: unknown) => void shutdown.fail(cause))

  let folder: UserFolder | null
  try { folder = chooseFolder(app, process.env['LAB_USER_DATA']) }
  catch (cause) { return void app.whenReady().then(() => shutdown.fail(cause)) }
  if (!folder) return app.quit()
  const userFolder = folder
  if (userFolder.unwritable !== null) process.on('exit', () => deleteFolder(userFolder.path))
  const early = [...filesIn(process.argv.slice(1), process.cwd())]
  let openFile = (path: string): void => { early.push(path) }
  app.on('open-file', (event, path) => { // macOS; also before Electron is ready
    event.preventDefault()
    openFile(path)
  })
  const opening = openStores(userFolder.path) // read while Electron starts, so that the window does not wait for the files
  app.whenReady().then(async () => {
    const stores = await opening
    locale = () => localeOf(stores.settings.value)
    const lab = startLab(userFolder, stores, parts, () => void shutdown.windowKeepsCrashing())
    mayQuit = lab.mayQuit
    save = lab.save
    finishWrites = lab.finishWrites
    openFile = lab.openFile
    early.forEach(openFile)
    app.on('window-all-closed', () => app.quit())
    // Two phases: save the run before the windows close, and finish writes after, because the page saves the playground as it unloads.
    app.on('before-quit', event => shutdown.beforeQuit(event))
    app.on('will-quit', event => shutdown.willQuit(event))
  }).catch((cause: unknown) => shutdown.fail(cause))
}

async function openStores(folder: string): Promise<Stores> {
  const [settings, bounds, progress, playground, session] = await Promise.all([
    openSettings(join(folder, 'settings.json')), openBounds(join(folder, 'window.json')),
    openProgress(join(folder, 'progress.json')), openPlayground(join(folder, 'playground.json')),
    openSession(join(folder, 'session.json')),
  ])
  return { settings, bounds, progress, playground, session }
}
