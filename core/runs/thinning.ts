/** A checkpoint in a run's folder. */
export interface StoredCheckpoint { readonly step: number, readonly bytes: number }

/**
 * Which checkpoints of a run are removed so that the others fit: every second one, as often as needed, so that the gaps between
 * them stay even. The first and the latest always stay.
 * @param checkpoints in ascending order of steps
 * @param max size in bytes
 */
export function thinOut(checkpoints: readonly StoredCheckpoint[], max: number): readonly StoredCheckpoint[] {
  let kept = checkpoints
  while (kept.length > 2 && sizeOf(kept) > max) kept = kept.filter((_, i) => i % 2 === 0 || i === kept.length - 1)
  const steps = new Set(kept.map(({ step }) => step))
  return checkpoints.filter(({ step }) => !steps.has(step))
}

const sizeOf = (checkpoints: readonly StoredCheckpoint[]): number => checkpoints.reduce((sum, { bytes }) => sum + bytes, 0)
