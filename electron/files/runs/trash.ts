import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isRunId } from '@core'
import type { FileSystem } from '../atomic'
import { fileError } from '../file-errors'

/** What is in the program's own trash. */
export interface TrashSize {
  readonly runs: number
  readonly bytes: number
  /** Of the runs */
  readonly ids: readonly string[]
}

/** Time after which a run is deleted for good */
export const trashMs = 30 * 24 * 3_600_000

/** After the id of what was put here: tells it from what was deleted before */
const suffixPattern = /-[0-9a-f]{8}$/
const idOf = (path: string): string => basename(path).replace(suffixPattern, '')

export interface TrashOptions {
  readonly now?: () => number
  /** Tells the folders of one kind from others in the trash */
  readonly isId?: (id: string) => boolean
}

/** The program's own trash, for systems that have none: of runs, or of another kind of folders. */
export class OwnTrash {
  private readonly now: () => number
  private readonly isId: (id: string) => boolean

  constructor(private readonly folder: string, private readonly fs: FileSystem, { now = Date.now, isId = isRunId }: TrashOptions = {}) {
    this.now = now
    this.isId = isId
  }

  /** Moves the folder of a run here. */
  async take(run: string): Promise<void> {
    await this.fs.makeFolder(this.folder)
    const target = join(this.folder, `${basename(run)}-${randomBytes(4).toString('hex')}`)
    await rename(run, target)
    const seconds = this.now() / 1000
    await utimes(target, seconds, seconds)
  }

  /** Moves the run back that was put here last under an id. @param to its folder, which does not exist @returns whether there is one */
  async restore(id: string, to: string): Promise<boolean> {
    const found = (await this.runs()).filter(run => idOf(run) === id)
    const times = await Promise.all(found.map(async run => (await stat(run)).mtimeMs))
    const latest = found[times.indexOf(Math.max(...times))]
    if (latest === undefined) return false
    await rename(latest, to)
    return true
  }

  async size(): Promise<TrashSize> {
    const runs = await this.runs()
    const sizes = await Promise.all(runs.map(sizeOfFolder))
    return { runs: runs.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0), ids: [...new Set(runs.map(idOf))] }
  }

  /** Deletes runs permanently. @param olderThanMs deletes only runs that were moved here longer ago than this @throws LabError file.* */
  async empty({ olderThanMs = -Infinity }: { readonly olderThanMs?: number } = {}): Promise<void> {
    for (const run of await this.runs()) {
      try { if (this.now() - (await stat(run)).mtimeMs > olderThanMs) await rm(run, { recursive: true, force: true }) }
      catch (cause) { throw fileError(cause, run) }
    }
  }

  private async runs(): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch(() => [])
    return names.filter(name => suffixPattern.test(name) && this.isId(idOf(name))).map(name => join(this.folder, name))
  }
}

async function sizeOfFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = await Promise.all(entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => stat(join(parentPath, name)).then(({ size }) => size, () => 0)))
  return sizes.reduce((sum, size) => sum + size, 0)
}
