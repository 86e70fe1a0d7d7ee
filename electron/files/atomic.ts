import { randomBytes } from 'node:crypto'
import { type FileHandle, lstat, mkdir, open, readdir, readlink, realpath, rename, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { LabError } from '@core'
import { fileError } from './file-errors'

/** The file system calls of a write; tests simulate a full disk with them. */
export interface FileSystem {
  open: (path: string, flags: string) => Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>
  rename: (from: string, to: string) => Promise<void>
  remove: (path: string) => Promise<void>
  truncate: (path: string, bytes: number) => Promise<void>
  /** Creates a folder and its parents; an existing folder is left unchanged */
  makeFolder: (path: string) => Promise<void>
  /** Removes a folder with everything in it */
  removeFolder: (path: string) => Promise<void>
  /** Syncs a folder's entries to disk; omitted where the system cannot */
  readonly syncFolder?: (path: string) => Promise<void>
  /** Delays before each retry of a rename that was refused */
  readonly retryMs?: readonly number[]
}

const plainDisk: FileSystem = {
  open, rename, truncate,
  remove: path => rm(path, { force: true }),
  makeFolder: async (path) => { await mkdir(path, { recursive: true }) },
  removeFolder: path => rm(path, { recursive: true, force: true }),
}

/** The file system of a platform. */
export const diskOf = (platform: NodeJS.Platform): FileSystem => platform === 'win32'
  ? { ...plainDisk, retryMs: [10, 30, 100, 300, 1000] } // a virus scanner that holds the file open makes renames fail for a moment
  : { ...plainDisk, syncFolder }

export const disk = diskOf(process.platform)

/** A write takes seconds, so an older temporary file was left by a killed process. */
export const leftoverMs = 3_600_000
const temporary = /^\.lab-(?:[0-9a-f]{8}|[0-9a-f]{12})\.tmp$/
// Short, because the target's name may have any valid length and this one must be valid, too.
const temporaryName = (): string => `.lab-${randomBytes(6).toString('hex')}.tmp`

const pendingWrites = new Set<Promise<void>>()

export interface WriteOptions {
  /**
   * Neither syncs the file nor removes leftovers, whose search takes time in a large folder. For files that can be computed
   * again if a power cut damages them.
   */
  readonly quick?: boolean
}

/**
 * Writes a file atomically: into a temporary file in the same folder, which is synced and then renamed.
 * @throws LabError file.*; the existing file is untouched then, and no temporary file remains
 */
export const atomicWrite = (path: string, bytes: Uint8Array | string, fs: FileSystem = disk, { quick = false }: WriteOptions = {}): Promise<void> =>
  tracked(writeAndRename(path, file => file.writeFile(bytes), fs, quick))

/** As `atomicWrite`, of contents that are written one part after the other. @param write appends the parts */
export const atomicWriteBy = (path: string, write: Contents, fs: FileSystem = disk): Promise<void> => tracked(writeAndRename(path, write, fs, false))

type Contents = (file: Pick<FileHandle, 'writeFile'>) => Promise<void>

/** Counts a write as being in progress until it has ended. */
export function tracked(write: Promise<void>): Promise<void> {
  const finished = write.catch(() => undefined).then(() => { pendingWrites.delete(finished) })
  pendingWrites.add(finished)
  return write
}

/** Resolves when no write of this process is in progress: exiting earlier would leave temporary files. */
export async function finishWrites(): Promise<void> {
  while (pendingWrites.size > 0) await Promise.all(pendingWrites)
}

async function writeAndRename(path: string, write: Contents, fs: FileSystem, quick: boolean): Promise<void> {
  const target = await targetOf(path)
  const folder = dirname(target)
  const temporaryPath = join(folder, temporaryName())
  if (!quick) await removeLeftovers(folder, { olderThanMs: leftoverMs, fs })
  try {
    const file = await fs.open(temporaryPath, 'wx')
    try {
      await write(file)
      if (!quick) await file.sync()
    }
    finally { await file.close() }
    await renameRetrying(fs, temporaryPath, target)
  }
  catch (cause) {
    await fs.remove(temporaryPath).catch(() => undefined) // report the first error
    throw fileError(cause, path)
  }
  // Without this, the earlier file may return after a power cut. Some network drives refuse it, but the new file is in place anyway.
  if (!quick) await fs.syncFolder?.(folder).catch(() => undefined)
}

/**
 * Removes the temporary files of killed writes, as far as possible.
 * @param olderThanMs minimum age; by default any, for a folder with a single writer
 */
export async function removeLeftovers(folder: string, { olderThanMs = -Infinity, fs = disk }: { olderThanMs?: number, fs?: FileSystem } = {}): Promise<void> {
  const names = await readdir(folder).catch(() => []) // the write itself reports errors of the folder
  const now = Date.now()
  await Promise.all(names.filter(name => temporary.test(name)).map(async (name) => {
    const path = join(folder, name)
    const found = await lstat(path).catch(() => null) // removed by another process in the meantime
    if (found?.isFile() && now - found.mtimeMs > olderThanMs) await fs.remove(path).catch(() => undefined)
  }))
}

/**
 * Creates and removes a temporary file, to check before long work that the result can be saved there.
 * @throws LabError as `checkTarget`, file.readOnly, file.full
 */
export async function checkWritable(path: string, fs: FileSystem = disk): Promise<void> {
  const probe = join(dirname(await targetOf(path)), temporaryName())
  try { await (await fs.open(probe, 'wx')).close() }
  catch (cause) { throw fileError(cause, path) }
  finally { await fs.remove(probe).catch(() => undefined) }
}

/**
 * Checks that a path is a file, or a name for one in an existing folder.
 * @throws LabError file.isFolder, file.notFile, file.missing (its folder), file.notFolder, file.denied, file.other (the name is too long)
 */
export async function checkTarget(path: string): Promise<void> {
  const folder = dirname(path)
  const folderStat = await stat(folder).catch((cause: unknown) => { throw fileError(cause, folder) })
  if (!folderStat.isDirectory()) throw new LabError('file.notFolder', `${folder} is not a folder`, { file: folder, found: folder })
  const existing = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw fileError(cause, path)
  })
  if (existing?.isDirectory()) throw new LabError('file.isFolder', `${path} is a folder`, { file: path, found: path })
  if (existing && !existing.isFile()) throw new LabError('file.notFile', `${path} is a device or a pipe`, { file: path })
}

/** The file that a write creates or replaces: a symbolic link stays, and the file that it names is written. @throws LabError as `checkTarget` */
async function targetOf(path: string): Promise<string> {
  await checkTarget(path)
  const isLink = await lstat(path).then(found => found.isSymbolicLink(), () => false)
  if (!isLink) return path
  try { return await realpath(path) }
  catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(cause, path)
    return targetOf(resolve(await realpath(dirname(path)), await readlink(path))) // the named file does not exist yet
  }
}

/** Syncs a folder's entries, where the system can. */
export const syncedFolder = async (path: string, fs: FileSystem = disk): Promise<void> => fs.syncFolder?.(path).catch(() => undefined)

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try { await folder.sync() }
  finally { await folder.close() }
}

/** Renames a file or a folder, again after a while where the system refuses. */
export async function renameRetrying(fs: FileSystem, from: string, to: string): Promise<void> {
  for (const waitMs of [...fs.retryMs ?? [], null]) {
    try { return await fs.rename(from, to) }
    catch (cause) {
      const { code = '' } = cause as NodeJS.ErrnoException
      if (waitMs === null || !['EPERM', 'EBUSY', 'EACCES'].includes(code)) throw cause
      await setTimeout(waitMs)
    }
  }
}
