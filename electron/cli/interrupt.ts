import { setImmediate } from 'node:timers/promises'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A request to stop by a signal. Repeated signals count once, because npm may deliver Ctrl-C twice. */
export class Interrupt {
  private asked = false
  private readonly listener = (): void => {
    if (this.asked) return
    this.asked = true
    this.onWish()
  }

  /** @param onWish called at the first signal */
  constructor(private readonly onWish: () => void = () => undefined) {}

  get wanted(): boolean { return this.asked }

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

interface Working {
  readonly interrupt: Interrupt
  /** Clock in milliseconds, with an arbitrary origin */
  readonly now: () => number
}

/**
 * Runs long work in slices of at least one piece, and handles signals between them.
 * @param piece returns false when the work is done
 * @param between called after each slice
 * @returns seconds of work, without the time between slices
 */
export async function inSlices({ interrupt, now }: Working, piece: () => boolean, between: (seconds: number) => void = () => undefined): Promise<number> {
  let seconds = 0
  for (let more = true; more && !interrupt.wanted;) {
    const begin = now()
    do more = piece()
    while (more && now() - begin < sliceMs)
    seconds += (now() - begin) / 1000
    between(seconds)
    await setImmediate()
  }
  return seconds
}
