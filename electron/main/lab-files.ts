import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { atomicWrite, readWeightsBytes, summarize } from '@files'
import type { Recovery } from '@contract'

/** What the lab keeps by itself in its folder. */
export const keptNames = ['autosave', 'previous', 'recovered'] as const
export type KeptName = (typeof keptNames)[number]

/**
 * The lab's own folder: an autosave, the run before this one, and what a crash left behind.
 * A marker file stands there while a run may be lost; a session that finds it at its start knows
 * that the one before did not end by itself.
 */
export class LabFiles {
  constructor(private readonly folder: string) {}

  path(name: KeptName): string { return join(this.folder, `${name}.safetensors`) }
  private get marker(): string { return join(this.folder, 'running') }

  /** Puts a crashed session's autosave aside, so that this one's does not overwrite it. */
  async begin(): Promise<void> {
    if (!await isThere(this.marker)) return
    if (await isThere(this.path('autosave'))) await rename(this.path('autosave'), this.path('recovered'))
    await rm(this.marker, { force: true })
  }

  /** @throws LabError file.* */
  async autosave(bytes: Uint8Array): Promise<void> {
    await atomicWrite(this.path('autosave'), bytes)
    await atomicWrite(this.marker, '')
  }

  /** @throws LabError file.* */
  keepPrevious(bytes: Uint8Array): Promise<void> { return atomicWrite(this.path('previous'), bytes) }

  /** This session ended by itself. */
  async end(): Promise<void> { await rm(this.marker, { force: true }) }

  /** What is left of a crashed session; null when there was none or its file cannot be used. */
  recovery(): Promise<Recovery | null> { return this.describe('recovered') }

  /** @returns null when there is no such file, or a damaged one */
  async describe(name: KeptName): Promise<Recovery | null> {
    try {
      const { mtimeMs } = await stat(this.path(name))
      const { step } = summarize(await readWeightsBytes(this.path(name)), name)
      return { handle: name, step, savedAt: mtimeMs }
    }
    catch { return null }
  }

  /** The recovered run is the current one now: its file becomes the autosave. */
  async adoptRecovery(): Promise<void> {
    if (await isThere(this.path('recovered'))) await rename(this.path('recovered'), this.path('autosave'))
  }

  async discardRecovery(): Promise<void> { await rm(this.path('recovered'), { force: true }) }
}

const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)
