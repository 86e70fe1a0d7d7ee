/** The fastest of several runs: the first ones are not optimized by the engine yet. @returns milliseconds */
export function leastMs(work: () => void, times: number): number {
  let best = Infinity
  for (let i = 0; i < times; i++) {
    const begun = performance.now()
    work()
    best = Math.min(best, performance.now() - begun)
  }
  return best
}
