import type { Clock } from './clock'

export const sliceMs = 10

/** Work that can be done in slices. */
export interface Sliceable {
  /**
   * Works until `over` is true, at least one piece if there is any.
   * @returns milliseconds until the next piece is due: 0 for immediately, Infinity for after the next `wake`
   */
  slice(isOver: () => boolean): number
}

/**
 * Cuts work into slices of about 10 ms and handles messages between them. A waiting message
 * ends the slice early: its sender increments `wanted`, and its receiver decrements it.
 */
export class Scheduler {
  private cancel: (() => void) | null = null
  private endsAt = 0
  private readonly isOver = (): boolean => Atomics.load(this.pendingRequests, 0) > 0 || this.clock.now() >= this.endsAt

  /** @param pendingRequests Int32: number of waiting messages */
  constructor(private readonly work: Sliceable, private readonly clock: Clock, private readonly pendingRequests: Int32Array) {}

  /** Runs the next slice as soon as possible, not at the planned time. */
  wake(): void {
    this.cancel?.()
    this.cancel = this.clock.soon(this.runSlice)
  }

  private readonly runSlice = (): void => {
    this.cancel = null
    this.endsAt = this.clock.now() + sliceMs
    const wait = this.work.slice(this.isOver)
    if (this.cancel !== null || wait === Infinity) return // woken in the meantime, or idle
    this.cancel = wait <= 0 ? this.clock.soon(this.runSlice) : this.clock.later(this.runSlice, wait)
  }
}
