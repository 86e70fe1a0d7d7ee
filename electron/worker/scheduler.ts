import type { Clock } from './clock'

export const sliceMs = 10

/** What is done in slices. */
export interface Sliceable {
  /**
   * Does pieces of work until `over`, at least one if there is any.
   * @returns milliseconds until there is more to do: 0 at once, Infinity not before `wake`
   */
  slice(over: () => boolean): number
}

/**
 * Cuts work into slices of about 10 ms and lets messages in between them. A message that waits
 * ends the slice early: the sender raises `wanted`, and whoever takes the message lowers it.
 */
export class Scheduler {
  private cancel: (() => void) | null = null
  private ends = 0
  private readonly over = (): boolean => Atomics.load(this.wanted, 0) > 0 || this.clock.now() >= this.ends

  /** @param wanted Int32: how many messages wait */
  constructor(private readonly work: Sliceable, private readonly clock: Clock, private readonly wanted: Int32Array) {}

  /** There may be something to do now: replaces whatever wait was planned. */
  wake(): void {
    this.cancel?.()
    this.cancel = this.clock.soon(this.turn)
  }

  private readonly turn = (): void => {
    this.cancel = null
    this.ends = this.clock.now() + sliceMs
    const wait = this.work.slice(this.over)
    if (this.cancel !== null || wait === Infinity) return // woken meanwhile, or at rest
    this.cancel = wait <= 0 ? this.clock.soon(this.turn) : this.clock.later(this.turn, wait)
  }
}
