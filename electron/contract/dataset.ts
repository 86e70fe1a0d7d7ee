import type { Dataset, DatasetInfo } from '@core'
import type { WireError } from './reply'

/** State of the dataset: training waits for it, the window does not. */
export type DatasetState
  = | { readonly phase: 'loading' }
    | { readonly phase: 'ready', readonly info: DatasetInfo }
    | { readonly phase: 'failed', readonly error: WireError }

/** A dataset whose bytes main and the training thread share without copying. */
export type SharedDataset = Dataset<SharedArrayBuffer>

export interface DatasetImage {
  /** The network's input, (D) */
  readonly image: Float32Array
  readonly label: number
}
