import type { RunConfig } from '../config'
import type { Dataset } from '../data/dataset'
import { MiniBatches } from '../data/mini-batches'
import type { WeightsFile } from '../formats/weights'
import { orderOf, type RunEvent } from './change'

/** Initial weights from a file instead of from the seed, and their step. */
export type InitialWeights = Pick<WeightsFile, 'step' | 'tensors' | 'classes'>

/** Everything that determines the present state: the same recipe on the same dataset gives the same state, bit for bit. */
export interface Recipe {
  /** The settings at the beginning */
  readonly config: RunConfig
  /** Changes of the settings since the beginning */
  readonly events: readonly RunEvent[]
  /** Initial weights; left out: drawn from the seed */
  readonly first?: Pick<InitialWeights, 'step' | 'tensors'>
}

/** The order of the mini-batches. */
export function batchesOf(config: RunConfig, { train: { count } }: Dataset): MiniBatches {
  const { batchSize, seed, validation } = config
  return new MiniBatches({ count, batchSize, seed: orderOf(config), validation, validationSeed: seed })
}
