import { type Architecture, defaultConfig, type RunConfig } from '../config'
import type { DatasetInfo } from '../data/dataset'
import { markOf } from '../data/dataset-mark'
import type { WeightsFile } from '../formats/weights'
import type { WeightsMetrics } from '../formats/weights-header'
import type { ModelTensors } from '../layers/layer'
import { savedTensors } from '../network/params'
import type { EvaluationPoint } from './evaluation'

/** Training settings for a weights file: its own, or the defaults for its network. */
export const configOf = ({ architecture: { layers, loss }, config }: WeightsFile): RunConfig => ({ ...defaultConfig, ...config, network: { layers, loss } })

/** What a file has besides the run: the version of the lab, and the accuracies of an evaluation of the same step. */
export type WeightsNote = Pick<WeightsFile, 'version'> & { readonly evaluation?: EvaluationPoint | null }

/** The state of a run that is saved in a weights file. */
export interface SavedRun {
  readonly config: RunConfig
  readonly architecture: Architecture
  readonly step: number
  /** Loss of the latest mini-batch, null before the first */
  readonly loss: number | null
  readonly model: ModelTensors
  readonly classes: readonly string[]
  readonly dataset: DatasetInfo
}

/** Contents for a weights file: float32 copies, which later steps do not change. */
export function weightsFileOf({ config, architecture, step, loss, model, classes, dataset }: SavedRun, { version, evaluation = null }: WeightsNote): WeightsFile {
  return {
    architecture, config, step, classes, version, dataset: markOf(dataset),
    tensors: savedTensors(model).map(({ path, tensor }) => ({ path, data: Float32Array.from(tensor.data) })),
    metrics: { ...evaluation?.step === step && accuraciesOf(evaluation), ...loss !== null && { loss } },
  }
}

const accuraciesOf = ({ train, validation, test }: EvaluationPoint): WeightsMetrics =>
  ({ trainAccuracy: train.accuracy, ...validation && { validationAccuracy: validation.accuracy }, testAccuracy: test.accuracy })
