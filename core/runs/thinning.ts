/** A checkpoint in a run's folder. */
export interface StoredCheckpoint { readonly step: number, readonly bytes: number }

/**
 * Selects checkpoints to remove until the rest fits. Each round doubles the smallest gap between neighbours, so that the gaps
 * stay even over the whole run. The first and the latest checkpoint always stay.
 * @param checkpoints in ascending order of steps
 * @param max size in bytes
 * @returns the checkpoints to remove
 */
export function thinOut(checkpoints: readonly StoredCheckpoint[], max: number): readonly StoredCheckpoint[] {
  let kept = checkpoints
  while (kept.length > 2 && sizeOf(kept) > max) kept = atDistance(kept, 2 * smallestGap(kept))
  const steps = new Set(kept.map(({ step }) => step))
  return checkpoints.filter(({ step }) => !steps.has(step))
}

const sizeOf = (checkpoints: readonly StoredCheckpoint[]): number => checkpoints.reduce((sum, { bytes }) => sum + bytes, 0)

/** Smallest number of steps between two neighbours, not counting the latest checkpoint. */
const smallestGap = (checkpoints: readonly StoredCheckpoint[]): number =>
  checkpoints.slice(1, -1).reduce((smallest, { step }, i) => Math.min(smallest, step - checkpoints[i]!.step), Infinity)

/** Keeps the first and the latest checkpoint, and those in between that are at least `gap` steps apart. */
function atDistance(checkpoints: readonly StoredCheckpoint[], gap: number): readonly StoredCheckpoint[] {
  let before = -Infinity
  return checkpoints.filter(({ step }, i) => {
    const stays = step - before >= gap || i === checkpoints.length - 1
    if (stays) before = step
    return stays
  })
}
