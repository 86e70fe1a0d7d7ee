import { randomBytes } from 'node:crypto'
import { closeSync, copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { LabError } from '@core'

/** The part of Electron's app that is used. */
export interface FolderApp {
  getPath: (name: 'userData') => string
  setPath: (name: 'userData', path: string) => void
  requestSingleInstanceLock: () => boolean
}

export interface UserFolder {
  readonly path: string
  /** The folder that was wanted and cannot be written: `path` is a temporary one in its place */
  readonly refused: string | null
}

/** What a person finds as it was, in a session that keeps nothing, too. */
const small = ['settings.json', 'window.json', 'progress.json', 'playground.json', 'recent.json']

/**
 * Takes a folder for this session, before Electron is ready. One that cannot be written (a school's account, a full quota,
 * a read-only disk) is no reason not to start.
 * @param wanted in the place of Electron's own
 * @returns null when the lab is open already: the lock lies in the folder
 * @throws LabError folder.none when no temporary one can be had either
 */
export function takeFolder(app: FolderApp, wanted?: string, temporary = tmpdir()): UserFolder | null {
  const folder = wanted ? resolve(wanted) : ownFolder(app)
  if (folder !== null && takesFiles(folder)) {
    app.setPath('userData', folder)
    if (app.requestSingleInstanceLock()) return { path: folder, refused: null }
    if (isLocked(folder)) return null
  }
  const file = folder ?? '~'
  const path = temporaryFolder(temporary)
  if (path !== null) {
    if (folder !== null) copySmall(folder, path)
    app.setPath('userData', path)
    if (app.requestSingleInstanceLock()) return { path, refused: file }
    dropFolder(path)
  }
  throw new LabError('folder.none', `neither ${file} nor ${temporary} can be written`, { file, found: temporary })
}

/** Electron names none where the person has no home. */
function ownFolder(app: FolderApp): string | null {
  try { return app.getPath('userData') }
  catch { return null }
}

/** Whether a file can be made there; a full disk counts, since room can be made. */
function takesFiles(folder: string): boolean {
  const probe = join(folder, `.lab-${randomBytes(6).toString('hex')}.tmp`)
  try {
    makeFolder(folder)
    closeSync(openSync(probe, 'wx'))
    rmSync(probe)
    return true
  }
  catch (cause) { return ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '') }
}

/** One after the other from the top: where the system makes no folders (/proc) Node's own recursion never ends. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

/** Chromium refuses the lock also where it cannot be written; on Windows it is no file, and the folder has just taken one. */
function isLocked(folder: string): boolean {
  return process.platform === 'win32' || lstatSync(join(folder, 'SingletonLock'), { throwIfNoEntry: false }) !== undefined
}

function temporaryFolder(parent: string): string | null {
  try { return mkdtempSync(join(parent, 'backprop-lab-session-')) }
  catch { return null }
}

function copySmall(from: string, to: string): void {
  for (const name of small) {
    try { if (statSync(join(from, name)).isFile()) copyFileSync(join(from, name), join(to, name)) }
    catch { /* the first start has none, and an unreadable one is as good as none */ }
  }
}

/** What a session in a temporary folder leaves goes with it. Chromium writes a few last words of its own after that. */
export function dropFolder(path: string): void {
  try { rmSync(path, { recursive: true, force: true, maxRetries: 2 }) }
  catch (cause) { console.error(cause) } // the system clears its temporary files itself
}
