import { Random, seedOf } from '../random'

/** Where a run stands: everything that determines its next mini-batch. */
export interface Position {
  /** Mini-batches learned since the initial weights */
  readonly step: number
  /** Completed passes over the training images */
  readonly epoch: number
  /** Images learned in the present epoch */
  readonly seen: number
}

export const startPosition: Position = { step: 0, epoch: 0, seen: 0 }

/** How the images of an epoch become mini-batches. */
export interface EpochSize {
  /** Images learned in one epoch */
  readonly count: number
  /** Rows of a mini-batch; the last one of an epoch may be short */
  readonly batchSize: number
}

const stepsPerEpochOf = ({ count, batchSize }: EpochSize): number => Math.ceil(count / batchSize)

/** Position after a number of mini-batches of the same size. */
export function positionAfter({ step, epoch, seen }: Position, steps: number, size: EpochSize): Position {
  const left = Math.ceil((size.count - seen) / size.batchSize) // mini-batches until the end of the epoch
  if (steps < left) return { step: step + steps, epoch, seen: seen + steps * size.batchSize }
  const perEpoch = stepsPerEpochOf(size)
  return { step: step + steps, epoch: epoch + 1 + Math.floor((steps - left) / perEpoch), seen: (steps - left) % perEpoch * size.batchSize }
}

/** The step at which a number of epochs is complete; the position's own when they already are. */
export function stepAtEpoch({ step, epoch, seen }: Position, epochs: number, size: EpochSize): number {
  if (epochs <= epoch) return step
  return step + Math.ceil((size.count - seen) / size.batchSize) + (epochs - epoch - 1) * stepsPerEpochOf(size)
}

export interface MiniBatchesOptions {
  /** Images of the split */
  readonly count: number
  /** Rows of a mini-batch */
  readonly batchSize: number
  /** Seed of the order */
  readonly seed: number
  /** Share of the images that is set aside, 0 to 0.5; chosen by `validationSeed` */
  readonly validation?: number
  readonly validationSeed?: number
}

/** Number of training images that are set aside: at least one is learned from. @param share 0 to 0.5 */
export const validationCount = (images: number, share: number): number => Math.min(images - 1, Math.round(images * share))

/** Number of training images that are learned from. @param share that is set aside, 0 to 0.5 */
export const learnedCount = (images: number, share: number): number => images - validationCount(images, share)

/** Size in bytes of the lists of images. @param share that is set aside, 0 to 0.5 */
export const orderBytes = (images: number, share: number): number => Uint32Array.BYTES_PER_ELEMENT * (images + learnedCount(images, share))

/**
 * The order of the images: every epoch shuffles all of them and splits them into mini-batches; the last one may be short.
 * An epoch's order depends only on the seed and the epoch's number, so any position can be reproduced without replaying earlier ones.
 */
export class MiniBatches {
  readonly stepsPerEpoch: number
  /** Images that are learned from, in ascending order */
  readonly learned: Uint32Array
  /** Images that are set aside, in ascending order; empty without validation */
  readonly validation: Uint32Array
  readonly batchSize: number
  private readonly seed: number
  private readonly order: Uint32Array
  /** Views of `order` by their first image, created once so that no step allocates */
  private readonly views = new Map<number, Uint32Array>()
  private orderedEpoch = -1

  constructor({ count, batchSize, seed, validation = 0, validationSeed = seed }: MiniBatchesOptions) {
    const images = Uint32Array.from({ length: count }, (_, i) => i)
    const aside = validationCount(count, validation)
    if (aside > 0) new Random(seedOf(validationSeed, 3)).shuffle(images)
    this.validation = images.slice(0, aside).sort()
    this.learned = images.slice(aside).sort()
    this.order = this.learned.slice()
    this.batchSize = batchSize
    this.seed = seed
    this.stepsPerEpoch = stepsPerEpochOf({ count: this.learned.length, batchSize })
    for (let from = 0; from < this.learned.length; from += batchSize) this.viewFrom(from)
  }

  /** Images learned in one epoch */
  get count(): number { return this.learned.length }

  /** Position after this many steps of this batch size. */
  positionAt(step: number): Position { return positionAfter(startPosition, step, this) }

  /** Position after the mini-batch at this one. */
  after({ step, epoch, seen }: Position): Position {
    const next = seen + this.batchSize
    return next >= this.count ? { step: step + 1, epoch: epoch + 1, seen: 0 } : { step: step + 1, epoch, seen: next }
  }

  /** Image indices of the mini-batch at a position; overwritten when the epoch changes. */
  at({ epoch, seen }: Position): Uint32Array {
    if (epoch !== this.orderedEpoch) this.shuffle(epoch)
    return this.viewFrom(seen)
  }

  private viewFrom(from: number): Uint32Array {
    const known = this.views.get(from)
    if (known) return known
    const view = this.order.subarray(from, Math.min(from + this.batchSize, this.count))
    this.views.set(from, view)
    return view
  }

  private shuffle(epoch: number): void {
    this.order.set(this.learned)
    new Random(seedOf(this.seed, 1, epoch)).shuffle(this.order)
    this.orderedEpoch = epoch
  }
}
