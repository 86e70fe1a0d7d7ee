import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { type Dataset, Random } from '@core'

/** Loads a peer's package from the folder where `npm run bench -- --peers` installs it. */
export const peerPackage = (folder: string, name: string): unknown => createRequire(pathToFileURL(`${folder}/`))(name)

/** MNIST for the JavaScript peers: one image per row, values 0 to 1. */
export class Digits {
  readonly train: Float32Array
  readonly test: Float32Array
  readonly random = new Random(1)

  constructor(readonly dataset: Dataset) {
    this.train = Float32Array.from(dataset.train.images, pixel => pixel / 255)
    this.test = Float32Array.from(dataset.test.images, pixel => pixel / 255)
  }

  /** Pixels of consecutive training images, or of a single one. */
  image(of: 'train' | 'test', index: number): Float32Array { return this[of].subarray(784 * index, 784 * (index + 1)) }

  any(): number { return this.random.integer(this.dataset.train.count) }
}
