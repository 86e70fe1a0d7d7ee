/** Pairs of bursts at least, about a millisecond */
const pairs = 48
/** As many times that at most, while the answer is near the limit */
const patience = 20
/** So far from the limit, as a factor, it is no longer a matter of noise */
const clear = 1.15

/**
 * Whether one piece of work takes less than `limit` times as long as another. Each is timed by the quickest of many short
 * bursts, in turns: another program's turn makes a time longer, never shorter. Near the limit it goes on measuring.
 * @param time runs the work once @returns milliseconds
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
