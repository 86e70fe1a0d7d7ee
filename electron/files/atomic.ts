import { randomBytes } from 'node:crypto'
import { type FileHandle, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { LabError } from '@core'
import { fileError } from './file-errors'

/** The few calls that writing needs: tests put a full disk in their place. */
export interface FileSystem {
  open: (path: string, flags: string) => Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>
  rename: (from: string, to: string) => Promise<void>
  remove: (path: string) => Promise<void>
  /** How long to wait before each further try of a rename that was refused */
  readonly retryMs?: readonly number[]
}

export const disk: FileSystem = {
  open, rename, remove: path => rm(path, { force: true }),
  // Windows refuses a rename for a moment while a virus scanner holds the file.
  retryMs: process.platform === 'win32' ? [10, 30, 100, 300, 1000] : [],
}

/**
 * Writes a whole file or nothing: beside it first, then onto the disk, then in its place.
 * @throws LabError file.*; the earlier file is untouched then, and nothing is left beside it
 */
export async function atomicWrite(path: string, bytes: Uint8Array | string, fs: FileSystem = disk): Promise<void> {
  await checkTarget(path)
  const target = await followLink(path)
  // short, so that it is no longer than a target whose name is as long as names can be
  const beside = join(dirname(target), `.lab-${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await fs.open(beside, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    }
    finally { await file.close() }
    await renameRetrying(fs, beside, target)
  }
  catch (cause) {
    await fs.remove(beside).catch(() => undefined) // the first error is the one to tell
    throw fileError(cause, path)
  }
}

/**
 * Checks, before long work, that a file can be written there.
 * @throws LabError file.isFolder, file.notFile, file.missing (its folder), file.notFolder, file.denied
 */
export async function checkTarget(path: string): Promise<void> {
  const folder = dirname(path)
  const folderStat = await stat(folder).catch((cause: unknown) => { throw fileError(cause, folder) })
  if (!folderStat.isDirectory()) throw new LabError('file.notFolder', `${folder} is not a folder`, { file: folder, found: folder })
  const there = await stat(path).catch(() => null)
  if (there?.isDirectory()) throw new LabError('file.isFolder', `${path} is a folder`, { file: path, found: path })
  if (there && !there.isFile()) throw new LabError('file.notFile', `${path} is a device or a pipe`, { file: path })
}

/** Through a symbolic link the file it points to is replaced, not the link. */
async function followLink(path: string): Promise<string> {
  const link = await lstat(path).then(found => found.isSymbolicLink(), () => false)
  return link ? realpath(path).catch(() => path) : path
}

async function renameRetrying(fs: FileSystem, from: string, to: string): Promise<void> {
  for (const waitMs of [...fs.retryMs ?? [], null]) {
    try { return await fs.rename(from, to) }
    catch (cause) {
      const { code = '' } = cause as NodeJS.ErrnoException
      if (waitMs === null || !['EPERM', 'EBUSY', 'EACCES'].includes(code)) throw cause
      await setTimeout(waitMs)
    }
  }
}
