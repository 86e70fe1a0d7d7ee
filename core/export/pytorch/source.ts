import type { Dataset } from '../../data/dataset'
import type { WeightsFile } from '../../formats/weights'
import type { Ops } from '../../ops/ops'
import { type Checkpoint, presentConfig, trainerOf, weightsOfCheckpoint } from '../../runs/checkpoint'
import { batchesOf } from '../../train/recipe'
import { Trainer } from '../../train/trainer'
import { configOf } from '../../train/weights-file'
import { type NextLosses, nextLosses } from './next-losses'
import type { PytorchSource } from './project'

/** What a training in PyTorch continues from: the whole state of a training, or its weights alone. */
export interface Continued {
  readonly weights: WeightsFile
  /** Null: only weights are known */
  readonly checkpoint: Checkpoint | null
}

export const continuedFrom = (checkpoint: Checkpoint): Continued => ({ weights: weightsOfCheckpoint(checkpoint), checkpoint })

/** The losses that follow, computed in a training of their own. @throws LabError train.memory; ConfigError when the network does not fit the dataset */
export const lossesAfter = ({ weights, checkpoint }: Continued, dataset: Dataset, ops: Ops): NextLosses =>
  nextLosses(checkpoint ? trainerOf(checkpoint, dataset, ops) : new Trainer({ ...configOf(weights), dataset: dataset.info.id }, dataset, { weights, ops }))

/** What a PyTorch project is made of. @param write makes a weights file */
export function pytorchSource({ weights, checkpoint }: Continued, dataset: Dataset, next: NextLosses, write: (weights: WeightsFile) => Uint8Array): PytorchSource {
  const config = checkpoint ? presentConfig(checkpoint) : { ...configOf(weights), dataset: dataset.info.id }
  return { config, weights: write(weights), state: checkpoint?.snapshot ?? null, dataset, validation: batchesOf(config, dataset).validation, next }
}
