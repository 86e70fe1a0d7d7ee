/** Time and its two ways to wait, to be replaced in tests. */
export interface Clock {
  /** Milliseconds, never going back */
  now(): number
  /** After the messages that are already there. @returns cancels it */
  soon(work: () => void): () => void
  /** @returns cancels it */
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
