import type { Clock } from './clock'

export const sliceMs = 10

/** Work that can be done in slices. */
export interface Sliceable {
  /**
   * Works until `over` is true, at least one piece if there is any.
   * @returns milliseconds until the next piece is due: 0 for immediately, Infinity for after the next `wake`
   */
  slice(over: () => boolean): number
}

/**
 * Cuts work into slices of about 10 ms and handles messages between them. A waiting message
 * ends the slice early: its sender increments `wanted`, and its receiver decrements it.
 */
export class Scheduler {
  private cancel: (() => void) | null = null
  private ends = 0
  private readonly over = (): boolean => Atomics.load(this.wanted, 0) > 0 || this.clock.now() >= this.ends

  /** @param wanted Int32: number of waiting messages */
  constructor(private readonly work: Sliceable, private readonly clock: Clock, private readonly wanted: Int32Array) {}

  /** Runs the next slice as soon as possible, not at the planned time. */
  wake(): void {
    this.cancel?.()
    this.cancel = this.clock.soon(this.turn)
  }

  private readonly turn = (): void => {
    this.cancel = null
    this.ends = this.clock.now() + sliceMs
    const wait = this.work.slice(this.over)
    if (this.cancel !== null || wait === Infinity) return // woken in the meantime, or idle
    this.cancel = wait <= 0 ? this.clock.soon(this.turn) : this.clock.later(this.turn, wait)
  }
}
