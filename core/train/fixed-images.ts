import type { Split } from '../data/dataset'
import { quickSize } from './evaluation'
import { batchesOf } from './recipe'
import { evenOrder } from './split-counter'
import type { Trainer } from './trainer'

/** Images of a split. */
export interface FixedImages {
  readonly split: Split
  /** Their indices in the split */
  readonly indices: Uint32Array
}

/**
 * Training images that are the same at every step of a run: those of a quick evaluation, or the first ones of them.
 * @param most how many of them at most
 */
export function fixedImages({ config, dataset }: Pick<Trainer, 'config' | 'dataset'>, most = quickSize.train!): FixedImages {
  const { learned } = batchesOf(config, dataset)
  const order = evenOrder(learned.length)
  return { split: dataset.train, indices: Uint32Array.from({ length: Math.min(most, learned.length) }, (_, place) => learned[order(place)]!) }
}
