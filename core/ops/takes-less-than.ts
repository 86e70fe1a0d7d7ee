/** Pairs of bursts per round; a round takes about a millisecond */
const pairsPerRound = 48
/** Maximum number of rounds while the ratio is near the limit */
const maxRounds = 20
/** A ratio farther than this factor from the limit is not noise */
const noiseFactor = 1.15

/**
 * Whether one piece of work takes less than `limit` times as long as another. Runs both alternately in many short bursts and
 * compares the fastest ones, since other programs can only make a burst slower. Measures longer if the ratio is near the limit.
 * @param time runs one burst of the work and returns its milliseconds
 * @param reference the same for the work it is compared with
 */
export function takesLessThan(limit: number, time: () => number, reference: () => number): boolean {
  let [quickest, quickestReference] = [Infinity, Infinity]
  for (let round = 0; round < maxRounds; round++) {
    for (let i = 0; i < pairsPerRound; i++) {
      quickest = Math.min(quickest, time())
      quickestReference = Math.min(quickestReference, reference())
    }
    const ratio = quickest / quickestReference
    if (ratio < limit / noiseFactor || ratio > limit * noiseFactor) break
  }
  return quickest < limit * quickestReference
}
