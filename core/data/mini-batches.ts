import { Random, seedOf } from '../random'

/** A step's position in the epoch and its images; valid until the next call. */
export interface MiniBatch {
  readonly epoch: number
  readonly stepInEpoch: number
  /** Into the split */
  readonly indices: Uint32Array
}

/**
 * The order in which images are learned: every epoch shuffles all images and cuts them into
 * mini-batches; the last one may be short. An epoch's order depends only on the seed and its
 * number, so any step can be found again without replaying the earlier ones.
 */
export class MiniBatches {
  readonly stepsPerEpoch: number
  private readonly order: Uint32Array
  /** Views into `order`, made once: nothing is allocated per step */
  private readonly views: readonly Uint32Array[]
  private orderedEpoch = -1
  /** Overwritten by every call */
  private readonly batch: { -readonly [K in keyof MiniBatch]: MiniBatch[K] } = { epoch: 0, stepInEpoch: 0, indices: new Uint32Array(0) }

  /** @param count images of the split; @param batchSize rows of a mini-batch; @param seed of the run */
  constructor(count: number, batchSize: number, private readonly seed: number) {
    this.stepsPerEpoch = Math.ceil(count / batchSize)
    this.order = new Uint32Array(count)
    this.views = Array.from({ length: this.stepsPerEpoch }, (_, i) => this.order.subarray(i * batchSize, Math.min((i + 1) * batchSize, count)))
  }

  /** The mini-batch of a step, counted from 0. */
  at(step: number): MiniBatch {
    const { batch } = this
    batch.epoch = Math.floor(step / this.stepsPerEpoch)
    batch.stepInEpoch = step % this.stepsPerEpoch
    if (batch.epoch !== this.orderedEpoch) this.shuffle(batch.epoch)
    batch.indices = this.views[batch.stepInEpoch]!
    return batch
  }

  private shuffle(epoch: number): void {
    for (let i = 0; i < this.order.length; i++) this.order[i] = i
    new Random(seedOf(this.seed, 1, epoch)).shuffle(this.order)
    this.orderedEpoch = epoch
  }
}
