import { layerDefinition } from '../../layers/registry'
import { planOf } from '../../network/shapes'
import { architectureOn } from '../../train/fit'
import type { Trainer } from '../../train/trainer'

/** The mini-batches that follow a state, and the losses that the lab gets on them, without dropout. */
export interface NextLosses {
  /** Mini-batches learned before them */
  readonly step: number
  /** Indices of the training images of each */
  readonly batches: readonly (readonly number[])[]
  /** Before each one's update */
  readonly losses: readonly number[]
}

/** Mini-batches in a PyTorch project. */
export const comparedBatches = 10

/**
 * Continues a training for a few mini-batches; layers that drop elements keep them all. Ends early when the training diverges, or
 * at a mini-batch of a size that the network cannot be trained with.
 * @param trainer at the state; it is used up and must not be used afterwards
 */
export function nextLosses(trainer: Trainer, count = comparedBatches): NextLosses {
  const { step, dataset, config } = trainer
  const plan = planOf(architectureOn(config.network, dataset.info), trainer.model.registry)
  const definitions = plan.map(({ name, spec }) => ({ name, definition: layerDefinition(spec.kind, trainer.model.registry) }))
  const dropping = definitions.filter(({ definition }) => definition.mask)
  const layers = Object.fromEntries(dropping.map(({ name, definition }) => [name, Object.fromEntries((definition.live ?? []).map(setting => [setting, 0]))]))
  const current = dropping.length > 0 ? trainer.change({ layers }) : trainer
  const [batches, losses]: [number[][], number[]] = [[], []]
  try {
    while (losses.length < count && !current.divergence) {
      const images = Array.from(current.nextImages)
      if (!canLearn(images.length)) break
      const loss = current.learn()
      if (!Number.isFinite(loss)) break
      batches.push(images)
      losses.push(loss)
    }
  }
  finally { current.dispose() }
  return { step, batches, losses }

  function canLearn(rows: number): boolean {
    try {
      for (const { definition } of definitions) definition.checkBatch?.(rows)
      return true
    }
    catch { return false }
  }
}
