import { Random, seedOf } from '../random'

/** Position of a step in its epoch, and its images; overwritten by the next call. */
export interface MiniBatch {
  readonly epoch: number
  readonly stepInEpoch: number
  /** Indices of images in the split */
  readonly indices: Uint32Array
}

/**
 * The order of the images: every epoch shuffles all of them and splits them into mini-batches; the last one may be short.
 * An epoch's order depends only on the seed and the epoch's number, so any step can be reproduced without replaying earlier ones.
 */
export class MiniBatches {
  readonly stepsPerEpoch: number
  private readonly order: Uint32Array
  /** Views of `order`, created once so that no step allocates */
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
