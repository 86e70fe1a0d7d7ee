import { LabError, type Ops, readingBytes, SplitReading } from '@core'
import type { BrowsedSplit, NetworkNumbers, SharedDataset } from '@contract'
import type { Clock } from './clock'
import { sliceMs } from './scheduler'

export interface SplitReaderOptions {
  readonly clock: Clock
  readonly ops: Ops
  /** @throws LabError train.memory */
  readonly makeRoom: (bytes: number) => void
}

/** Reads all images of a split with a network that is given as numbers, in slices; a newer request ends an older one. */
export class SplitReader {
  /** Memory of the network that reads, in bytes */
  bytes = 0
  private wish = 0
  /** Settles when the latest request has freed its memory */
  private underway: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: SplitReaderOptions) {}

  /**
   * @returns the class with the largest output, for each image
   * @throws LabError past.left when another one is asked for meanwhile; train.memory
   */
  read(network: NetworkNumbers, dataset: SharedDataset, split: BrowsedSplit): Promise<Uint16Array> {
    const mine = ++this.wish
    const done = this.underway.then(() => this.readAll(network, dataset, split, mine))
    this.underway = done.catch(() => undefined) // the caller gets the error
    return done
  }

  private async readAll({ architecture, normalization, tensors, at }: NetworkNumbers, dataset: SharedDataset, split: BrowsedSplit, mine: number): Promise<Uint16Array> {
    const { clock, ops, makeRoom } = this.options
    this.check(mine, at)
    const bytes = readingBytes(architecture)
    makeRoom(bytes)
    const reading = new SplitReading({ architecture, tensors, split: { ...dataset[split], normalization }, ops })
    this.bytes = bytes
    try {
      for (;;) {
        const until = clock.now() + sliceMs
        const predicted = reading.advance(() => clock.now() >= until)
        if (predicted) return predicted
        await new Promise<void>((next) => { clock.soon(next) })
        this.check(mine, at)
      }
    }
    finally {
      reading.dispose()
      this.bytes = 0
    }
  }

  private check(mine: number, at: NetworkNumbers['at']): void {
    if (mine !== this.wish) throw new LabError('past.left', 'the answers are no longer wished for', { step: at?.step ?? 0 })
  }
}
