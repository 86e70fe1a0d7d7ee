import { access } from 'node:fs/promises'

/** One moment of a run. */
export interface Moment { readonly runId: number, readonly step: number }

interface Mark extends Moment { readonly path?: string | undefined }

const same = (a: Moment | null, b: Moment): boolean => a?.runId === b.runId && a.step === b.step

/** Which moment of the run at work stands on the disk. */
export class Whereabouts {
  private byPerson: Mark | null = null
  private byLab: Moment | null = null

  /** In a file of a person's, or in the sample; without a path: drawn from a seed, which is as good. */
  keep(moment: Moment, path?: string): void { this.byPerson = { ...moment, path } }

  /** In the lab's own folder. */
  autosaved(moment: Moment): void { this.byLab = moment }

  /** Nothing would be lost if the power went. */
  isSafe(moment: Moment): boolean { return same(this.byPerson, moment) || same(this.byLab, moment) }

  /** A person has it; they may have deleted the file since. */
  async isKept(moment: Moment): Promise<boolean> {
    const { byPerson } = this
    const path = byPerson?.path
    return same(byPerson, moment) && (path === undefined || await access(path).then(() => true, () => false))
  }
}
