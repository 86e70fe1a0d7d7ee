/** Yields to input events and frames. Chromium's scheduler does so without the 4 ms of a timer. */
const breath = (): Promise<void> => 'scheduler' in globalThis ? scheduler.postTask(() => undefined) : new Promise(wake => setTimeout(wake))

/**
 * Runs long work in slices of a few milliseconds, so that the window stays responsive.
 * @param step does a small part of the work; returns false when there is no more
 * @param signal aborts between two slices
 * @returns whether the work was completed
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
