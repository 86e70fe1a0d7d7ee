import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import type { GivenFile } from '@contract'
import { LabError } from '@core'

/** Files that the system passes on or that were saved, by an opaque id: the window never gets a path. */
export class GivenFiles {
  private readonly paths = new Map<string, string>()

  add(path: string): GivenFile {
    const id = randomBytes(8).toString('hex')
    this.paths.set(id, path)
    return { id, name: basename(path) }
  }

  /** @throws LabError ipc.schema for an id that was not given */
  pathOf(id: string): string {
    const path = this.paths.get(id)
    if (path === undefined) throw new LabError('ipc.schema', `no file was given with the id ${id}`, { found: id })
    return path
  }

  /** @returns path, once @throws LabError ipc.schema for an id that was not given */
  take(id: string): string {
    const path = this.pathOf(id)
    this.paths.delete(id)
    return path
  }
}
