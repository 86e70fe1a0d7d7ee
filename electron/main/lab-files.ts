import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { NamedWeights, Recovery } from '@contract'
import { atomicWrite, fileError, type FileSystem, readWeightsFileHeader, removeLeftovers } from '@files'

/** Files that the lab saves automatically in its folder. */
export const labFileNames = ['autosave', 'previous', 'recovered'] as const
export type LabFileName = (typeof labFileNames)[number]

/** Weights to continue with, and the file that they come from. */
export interface Opened extends NamedWeights {
  readonly path?: string
  /** Set for a file that the lab saved automatically */
  readonly labFile?: LabFileName | undefined
}

/**
 * The lab's own folder: the autosave, the previous run, and the autosave recovered after a crash.
 * A marker file exists from the first autosave until the session ends normally. A session that finds
 * the marker at its start knows that the previous one crashed.
 */
export class LabFiles {
  /** Whether the autosave on disk belongs to the current run, not to an earlier session. */
  private isCurrent = false

  /** @param fs tests simulate a full disk with it */
  constructor(private readonly folder: string, private readonly fs?: FileSystem) {}

  path(name: LabFileName): string { return join(this.folder, `${name}.safetensors`) }
  private get marker(): string { return join(this.folder, 'running') }

  /** Whether the current run has an autosave. */
  get autosaved(): boolean { return this.isCurrent }

  /**
   * Sets the autosave of a crashed session aside, so that this session does not overwrite it, and removes
   * the temporary files of killed writes: no other session writes to this folder.
   */
  async startSession(): Promise<void> {
    await removeLeftovers(this.folder)
    if (!await isThere(this.marker)) return
    if (await isThere(this.path('autosave'))) {
      await this.move('recovered', 'previous')
      await this.move('autosave', 'recovered')
    }
    await rm(this.marker, { force: true })
  }

  /** Writes the autosave. An earlier session's is kept as the previous run. @throws LabError file.* */
  async autosave(bytes: Uint8Array): Promise<void> {
    if (!this.isCurrent) await this.move('autosave', 'previous')
    await this.mark() // first, because the app may be killed in between
    await this.write(this.path('autosave'), bytes)
    this.isCurrent = true
  }

  /**
   * Call when another run replaces the current one.
   * @param bytes weights of the current run, null when nothing would be lost
   * @throws LabError file.* when they could not be written; the last autosave is kept as the previous run then
   */
  async replace(bytes: Uint8Array | null): Promise<void> {
    try {
      if (bytes) await this.write(this.path('previous'), bytes)
      if (this.isCurrent) await rm(this.path('autosave'), { force: true })
      this.isCurrent = false
    }
    catch (cause) {
      await this.release()
      throw cause
    }
  }

  /** The current run is lost: its autosave becomes the previous run. */
  async release(): Promise<void> {
    if (this.isCurrent) await this.move('autosave', 'previous')
    this.isCurrent = false
  }

  /** The current run was opened from the autosave of an earlier session. @returns whether the file exists */
  async adoptAutosave(): Promise<boolean> {
    if (!await isThere(this.path('autosave'))) return false
    await this.adoptCurrent()
    return true
  }

  /** The current run was opened from the recovered file. @returns whether the file exists */
  async adoptRecovery(): Promise<boolean> {
    if (!await isThere(this.path('recovered'))) return false
    await this.move('autosave', 'previous')
    await this.move('recovered', 'autosave')
    await this.adoptCurrent()
    return true
  }

  async discardRecovery(): Promise<void> { await rm(this.path('recovered'), { force: true }) }

  /** The session ends normally. */
  async endSession(): Promise<void> { await rm(this.marker, { force: true }) }

  /** The autosave of a crashed session; null if it is missing or unusable. */
  recovery(): Promise<Recovery | null> { return this.describe('recovered') }

  /** @returns null when the file is missing or damaged */
  async describe(name: LabFileName): Promise<Recovery | null> {
    try {
      const { mtimeMs } = await stat(this.path(name))
      const { step } = await readWeightsFileHeader(this.path(name), name)
      return { handle: name, step, savedAt: mtimeMs }
    }
    catch { return null }
  }

  private async adoptCurrent(): Promise<void> {
    this.isCurrent = true
    await this.mark()
  }

  private async mark(): Promise<void> {
    if (!await isThere(this.marker)) await this.write(this.marker, '') // the folder may have been deleted and recreated
  }

  private write(path: string, bytes: Uint8Array | string): Promise<void> { return atomicWrite(path, bytes, this.fs) }

  /** Does nothing when there is nothing to move. @throws LabError file.* */
  private async move(from: LabFileName, to: LabFileName): Promise<void> {
    if (!await isThere(this.path(from))) return
    await rename(this.path(from), this.path(to)).catch((cause: unknown) => { throw fileError(cause, this.path(to)) })
  }
}

const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)
