import type { Dataset } from '../../data/dataset'
import type { WeightsFile } from '../../formats/weights'
import type { Ops } from '../../ops/ops'
import { type Checkpoint, presentConfig, trainerOf, weightsOfCheckpoint } from '../../runs/checkpoint'
import { batchesOf } from '../../train/recipe'
import { Trainer } from '../../train/trainer'
import { configOf } from '../../train/weights-file'
import { nextLosses } from './next-losses'
import type { PytorchSource } from './project'

/** What a training in PyTorch continues from: the whole state of a training, or its weights alone. */
export interface Continued {
  readonly weights: WeightsFile
  /** Null: only weights are known */
  readonly checkpoint: Checkpoint | null
}

export const continuedFrom = (checkpoint: Checkpoint): Continued => ({ weights: weightsOfCheckpoint(checkpoint), checkpoint })

/**
 * Collects what a PyTorch project is made of; the next mini-batches are learned in a training of its own.
 * @param write makes a weights file
 * @throws LabError train.memory, and ConfigError network.* when the network does not fit the dataset
 */
export function pytorchSource({ weights, checkpoint }: Continued, dataset: Dataset, ops: Ops, write: (weights: WeightsFile) => Uint8Array): PytorchSource {
  const config = checkpoint ? presentConfig(checkpoint) : { ...configOf(weights), dataset: dataset.info.id }
  const trainer = checkpoint ? trainerOf(checkpoint, dataset, ops) : new Trainer(config, dataset, { weights, ops })
  return { config, weights: write(weights), state: checkpoint?.snapshot ?? null, dataset, validation: batchesOf(config, dataset).validation, next: nextLosses(trainer) }
}
