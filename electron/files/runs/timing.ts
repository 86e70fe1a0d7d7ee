/** How often things are done, in milliseconds. */
export interface RunTiming {
  /** Records wait at most this long until they are written */
  readonly writeMs: number
  /** Time between two waits for the disk */
  readonly syncMs: number
  /** Time until a write that failed is tried again */
  readonly retryMs: number
}

export const usualTiming: RunTiming = { writeMs: 500, syncMs: 1000, retryMs: 2000 }
