import { setImmediate } from 'node:timers/promises'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A request to stop by a signal. Repeated signals count once, because npm may deliver Ctrl-C twice. */
export class Interrupt {
  private isRequested = false
  private readonly listener = (): void => {
    if (this.isRequested) return
    this.isRequested = true
    this.onRequest()
  }

  /** @param onRequest called at the first signal */
  constructor(private readonly onRequest: () => void = () => undefined) {}

  get requested(): boolean { return this.isRequested }

  listen(): this {
    for (const signal of signals) process.on(signal, this.listener)
    return this
  }

  release(): void {
    for (const signal of signals) process.off(signal, this.listener)
  }
}

/** Short enough to react to signals immediately, long enough for negligible overhead. */
const sliceMs = 20

interface InterruptibleOptions {
  readonly interrupt: Interrupt
  /** Clock in milliseconds, with an arbitrary origin */
  readonly now: () => number
}

/**
 * Runs long work in slices of at least one piece, and handles signals between them.
 * @param doPiece returns false when the work is done
 * @param afterSlice called after each slice
 * @returns seconds of work, without the time between slices
 */
export async function runInterruptibly({ interrupt, now }: InterruptibleOptions, doPiece: () => boolean, afterSlice: (seconds: number) => void = () => undefined): Promise<number> {
  let seconds = 0
  for (let hasMore = true; hasMore && !interrupt.requested;) {
    const startedAt = now()
    do hasMore = doPiece()
    while (hasMore && now() - startedAt < sliceMs)
    seconds += (now() - startedAt) / 1000
    afterSlice(seconds)
    await setImmediate()
  }
  return seconds
}
