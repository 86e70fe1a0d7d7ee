import { randomBytes } from 'node:crypto'
import { constants, copyFile, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LabError } from '@core'
import { fileError } from './file-errors'

/** Of a file that was put here: when, in milliseconds since 1970, what tells it from others of its name, and its name. Its own time stays */
const namePattern = /^(\d{1,16})-[0-9a-f]{8} ./

/** Moves files to the system's trash; on systems without one, to a folder of the program. */
export class FileTrash {
  /** @param system moves a file to the system's trash; rejects where it cannot */
  constructor(private readonly folder: string, private readonly system: (path: string) => Promise<void>, private readonly now: () => number = Date.now) {}

  /** @returns where the file lies in the program's own trash; null: it is in the system's @throws LabError file.* */
  async take(path: string): Promise<string | null> {
    try {
      await stat(path)
      if (await this.system(path).then(() => true, () => false)) return null
      await mkdir(this.folder, { recursive: true })
      const target = join(this.folder, `${this.now()}-${randomBytes(4).toString('hex')} ${basename(path)}`)
      await move(path, target)
      return target
    }
    catch (cause) { throw fileError(cause, basename(path)) }
  }

  /** Puts a file back. @param from what `take` has returned @throws LabError file.*; file.exists when another file has its place */
  async restore(from: string, to: string): Promise<void> {
    await checkFree(to)
    try { await move(from, to) }
    catch (cause) { throw fileError(cause, basename(to)) }
  }

  /** Deletes files permanently that were put here longer ago than this. @throws LabError file.* */
  async empty(olderThanMs: number): Promise<void> {
    const names = await readdir(this.folder).catch(() => [])
    for (const name of names) {
      const at = namePattern.exec(name)?.[1]
      if (at === undefined || this.now() - Number(at) <= olderThanMs) continue
      await rm(join(this.folder, name)).catch((cause: unknown) => { throw fileError(cause, name) })
    }
  }
}

/** Renames a file, and never replaces another one. @param to its new name @returns its new path @throws LabError file.*, file.exists */
export async function renameFile(path: string, to: string): Promise<string> {
  const target = join(dirname(path), to)
  if (target === path) return path
  try {
    const [from, there] = await Promise.all([lstat(path), lstat(target).catch(() => null)])
    // on a disk that ignores case, another spelling of the name is the same file
    if (there && (there.ino !== from.ino || there.dev !== from.dev)) throw exists(target)
    await rename(path, target)
    return target
  }
  catch (cause) { throw fileError(cause, basename(path)) }
}

/** Copies a file beside itself, as `name 2.safetensors`. @returns path of the copy @throws LabError file.* */
export async function duplicateFile(path: string): Promise<string> {
  const [, stem = '', extension = ''] = /^(.*?)(\.[^.]*)?$/s.exec(basename(path)) ?? []
  const [, name = stem, number = '1'] = /^(.*) (\d{1,6})$/s.exec(stem) ?? []
  for (let i = Number(number) + 1; ; i++) {
    const target = join(dirname(path), `${name} ${i}${extension}`)
    try {
      await copyFile(path, target, constants.COPYFILE_EXCL)
      return target
    }
    catch (cause) { if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(cause, basename(path)) }
  }
}

const exists = (path: string): LabError => new LabError('file.exists', `${path} exists`, { file: basename(path) })

async function checkFree(path: string): Promise<void> {
  if (await lstat(path).then(() => true, () => false)) throw exists(path)
}

/** Also from one disk to another. */
async function move(from: string, to: string): Promise<void> {
  try { await rename(from, to) }
  catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EXDEV') throw cause
    await copyFile(from, to, constants.COPYFILE_EXCL)
    await rm(from)
  }
}
