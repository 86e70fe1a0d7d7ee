import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { NamedWeights, Recovery } from '@contract'
import { atomicWrite, fileError, type FileSystem, readWeightsFacts, removeLeftovers } from '@files'

/** What the lab keeps by itself in its folder. */
export const keptNames = ['autosave', 'previous', 'recovered'] as const
export type KeptName = (typeof keptNames)[number]

/** Weights to go on with, and the file that they come from. */
export interface Opened extends NamedWeights {
  readonly path?: string
  /** It is one of the lab's own */
  readonly kept?: KeptName | undefined
}

/**
 * The lab's own folder: an autosave, the run before this one, and what a crash left behind.
 * A marker file stands there from the first autosave to the session's end; a session that finds it
 * at its start knows that the one before did not end by itself.
 */
export class LabFiles {
  /** The autosave on the disk is of the run at work, not of an earlier session's. */
  private own = false

  /** @param fs tests put a full disk in its place */
  constructor(private readonly folder: string, private readonly fs?: FileSystem) {}

  path(name: KeptName): string { return join(this.folder, `${name}.safetensors`) }
  private get marker(): string { return join(this.folder, 'running') }

  /** Whether the run at work has been autosaved. */
  get autosaved(): boolean { return this.own }

  /**
   * Puts a crashed session's autosave aside, so that this one's does not take its place, and removes what killed writes left:
   * no other session writes here.
   */
  async begin(): Promise<void> {
    await removeLeftovers(this.folder)
    if (!await isThere(this.marker)) return
    if (await isThere(this.path('autosave'))) {
      await this.move('recovered', 'previous')
      await this.move('autosave', 'recovered')
    }
    await rm(this.marker, { force: true })
  }

  /** The first one of a run moves an earlier session's aside. @throws LabError file.* */
  async autosave(bytes: Uint8Array): Promise<void> {
    if (!this.own) await this.move('autosave', 'previous')
    await this.mark() // first: the app may be killed in between
    await this.write(this.path('autosave'), bytes)
    this.own = true
  }

  /**
   * Another run takes the place of the one at work.
   * @param bytes of the weights that leave, null when nothing would be lost
   * @throws LabError file.* when they could not be written; the last autosave stands in for them then
   */
  async replace(bytes: Uint8Array | null): Promise<void> {
    try {
      if (bytes) await this.write(this.path('previous'), bytes)
      if (this.own) await rm(this.path('autosave'), { force: true })
      this.own = false
    }
    catch (cause) {
      await this.release()
      throw cause
    }
  }

  /** The run at work is gone, and its autosave is all that is left of it. */
  async release(): Promise<void> {
    if (this.own) await this.move('autosave', 'previous')
    this.own = false
  }

  /** The run at work has just been opened from the autosave of an earlier session. @returns whether it is there */
  async adoptAutosave(): Promise<boolean> {
    if (!await isThere(this.path('autosave'))) return false
    await this.takeAutosave()
    return true
  }

  /** What a crash left behind is the run at work now. */
  async adoptRecovery(): Promise<boolean> {
    if (!await isThere(this.path('recovered'))) return false
    await this.move('autosave', 'previous')
    await this.move('recovered', 'autosave')
    await this.takeAutosave()
    return true
  }

  async discardRecovery(): Promise<void> { await rm(this.path('recovered'), { force: true }) }

  /** This session ends by itself. */
  async end(): Promise<void> { await rm(this.marker, { force: true }) }

  /** What is left of a crashed session; null when there was none or its file cannot be used. */
  recovery(): Promise<Recovery | null> { return this.describe('recovered') }

  /** @returns null when there is no such file, or a damaged one */
  async describe(name: KeptName): Promise<Recovery | null> {
    try {
      const { mtimeMs } = await stat(this.path(name))
      const { step } = await readWeightsFacts(this.path(name), name)
      return { handle: name, step, savedAt: mtimeMs }
    }
    catch { return null }
  }

  private async takeAutosave(): Promise<void> {
    this.own = true
    await this.mark()
  }

  private async mark(): Promise<void> {
    if (!await isThere(this.marker)) await this.write(this.marker, '') // the folder may have been deleted and made again
  }

  private write(path: string, bytes: Uint8Array | string): Promise<void> { return atomicWrite(path, bytes, this.fs) }

  /** Does nothing when there is nothing to move. @throws LabError file.* */
  private async move(from: KeptName, to: KeptName): Promise<void> {
    if (!await isThere(this.path(from))) return
    await rename(this.path(from), this.path(to)).catch((cause: unknown) => { throw fileError(cause, this.path(to)) })
  }
}

const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)
