const port = new MessageChannel()
let waiting: (() => void)[] = []
port.port1.onmessage = () => {
  const woken = waiting
  waiting = []
  woken.forEach(wake => wake())
}

/** Lets clicks and frames through; unlike a timer of 0 it never waits 4 ms. */
const breath = () => new Promise<void>((wake) => {
  waiting.push(wake)
  port.port2.postMessage(null)
})

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
