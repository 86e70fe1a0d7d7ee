import type { RunConfig } from '../config'
import { learnedCount, type Position, positionAfter, startPosition } from '../data/mini-batches'
import type { DatasetMark } from '../data/dataset'
import { positionAfterChange, type RunEvent, withChange } from '../train/change'
import type { LayerRegistry } from '../layers/registry'
import { inputOf } from './input'

/** What determines where a run stands at a step. */
export interface Course {
  /** The settings at the beginning */
  readonly config: RunConfig
  readonly events: readonly RunEvent[]
  readonly dataset: Pick<DatasetMark, 'counts' | 'shape'>
  /** Step of the initial weights */
  readonly firstStep: number
}

/** Position and settings of a run at a step, after the changes at that step. The step and those of the events must not be before the first one. */
export function stateAtStep({ config: beginning, events, dataset, firstStep }: Course, step: number, registry?: LayerRegistry): { readonly position: Position, readonly config: RunConfig } {
  const count = learnedCount(dataset.counts.train, beginning.validation)
  const advance = (from: Position, to: number, { batchSize }: RunConfig): Position => positionAfter(from, to - from.step, { count, batchSize })
  let [position, config] = [advance(startPosition, firstStep, beginning), beginning]
  for (const event of events) {
    if (event.step > step) break
    const next = withChange(config, event.change, inputOf(dataset), registry)
    position = positionAfterChange(advance(position, event.step, config), config, next)
    config = next
  }
  return { position: advance(position, step, config), config }
}
