import { join } from 'node:path'
import type { Locale } from '@contract'
import { app } from 'electron'
import { tellEnd } from './dialogs'
import { Ending } from './ending'
import { openPlayground } from './graph-files'
import { type LabParts, startLab, type Stores } from './lab'
import { openProgress } from './progress'
import { openSettings } from './settings'
import { localeOf, systemLocale } from './environment'
import { dropFolder, takeFolder, type UserFolder } from './user-folder'
import { openBounds } from './window'

/** Starts the lab, unless an instance is already running. The ending is set up first, so that it covers every error. */
export function openLab(parts: LabParts): void {
  // Defaults until the window exists.
  let save = (): Promise<boolean> => Promise.resolve(true)
  let settle = (): Promise<void> => Promise.resolve()
  let locale = (): Locale => systemLocale()
  const ending = new Ending({
    save: () => save(), settle: () => settle(), locale: () => locale(), tell: words => tellEnd(words, locale()), exit: code => app.exit(code),
    quit: () => { setImmediate(() => app.quit()) }, // deferred: during the 'before-quit' event it would count as part of the current quit
  })
  process.on('uncaughtException', (cause: unknown) => void ending.fail(cause))

  let folder: UserFolder | null
  try { folder = takeFolder(app, process.env['LAB_USER_DATA']) }
  catch (cause) { return void app.whenReady().then(() => ending.fail(cause)) }
  if (!folder) return app.quit()
  const taken = folder
  if (taken.refused !== null) process.on('exit', () => dropFolder(taken.path))
  const opening = openStores(taken.path) // read while Electron starts, so that the window does not wait for the files
  app.whenReady().then(async () => {
    const stores = await opening
    locale = () => localeOf(stores.settings.value)
    const lab = startLab(taken, stores, parts, () => void ending.windowGone())
    save = lab.save
    settle = lab.settle
    app.on('window-all-closed', () => app.quit())
    // Two phases: save the run before the windows close, and finish writes after, because the page saves the playground as it unloads.
    app.on('before-quit', event => ending.beforeQuit(event))
    app.on('will-quit', event => ending.willQuit(event))
  }).catch((cause: unknown) => ending.fail(cause))
}

async function openStores(folder: string): Promise<Stores> {
  const [settings, bounds, progress, playground] = await Promise.all([
    openSettings(join(folder, 'settings.json')), openBounds(join(folder, 'window.json')),
    openProgress(join(folder, 'progress.json')), openPlayground(join(folder, 'playground.json')),
  ])
  return { settings, bounds, progress, playground }
}
