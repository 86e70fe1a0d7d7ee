import { type LabError, ownError } from '@core'

/** What ends a run: another one takes its place, or the lab quits. */
export type RunEnd = 'run' | 'lab'

/** What becomes of a run that is not on the disk. 'stay': it does not end */
export type UnsavedAnswer = 'save' | 'without' | 'stay'

export interface UnsavedOptions<Weights> {
  /** @param reason why it is not on the disk, or its weights were not saved; null: the disk does not answer */
  readonly ask: (end: RunEnd, reason: LabError | null) => Promise<UnsavedAnswer>
  /** @returns null when cancelled @throws LabError file.* */
  readonly save: (source: { readonly weights: () => Promise<Weights> }) => Promise<object | null>
}

/** Asks before a run ends that the disk refuses, until its weights are saved or nobody wants them. @returns whether it may end */
export async function mayEnd<Weights>(end: RunEnd, problem: LabError | null, weights: () => Promise<Weights>, { ask, save }: UnsavedOptions<Weights>): Promise<boolean> {
  for (let reason = problem; ;) {
    const answer = await ask(end, reason)
    if (answer !== 'save') return answer === 'without'
    try { if (await save({ weights })) return true }
    catch (cause) { reason = ownError(cause) }
  }
}
