import type { RunConfig } from '../config'
import type { WeightsFile } from '../formats/weights'
import type { NamedParams } from '../network/params'

/** What is written beside the weights: the version that writes and, where known for this very step, the accuracies. */
export type WeightsNote = Pick<WeightsFile, 'version'> & { readonly metrics?: WeightsFile['metrics'] }

/** The state of a run that a weights file holds. */
export interface SavedRun {
  readonly config: RunConfig
  readonly step: number
  /** Of the latest mini-batch, null before the first */
  readonly loss: number | null
  readonly params: readonly NamedParams[]
  readonly classes: readonly string[]
}

/** The contents of a weights file: copies in float32, which later steps do not change. */
export function weightsFileOf({ config, step, loss, params, classes }: SavedRun, { version, metrics }: WeightsNote): WeightsFile {
  const { layers, activation } = config
  return {
    architecture: { layers, activation }, config, step, classes, version,
    params: params.map(({ name, W, b }) => ({ name, W: Float32Array.from(W.value.data), b: Float32Array.from(b.value.data) })),
    metrics: { ...metrics, ...(loss === null ? {} : { loss }) },
  }
}
