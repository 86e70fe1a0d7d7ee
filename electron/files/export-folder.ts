import { randomBytes } from 'node:crypto'
import { lstat, readdir, rmdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type ExportFiles, LabError } from '@core'
import { disk, type FileSystem, leftoverMs, renameRetrying, syncedFolder, tracked } from './atomic'
import { fileError } from './file-errors'

/** Only an export makes folders of such names. */
const temporary = /^\.lab-[0-9a-f]{12}\.export$/
const temporaryName = (): string => `.lab-${randomBytes(6).toString('hex')}.export`

/**
 * Writes a folder completely or not at all: into a temporary folder beside it, which is then renamed. An empty folder of its name is
 * replaced.
 * @throws LabError export.notEmpty, file.*; nothing has changed then, and no temporary folder remains
 */
export const exportFolder = (path: string, files: ExportFiles, fs: FileSystem = disk): Promise<void> => tracked(writeAndRename(resolve(path), files, fs))

/**
 * Checks before long work that a folder can be written.
 * @throws LabError export.notEmpty when it has files; file.notFolder when it or its parent is a file; file.missing without a parent
 */
export async function checkExportFolder(path: string): Promise<void> {
  const parent = dirname(resolve(path))
  const found = await stat(parent).catch((cause: unknown) => { throw fileError(cause, parent) })
  if (!found.isDirectory()) throw new LabError('file.notFolder', `${parent} is not a folder`, { file: parent, found: parent })
  await isThere(path)
}

/** Whether an empty folder is there. @throws LabError export.notEmpty, file.notFolder */
async function isThere(path: string): Promise<boolean> {
  try {
    const [first] = await readdir(path)
    if (first === undefined) return true
  }
  catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw fileError(cause, path)
  }
  throw new LabError('export.notEmpty', `${path} is not empty`, { file: path })
}

async function writeAndRename(path: string, files: ExportFiles, fs: FileSystem): Promise<void> {
  await checkExportFolder(path)
  const parent = dirname(path)
  const beside = join(parent, temporaryName())
  await removeLeftovers(parent, fs)
  try {
    for (const [name, content] of files) {
      const target = join(beside, ...name.split('/'))
      await fs.makeFolder(dirname(target))
      const file = await fs.open(target, 'wx')
      try {
        await file.writeFile(content)
        await file.sync()
      }
      finally { await file.close() }
    }
    if (await isThere(path)) await rmdir(path) // Windows does not rename over a folder
    await renameRetrying(fs, beside, path)
  }
  catch (cause) {
    await fs.removeFolder(beside).catch(() => undefined) // report the first error
    throw fileError(cause, path)
  }
  await syncedFolder(parent, fs)
}

/** Removes the temporary folders of killed exports, as far as possible. */
async function removeLeftovers(parent: string, fs: FileSystem): Promise<void> {
  const names = await readdir(parent).catch(() => []) // the export itself reports errors of the folder
  for (const name of names.filter(name => temporary.test(name))) {
    const found = await lstat(join(parent, name)).catch(() => null)
    if (found?.isDirectory() && Date.now() - found.mtimeMs > leftoverMs) await fs.removeFolder(join(parent, name)).catch(() => undefined)
  }
}
