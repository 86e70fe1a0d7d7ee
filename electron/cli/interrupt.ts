import { setImmediate } from 'node:timers/promises'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Somebody's wish to stop: npm may deliver Ctrl-C twice, and both mean the same one. */
export class Interrupt {
  private asked = false
  private readonly listener = (): void => {
    if (this.asked) return
    this.asked = true
    this.onWish()
  }

  /** @param onWish told once */
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

/** Short enough for a signal to be heard at once, long enough to cost nothing. */
const sliceMs = 20

interface Working {
  readonly interrupt: Interrupt
  /** In milliseconds, from any beginning */
  readonly now: () => number
}

/**
 * Does long work piece by piece, at least one a slice, and hears signals in between.
 * @param piece returns false when nothing is left
 * @param between called after each slice
 * @returns seconds of the work alone
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
