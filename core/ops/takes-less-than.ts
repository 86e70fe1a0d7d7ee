/** Pairs of bursts per round; a round takes about a millisecond */
const pairs = 48
/** Maximum number of rounds while the ratio is near the limit */
const patience = 20
/** A ratio farther than this factor from the limit is not noise */
const clear = 1.15

/**
 * Whether one piece of work takes less than `limit` times as long as another. Runs both alternately in many short bursts and
 * compares the fastest ones, since other programs can only make a burst slower. Measures longer if the ratio is near the limit.
 * @param time runs one burst of the work and returns its milliseconds
 * @param reference the same for the work it is compared with
 */
export function takesLessThan(limit: number, time: () => number, reference: () => number): boolean {
  let [quickest, quickestReference] = [Infinity, Infinity]
  for (let round = 0; round < patience; round++) {
    for (let i = 0; i < pairs; i++) {
      quickest = Math.min(quickest, time())
      quickestReference = Math.min(quickestReference, reference())
    }
    const ratio = quickest / quickestReference
    if (ratio < limit / clear || ratio > limit * clear) break
  }
  return quickest < limit * quickestReference
}
