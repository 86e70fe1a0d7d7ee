import { batchRows, batchUnits, blockDetails, countParameters, healthOf, imagesAt, LabError, largestChange, type NamedTensor, probeBlocks, readTensor, type SavedTensor, savedTensors, Summaries, tensorAt, type Trainer, unitsOf, updatesOf } from '@core'
import type { BatchFrame, ProbeFrame, ProbeQuery } from '@contract'

/** Answers a view's query about the current step. @throws LabError train.noTensor */
export function probe(trainer: Trainer, { stats = false, shared = false, tensors = [], images = 0, change, units, details, batch, health = false, unitMap }: ProbeQuery): Omit<ProbeFrame, 'runId' | 'step' | 'price'> {
  const { latestImages } = trainer
  const summaries = new Summaries(trainer.ops)
  const blocks = stats ? probeBlocks(trainer, { shared, summaries }) : []
  return {
    loss: trainer.lossShown,
    blocks, updates: updatesOf(trainer, blocks),
    tensors: tensors.map(query => ({ path: query.path, ...readTensor(tensorAt(trainer.model, query.path), query, summaries) })),
    images: latestImages ? imagesAt(trainer, latestImages, images) : [],
    change: change === undefined ? null : largestChange(trainer, change),
    units: units === undefined ? null : batchUnits(trainer, units),
    details: details === undefined ? [] : blockDetails(trainer, details, summaries),
    batch: batch === undefined ? null : batchRows(trainer, batch),
    health: health ? healthOf(trainer) : null,
    unitMap: unitMap === undefined ? null : unitsOf(trainer, unitMap),
  }
}

/** Limit of what the window can show in a graph; with the state of Adam this is a message of 60 MB. */
const maxGraphParameters = 5_000_000

/** The next mini-batch. @throws LabError train.largeGraph */
export function nextBatch(trainer: Trainer, rows: number): Omit<BatchFrame, 'runId' | 'step'> {
  const parameters = countParameters(trainer.model.architecture)
  if (parameters > maxGraphParameters)
    throw new LabError('train.largeGraph', `${parameters} parameters are too many for a graph`, { found: parameters, max: maxGraphParameters })
  const { nextImages: indices, config, dataset, model, optimizerState: { state, updates } } = trainer
  return {
    config, input: model.architecture.input, imageShape: dataset.info.shape, of: indices.length, images: imagesAt(trainer, indices, rows),
    tensors: savedTensors(model).map(copyOf),
    optimizer: { updates, state: state.map(copyOf) },
  }
}

const copyOf = ({ path, tensor }: NamedTensor): SavedTensor => ({ path, data: Float32Array.from(tensor.data) })
