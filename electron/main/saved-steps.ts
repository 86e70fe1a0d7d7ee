import { access } from 'node:fs/promises'

/** A step of a run. */
export interface Moment { readonly runId: number, readonly step: number }

interface Mark extends Moment { readonly path?: string | undefined }

const same = (a: Moment | null, b: Moment): boolean => a?.runId === b.runId && a.step === b.step

/** Which step of the current run is on disk. */
export class Whereabouts {
  private byPerson: Mark | null = null
  private byLab: Moment | null = null

  /** Saved in a file of the user or equal to the sample; without a path: drawn from a seed, which reproduces it. */
  keep(moment: Moment, path?: string): void { this.byPerson = { ...moment, path } }

  /** Saved in the lab's own folder. */
  autosaved(moment: Moment): void { this.byLab = moment }

  /** Nothing would be lost in a power cut. */
  isSafe(moment: Moment): boolean { return same(this.byPerson, moment) || same(this.byLab, moment) }

  /** Whether the user has this step, in a file that still exists. */
  async isKept(moment: Moment): Promise<boolean> {
    const { byPerson } = this
    const path = byPerson?.path
    return same(byPerson, moment) && (path === undefined || await access(path).then(() => true, () => false))
  }
}
