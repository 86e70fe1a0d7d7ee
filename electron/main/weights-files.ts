import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { ChangedWeights, RemovedWeights, WeightsEntry } from '@contract'
import { LabError } from '@core'
import { atomicWrite, duplicateFile, fileError, type FileTrash, renameFile } from '@files'
import { nameOfNetwork } from './exported-network'
import { fileNameOf, withExtension } from './extension'
import type { RunKeeper } from './run-keeper'
import type { WeightsLibrary } from './weights-library'

/** The file that the current run is saved to, as it was left. */
interface Target {
  readonly path: string
  readonly runId: number
  readonly savedAt: number
  readonly bytes: number
}

/** A file that is no longer in the list, and can come back. */
interface Gone {
  readonly path: string
  /** In the list */
  readonly place: number
  /** Where it lies in the program's own trash; null: it was only taken out of the list */
  readonly trashed: string | null
}

export interface WeightsFilesOptions {
  readonly library: Promise<WeightsLibrary>
  /** Asks for a path to save to. @returns null when cancelled */
  readonly askSave: (name: string) => Promise<string | null>
  readonly trash: Pick<FileTrash, 'take' | 'restore'>
  /** Gets what does not stop the work */
  readonly warn: (cause: unknown) => void
}

/** Saves weights, and changes the files in the list. */
export class WeightsFiles {
  private target: Target | null = null
  private readonly gone = new Map<string, Gone>()

  constructor(private readonly options: WeightsFilesOptions) {}

  /**
   * Saves the weights as they were at the request: training may continue while a dialog is open. It asks for a path, unless the run
   * was saved or opened somewhere, where nobody else has written since.
   * @param isNew asks in any case
   * @throws LabError file.*; an existing file is untouched then
   */
  async save(keeper: Pick<RunKeeper, 'weights'>, isNew = false): Promise<WeightsEntry | null> {
    const { bytes, step, config, input, runId } = await keeper.weights()
    const library = await this.options.library
    const known = isNew || runId === null ? null : await this.pathFor(runId)
    const path = known ?? await this.ask(`${nameOfNetwork({ input, layers: config.network.layers }, step)}.safetensors`)
    if (path === null) return null
    await atomicWrite(path, bytes)
    if (runId !== null) await this.belongs(path, runId)
    await this.remember(path)
    return await library.entryOf(path)
  }

  /** A run was opened from a file: it is saved there again. */
  async belongs(path: string, runId: number): Promise<void> {
    const { mtimeMs: savedAt, size: bytes } = await stat(path)
    this.target = { path, runId, savedAt, bytes }
    const library = await this.options.library
    library.belongs(path, runId)
  }

  /** Adds a path to the list. A list that cannot be written only gives a warning: the request itself has succeeded. */
  async remember(path: string): Promise<void> {
    const library = await this.options.library
    await library.remember(path).catch(this.options.warn)
  }

  /** @param name without the extension @throws LabError file.*, file.exists, ipc.schema */
  async rename(handle: string, name: string): Promise<ChangedWeights> {
    const library = await this.options.library
    const path = library.pathOf(handle)
    const extension = extname(path) as `.${string}`
    if (name.trim() === '') throw new LabError('ipc.schema', 'a name without letters', { found: name })
    const renamed = await renameFile(path, fileNameOf(name.trim(), extension))
    library.follow(path, renamed)
    if (this.target?.path === path) this.target = { ...this.target, path: renamed }
    await library.put(renamed, library.placeOf(path), path).catch(this.options.warn)
    return await this.changed(renamed)
  }

  /** @throws LabError file.*, ipc.schema */
  async duplicate(handle: string): Promise<ChangedWeights> {
    const library = await this.options.library
    const path = library.pathOf(handle)
    const copy = await duplicateFile(path)
    await library.put(copy, library.placeOf(path) + 1).catch(this.options.warn)
    return await this.changed(copy)
  }

  /** Moves a file to the trash. @throws LabError file.*, ipc.schema */
  async remove(handle: string): Promise<RemovedWeights> {
    const library = await this.options.library
    const path = library.pathOf(handle)
    const trashed = await this.options.trash.take(path)
    if (trashed !== null) await this.takeOut(handle, trashed)
    else await library.forget(handle)
    return { entries: await library.list(), own: trashed !== null }
  }

  /** Removes a file from the list. */
  async forget(handle: string): Promise<readonly WeightsEntry[]> {
    const library = await this.options.library
    if (library.has(handle)) await this.takeOut(handle, null)
    return await library.list()
  }

  /** Brings a file back that was removed or forgotten. @throws LabError file.*, file.exists, ipc.schema */
  async restore(handle: string): Promise<ChangedWeights> {
    const library = await this.options.library
    const gone = this.gone.get(handle)
    if (!gone) throw new LabError('ipc.schema', `nothing with the handle ${handle} was removed`, { found: handle })
    const { path, place, trashed } = gone
    if (trashed !== null) await this.options.trash.restore(trashed, path)
    this.gone.delete(handle)
    await library.put(path, place).catch(this.options.warn)
    return await this.changed(path)
  }

  private async takeOut(handle: string, trashed: string | null): Promise<void> {
    const library = await this.options.library
    const path = library.pathOf(handle)
    this.gone.set(handle, { path, place: library.placeOf(path), trashed })
    if (trashed !== null && this.target?.path === path) this.target = null
    await library.forget(handle)
  }

  private async changed(path: string): Promise<ChangedWeights> {
    const library = await this.options.library
    const [{ handle }, entries] = await Promise.all([library.entryOf(path), library.list()])
    return { handle, entries }
  }

  /** The file of a run. @returns null without one, and when another program has changed it: a dialog asks before it is replaced */
  private async pathFor(runId: number): Promise<string | null> {
    const { target } = this
    if (target?.runId !== runId) return null
    try {
      const { mtimeMs, size } = await stat(target.path)
      return mtimeMs === target.savedAt && size === target.bytes ? target.path : null
    }
    catch (cause) {
      if (fileError(cause, target.path).code !== 'file.missing') throw fileError(cause, basename(target.path))
      return null
    }
  }

  private async ask(name: string): Promise<string | null> {
    const library = await this.options.library
    const folder = this.target ? dirname(this.target.path) : library.folder
    const chosen = await this.options.askSave(folder === null ? name : join(folder, name))
    return chosen === null ? null : await withExtension(chosen, '.safetensors')
  }
}
