import { randomBytes } from 'node:crypto'
import { closeSync, copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { LabError } from '@core'

/** The members of Electron's app that are used. */
export interface FolderApp {
  getPath: (name: 'userData') => string
  setPath: (name: 'userData', path: string) => void
  requestSingleInstanceLock: () => boolean
}

export interface UserFolder {
  readonly path: string
  /** The folder that was wanted but is not writable: `path` is a temporary replacement */
  readonly unwritable: string | null
}

/** Files that are copied into a temporary folder, so that the user's settings, progress and recent files are there too. */
const copiedFiles = ['settings.json', 'window.json', 'progress.json', 'playground.json', 'recent.json']

/**
 * Chooses the folder for this session, before Electron is ready. When it is not writable (a school account, a full quota,
 * a read-only disk), the lab starts with a temporary one.
 * @param wanted the folder to use instead of Electron's default
 * @returns null when the lab is already running, which the lock in the folder shows
 * @throws LabError folder.none when no temporary folder can be created either
 */
export function chooseFolder(app: FolderApp, wanted?: string, temporary = tmpdir()): UserFolder | null {
  const folder = wanted ? resolve(wanted) : defaultFolder(app)
  if (folder !== null && isWritable(folder)) {
    app.setPath('userData', folder)
    if (app.requestSingleInstanceLock()) return { path: folder, unwritable: null }
    if (isLocked(folder)) return null
  }
  const file = folder ?? '~'
  const path = temporaryFolder(temporary)
  if (path !== null) {
    if (folder !== null) copyFiles(folder, path)
    app.setPath('userData', path)
    if (app.requestSingleInstanceLock()) return { path, unwritable: file }
    deleteFolder(path)
  }
  throw new LabError('folder.none', `neither ${file} nor ${temporary} is writable`, { file, found: temporary })
}

/** Electron throws when the user has no home folder. */
function defaultFolder(app: FolderApp): string | null {
  try { return app.getPath('userData') }
  catch { return null }
}

/** Whether a file can be created there. True for a full disk, since the user can free space. */
function isWritable(folder: string): boolean {
  const probe = join(folder, `.lab-${randomBytes(6).toString('hex')}.tmp`)
  try {
    makeFolder(folder)
    closeSync(openSync(probe, 'wx'))
    rmSync(probe)
    return true
  }
  catch (cause) { return ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '') }
}

/** Creates parents one by one: Node's recursive mkdir never returns where the file system refuses new folders (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

/** Whether a refused lock means that the lab is already running: Chromium also refuses it where it cannot write, so look for the lock file. Windows has no such file, but there `isWritable` is proof enough. */
function isLocked(folder: string): boolean {
  return process.platform === 'win32' || lstatSync(join(folder, 'SingletonLock'), { throwIfNoEntry: false }) !== undefined
}

function temporaryFolder(parent: string): string | null {
  try { return mkdtempSync(join(parent, 'backprop-lab-session-')) }
  catch { return null }
}

function copyFiles(from: string, to: string): void {
  for (const name of copiedFiles) {
    try { if (statSync(join(from, name)).isFile()) copyFileSync(join(from, name), join(to, name)) }
    catch { /* missing at the first start; an unreadable one is skipped */ }
  }
}

/** Deletes the temporary folder of a session. Chromium may still write a few files after that. */
export function deleteFolder(path: string): void {
  try { rmSync(path, { recursive: true, force: true, maxRetries: 2 }) }
  catch (cause) { console.error(cause) } // the system cleans up temporary files itself
}
