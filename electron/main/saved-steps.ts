import { access } from 'node:fs/promises'

/** A step of a run, with the settings of that moment. */
export interface RunStep { readonly runId: number, readonly step: number, readonly events: readonly unknown[] }

interface SavedStep extends RunStep { readonly path?: string | undefined }

const isSameStep = (a: RunStep | null, b: RunStep): boolean => a?.runId === b.runId && a.step === b.step && a.events.length === b.events.length

/** Which step of the current run is on disk. */
export class SavedSteps {
  private byUser: SavedStep | null = null
  private byAutosave: RunStep | null = null
  /** Id of a run that need not be kept */
  private notKept: number | null = null

  /** Records that the user can get this step back: from the file at `path`; without a path, from the seed or from the sample. */
  savedByUser(step: RunStep, path?: string): void { this.byUser = { ...step, path } }

  /** Saved in the lab's own folder. */
  autosaved(step: RunStep): void { this.byAutosave = step }

  /** The run is a demonstration: none of its steps need be on disk. */
  needNotKeep({ runId }: Pick<RunStep, 'runId'>): void { this.notKept = runId }

  /** Nothing would be lost in a power cut. */
  isSaved(step: RunStep): boolean { return step.runId === this.notKept || isSameStep(this.byUser, step) || isSameStep(this.byAutosave, step) }

  /** Whether the user can get this step back, from a file that still exists, from the seed or from the sample, or need not. */
  async userCanReopen(step: RunStep): Promise<boolean> {
    const { byUser } = this
    const path = byUser?.path
    return step.runId === this.notKept || (isSameStep(byUser, step) && (path === undefined || await access(path).then(() => true, () => false)))
  }
}
