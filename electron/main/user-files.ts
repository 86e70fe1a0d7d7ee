import { basename, dirname, join } from 'node:path'
import { atomicWrite } from '@files'
import { fileNameOf, withExtension } from './extension'

/** Dialogs that ask the user for a path. */
export interface FileDialogs {
  /** @param name suggested name, with the folder that was used last. @returns null when cancelled */
  readonly askSave: (name: string) => Promise<string | null>
  /** @returns null when cancelled */
  readonly askOpen: () => Promise<string | null>
}

/** Files of one kind, or folders, that the user saves and opens; a dialog starts in the folder that was used last. */
export class UserFiles {
  private folder: string | null = null

  constructor(private readonly extension: `.${string}` | '', private readonly dialogs: FileDialogs) {}

  /** @param name as the user reads it. @returns the file's name, null when cancelled @throws LabError file.*; an existing file is untouched then */
  save(bytes: Uint8Array | string, name: string): Promise<{ name: string } | null> {
    return this.saveBy(path => atomicWrite(path, bytes), name)
  }

  /** The same, where `write` creates the file. */
  async saveBy(write: (path: string) => Promise<void>, name: string): Promise<{ name: string } | null> {
    const file = fileNameOf(name, this.extension)
    const chosen = await this.dialogs.askSave(this.folder === null ? file : join(this.folder, file))
    if (chosen === null) return null
    const path = await withExtension(chosen, this.extension)
    await write(path)
    this.folder = dirname(path)
    return { name: basename(path) }
  }

  /** @param read throws a LabError for a file of another kind. @returns null when cancelled */
  async open<T>(read: (path: string) => Promise<T>): Promise<T | null> {
    const path = await this.dialogs.askOpen()
    return path === null ? null : await this.read(path, read)
  }

  /** Reads a file of this kind whose path is known. */
  async read<T>(path: string, read: (path: string) => Promise<T>): Promise<T> {
    const opened = await read(path)
    this.folder = dirname(path)
    return opened
  }
}
