import { access } from 'node:fs/promises'

/** A step of a run. */
export interface RunStep { readonly runId: number, readonly step: number }

interface Mark extends RunStep { readonly path?: string | undefined }

const same = (a: RunStep | null, b: RunStep): boolean => a?.runId === b.runId && a.step === b.step

/** Which step of the current run is on disk. */
export class SavedSteps {
  private byPerson: Mark | null = null
  private byLab: RunStep | null = null

  /** Records that the user can get this step back: from the file at `path`, or without a path, since a seed draws its weights or they are the sample's. */
  keep(moment: RunStep, path?: string): void { this.byPerson = { ...moment, path } }

  /** Saved in the lab's own folder. */
  autosaved(moment: RunStep): void { this.byLab = moment }

  /** Nothing would be lost in a power cut. */
  isSafe(moment: RunStep): boolean { return same(this.byPerson, moment) || same(this.byLab, moment) }

  /** Whether the user can get this step back: from a file that still exists, from the seed or from the sample. */
  async isKept(moment: RunStep): Promise<boolean> {
    const { byPerson } = this
    const path = byPerson?.path
    return same(byPerson, moment) && (path === undefined || await access(path).then(() => true, () => false))
  }
}
