/** Time and timers, replaced in tests. */
export interface Clock {
  /** Milliseconds, monotonic */
  now(): number
  /** Runs after the messages that are already queued. @returns a function that cancels it */
  soon(work: () => void): () => void
  /** @returns a function that cancels it */
  later(work: () => void, ms: number): () => void
}

export const realClock: Clock = {
  now: () => performance.now(),
  soon(work) {
    const handle = setImmediate(work)
    return () => { clearImmediate(handle) }
  },
  later(work, ms) {
    const handle = setTimeout(work, ms)
    return () => { clearTimeout(handle) }
  },
}
