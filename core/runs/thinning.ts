/** A checkpoint in a run's folder. */
export interface StoredCheckpoint { readonly step: number, readonly bytes: number }

/**
 * Which checkpoints of a run are removed so that the others fit: every second one of those that are closest to each other, as
 * often as needed. So the gaps stay even over the whole run, however often it is thinned out: those that were thinned out
 * earlier have larger gaps, and wait until the later ones have the same. The first and the latest always stay.
 * @param checkpoints in ascending order of steps
 * @param max size in bytes
 */
export function thinOut(checkpoints: readonly StoredCheckpoint[], max: number): readonly StoredCheckpoint[] {
  let kept = checkpoints
  while (kept.length > 2 && sizeOf(kept) > max) kept = atDistance(kept, 2 * smallestGap(kept))
  const steps = new Set(kept.map(({ step }) => step))
  return checkpoints.filter(({ step }) => !steps.has(step))
}

const sizeOf = (checkpoints: readonly StoredCheckpoint[]): number => checkpoints.reduce((sum, { bytes }) => sum + bytes, 0)

/** Smallest number of steps between two neighbours, the latest aside. */
const smallestGap = (checkpoints: readonly StoredCheckpoint[]): number =>
  checkpoints.slice(1, -1).reduce((smallest, { step }, i) => Math.min(smallest, step - checkpoints[i]!.step), Infinity)

/** The first, the latest, and between them those that are at least `gap` steps after the one before. */
function atDistance(checkpoints: readonly StoredCheckpoint[], gap: number): readonly StoredCheckpoint[] {
  let before = -Infinity
  return checkpoints.filter(({ step }, i) => {
    const stays = step - before >= gap || i === checkpoints.length - 1
    if (stays) before = step
    return stays
  })
}
