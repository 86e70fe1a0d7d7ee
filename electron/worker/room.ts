import { memoryError } from '@core'

/** What a thread of the past holds. */
export interface Held {
  /** Memory of the moment that is shown, in bytes; 0: none is */
  readonly shown: () => number
  /** Memory of everything else that is in use */
  readonly used: () => number
  /** Memory that is only kept for the next question */
  readonly kept: () => number
  /** Frees what is only kept. */
  readonly free: () => void
  /** Frees the moment that is shown. */
  readonly drop: () => void
}

/** Makes room for what a thread of the past learns again, within the memory that main leaves it. */
export class Room {
  /** @param maxBytes for all that the thread holds */
  constructor(private readonly held: Held, private readonly maxBytes: () => number) {}

  /**
   * @param bytes that are needed besides
   * @param mayDrop whether the moment that is shown may go: another one takes its place
   * @returns whether it went
   * @throws LabError train.memory: then nothing has changed
   */
  make(bytes: number, mayDrop: boolean): boolean {
    const { shown, used, kept, free, drop } = this.held
    const max = this.maxBytes()
    const least = used() + (mayDrop ? 0 : shown()) + bytes
    if (least > max) throw memoryError(least, max)
    if (least + kept() + (mayDrop ? shown() : 0) > max) free()
    if (!mayDrop || least + shown() <= max || shown() === 0) return false
    drop()
    return true
  }
}
