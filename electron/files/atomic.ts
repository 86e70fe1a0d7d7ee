import { randomBytes } from 'node:crypto'
import { type FileHandle, lstat, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { LabError } from '@core'
import { fileError } from './file-errors'

/** The few calls that writing needs: tests put a full disk in their place. */
export interface FileSystem {
  open: (path: string, flags: string) => Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>
  rename: (from: string, to: string) => Promise<void>
  remove: (path: string) => Promise<void>
  /** Puts a folder's entries onto the disk; left out where the system cannot */
  readonly syncFolder?: (path: string) => Promise<void>
  /** How long to wait before each further try of a rename that was refused */
  readonly retryMs?: readonly number[]
}

const plainDisk: FileSystem = { open, rename, remove: path => rm(path, { force: true }) }

/** The disk as a system has it. */
export const diskOf = (platform: NodeJS.Platform): FileSystem => platform === 'win32'
  ? { ...plainDisk, retryMs: [10, 30, 100, 300, 1000] } // it refuses a rename for a moment while a virus scanner holds the file
  : { ...plainDisk, syncFolder }

export const disk = diskOf(process.platform)

/** A write takes seconds: a temporary file that is older belongs to a process that was killed. */
const leftoverMs = 3_600_000
const temporary = /^\.lab-(?:[0-9a-f]{8}|[0-9a-f]{12})\.tmp$/
// Short, so that it is no longer than a target whose name is as long as names can be.
const temporaryName = (): string => `.lab-${randomBytes(6).toString('hex')}.tmp`

const underway = new Set<Promise<void>>()

/**
 * Writes a whole file or nothing: beside it first, then onto the disk, then in its place.
 * @throws LabError file.*; the earlier file is untouched then, and nothing is left beside it
 */
export function atomicWrite(path: string, bytes: Uint8Array | string, fs: FileSystem = disk): Promise<void> {
  const write = writeBeside(path, bytes, fs)
  const told = write.catch(() => undefined).then(() => { underway.delete(told) })
  underway.add(told)
  return write
}

/** Resolves when this process writes no file any more: a process that ends before leaves half of one. */
export async function writesSettled(): Promise<void> {
  while (underway.size > 0) await Promise.all(underway)
}

async function writeBeside(path: string, bytes: Uint8Array | string, fs: FileSystem): Promise<void> {
  await checkTarget(path)
  const target = await followLink(path)
  const folder = dirname(target)
  const beside = join(folder, temporaryName())
  await removeLeftovers(folder, { olderThanMs: leftoverMs, fs })
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
  // Without it a power cut may bring the earlier file back. Some network drives refuse; the new file is in its place all the same.
  await fs.syncFolder?.(folder).catch(() => undefined)
}

/**
 * Removes the temporary files of writes that were killed. One that cannot be removed stays.
 * @param olderThanMs minimum age of a leftover; by default any, for a folder with a single writer
 */
export async function removeLeftovers(folder: string, { olderThanMs = -Infinity, fs = disk }: { olderThanMs?: number, fs?: FileSystem } = {}): Promise<void> {
  const names = await readdir(folder).catch(() => []) // whatever is wrong with the folder is told by the write itself
  const now = Date.now()
  await Promise.all(names.filter(name => temporary.test(name)).map(async (name) => {
    const path = join(folder, name)
    const found = await lstat(path).catch(() => null) // removed by somebody else meanwhile
    if (found?.isFile() && now - found.mtimeMs > olderThanMs) await fs.remove(path).catch(() => undefined)
  }))
}

/**
 * Checks, before long work, that a file can be written there: one is put beside it, and taken away again.
 * @throws LabError what `checkTarget` throws, file.readOnly, file.full
 */
export async function checkWritable(path: string, fs: FileSystem = disk): Promise<void> {
  await checkTarget(path)
  const probe = join(dirname(await followLink(path)), temporaryName())
  try { await (await fs.open(probe, 'wx')).close() }
  catch (cause) { throw fileError(cause, path) }
  finally { await fs.remove(probe).catch(() => undefined) }
}

/**
 * Checks that a path names a file or a place for one.
 * @throws LabError file.isFolder, file.notFile, file.missing (its folder), file.notFolder, file.denied, file.other (a name that is too long)
 */
export async function checkTarget(path: string): Promise<void> {
  const folder = dirname(path)
  const folderStat = await stat(folder).catch((cause: unknown) => { throw fileError(cause, folder) })
  if (!folderStat.isDirectory()) throw new LabError('file.notFolder', `${folder} is not a folder`, { file: folder, found: folder })
  const there = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw fileError(cause, path)
  })
  if (there?.isDirectory()) throw new LabError('file.isFolder', `${path} is a folder`, { file: path, found: path })
  if (there && !there.isFile()) throw new LabError('file.notFile', `${path} is a device or a pipe`, { file: path })
}

/** Through a symbolic link the file it points to is replaced, not the link. */
async function followLink(path: string): Promise<string> {
  const link = await lstat(path).then(found => found.isSymbolicLink(), () => false)
  return link ? realpath(path).catch(() => path) : path
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try { await folder.sync() }
  finally { await folder.close() }
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
