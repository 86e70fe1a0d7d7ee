import type { RunConfig } from '../config'
import type { DatasetInfo } from '../data/dataset'
import { markOf } from '../data/dataset-mark'
import type { WeightsFile } from '../formats/weights'
import type { NamedParams } from '../network/params'

/** What a file has besides the weights: the lab's version and, if measured at this step, the accuracies. */
export type WeightsNote = Pick<WeightsFile, 'version'> & { readonly metrics?: WeightsFile['metrics'] }

/** The state of a run that is saved in a weights file. */
export interface SavedRun {
  readonly config: RunConfig
  readonly step: number
  /** Loss of the latest mini-batch, null before the first */
  readonly loss: number | null
  readonly params: readonly NamedParams[]
  readonly classes: readonly string[]
  readonly dataset: DatasetInfo
}

/** Contents for a weights file: float32 copies, which later steps do not change. */
export function weightsFileOf({ config, step, loss, params, classes, dataset }: SavedRun, { version, metrics }: WeightsNote): WeightsFile {
  const { layers, activation } = config
  return {
    architecture: { layers, activation }, config, step, classes, version, dataset: markOf(dataset),
    params: params.map(({ name, W, b }) => ({ name, W: Float32Array.from(W.value.data), b: Float32Array.from(b.value.data) })),
    metrics: { ...metrics, ...(loss === null ? {} : { loss }) },
  }
}
