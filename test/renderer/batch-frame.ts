import type { BatchFrame } from '@contract'
import { imagesAt, type NamedTensor, savedTensors, type Trainer } from '@core'

const copyOf = ({ path, tensor }: NamedTensor) => ({ path, data: Float32Array.from(tensor.data) })

/** The next mini-batch, as in the reply of the training thread. */
export const batchFrame = (trainer: Trainer, rows: number): BatchFrame => ({
  runId: 1, step: trainer.step, config: trainer.config, input: trainer.model.architecture.input, imageShape: trainer.dataset.info.shape, of: trainer.nextImages.length, images: imagesAt(trainer, trainer.nextImages, rows),
  tensors: savedTensors(trainer.model).map(copyOf),
  optimizer: { updates: trainer.optimizerState.updates, state: trainer.optimizerState.state.map(copyOf) },
})
