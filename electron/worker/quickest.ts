import type { Clock } from './clock'

/** Milliseconds of learning, and of measuring, from which a price is estimated */
const trialMs = 40
/** Steps of a trial at least, because the first ones are slow, and at most */
const [fewSteps, manySteps] = [3, 1000]

/**
 * The time of the quickest of a few steps: other programs interrupt the slower ones.
 * @param work a step; returns whether there is more
 * @returns milliseconds
 */
export function quickest(clock: Clock, work: () => boolean): number {
  const began = clock.now()
  let [last, best] = [began, Infinity]
  for (let n = 0; n < manySteps && (n < fewSteps || last - began < trialMs) && work(); n++) {
    const now = clock.now()
    best = Math.min(best, now - last)
    last = now
  }
  return best === Infinity ? 0 : best
}
