import { type Checkpoint, checkpointOf, checkRunConfig, type Dataset, parseLayers, readCheckpoint, type RunConfig, type SettingsChange, trainerOf, Trainer, writeCheckpoint, type Ops } from '@core'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'

const small = smallDataset()
/** 230 images of 12 pixels, six classes; with hashes, which identify a dataset. */
export const dataset: Dataset = { ...small, info: { ...small.info, sha256: { trainImages: '1'.repeat(64), trainLabels: '2'.repeat(64) } } }

/** Every kind of layer. */
export const chain = 'affine 9, batchNormalization, relu, dropout 0.3, affine 8, tanh, affine 7, sigmoid, affine 6'

export const configOf = (layers = chain, more: object = {}): RunConfig =>
  checkRunConfig({ ...runConfig({ batchSize: 30, seed: 5 }), dataset: 'small', network: { layers: parseLayers(layers), loss: 'softmaxWithLoss' }, ...more })

/** A change, with the step before which it is made. */
export type PlannedChange = readonly [step: number, change: SettingsChange]

/** Learns up to a step, with the changes that are due. @returns the trainer that goes on */
export function learnTo(trainer: Trainer, step: number, changes: readonly PlannedChange[] = []): Trainer {
  for (;;) {
    for (const [, change] of changes.filter(([at]) => at === trainer.step && !trainer.events.some(event => event.step === at))) trainer = trainer.change(change)
    if (trainer.step >= step) return trainer
    trainer.learn()
  }
}

export const checkpointIn = (trainer: Trainer): Checkpoint => checkpointOf(trainer, { version: '1.2.3' })

/** Writes a checkpoint, reads it, and continues in a new trainer. */
export const resumed = (trainer: Trainer, on: Dataset = dataset, ops: Ops = trainer.ops): Trainer => trainerOf(readCheckpoint(writeCheckpoint(checkpointIn(trainer)), 'c'), on, ops)
