import { ownError } from '../../errors'
import type { LayerDefinition } from '../../layers/definition'
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
 * Continues a training for a few mini-batches, in slices; layers that drop elements keep them all. It ends early when the training
 * diverges, or at a mini-batch of a size that the network cannot be trained with. The trainer still belongs to the caller.
 */
export class Continuation {
  private readonly step: number
  private readonly batches: (readonly number[])[] = []
  private readonly losses: number[] = []
  private readonly definitions: readonly LayerDefinition[]

  constructor(private readonly trainer: Trainer, private readonly count = comparedBatches) {
    const { step, dataset, config, model: { registry } } = trainer
    this.step = step
    const plan = planOf(architectureOn(config.network, dataset.info), registry).map(({ name, spec }) => ({ name, definition: layerDefinition(spec.kind, registry) }))
    this.definitions = plan.map(({ definition }) => definition)
    const dropping = plan.filter(({ definition }) => definition.mask)
    const layers = Object.fromEntries(dropping.map(({ name, definition: { live = [] } }) => [name, Object.fromEntries(live.map(setting => [setting, 0]))]))
    if (dropping.length > 0) trainer.change({ layers }) // needs no other memory, so it stays the same trainer
  }

  /** Goes on until the slice is over, at least by one mini-batch. @returns null while there is more to do */
  advance(isOver: () => boolean): NextLosses | null {
    const { trainer, step, batches, losses } = this
    do {
      const images = Array.from(trainer.nextImages)
      if (losses.length === this.count || trainer.divergence || !this.canLearn(images.length)) return { step, batches, losses }
      const loss = trainer.learn()
      if (!Number.isFinite(loss)) return { step, batches, losses }
      batches.push(images)
      losses.push(loss)
    } while (!isOver())
    return null
  }

  private canLearn(rows: number): boolean {
    try {
      for (const definition of this.definitions) definition.checkBatch?.(rows)
      return true
    }
    catch (cause) {
      ownError(cause)
      return false
    }
  }
}

/** The same at once. @param trainer is disposed of */
export function nextLosses(trainer: Trainer, count = comparedBatches): NextLosses {
  try { return new Continuation(trainer, count).advance(() => false)! }
  finally { trainer.dispose() }
}
