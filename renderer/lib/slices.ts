/** Lets clicks and frames through. Chromium's own way does not wait 4 ms, as a timer of 0 does. */
const breath = (): Promise<void> => 'scheduler' in globalThis ? scheduler.postTask(() => undefined) : new Promise(wake => setTimeout(wake))

/**
 * Does long work a few milliseconds at a time, so that the window stays smooth.
 * @param step does a little; false ends it
 * @param signal ends it early
 * @returns whether it came to its end
 */
export async function inSlices(step: () => boolean, signal: AbortSignal, sliceMs = 8): Promise<boolean> {
  for (;;) {
    const until = performance.now() + sliceMs
    do if (!step()) return true
    while (performance.now() < until)
    await breath()
    if (signal.aborted) return false
  }
}
