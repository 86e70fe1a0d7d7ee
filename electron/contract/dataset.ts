import type { WireError } from './reply'

/** State of the dataset: training waits for it, the window does not. */
export type DatasetInfo
  = | { readonly phase: 'loading' }
    | { readonly phase: 'ready', readonly id: string, readonly trainImages: number, readonly testImages: number, readonly licence: string }
    | { readonly phase: 'failed', readonly error: WireError }

/** The dataset's bytes, shared by main and the training thread without copying. */
export interface SharedDataset {
  readonly id: string
  readonly classes: number
  /** Height and width of an image */
  readonly rows: number
  readonly columns: number
  readonly train: SharedSplit
  readonly test: SharedSplit
}

export interface SharedSplit {
  readonly count: number
  /** count × rows × columns bytes, 0 to 255 */
  readonly images: Uint8Array<SharedArrayBuffer>
  readonly labels: Uint8Array<SharedArrayBuffer>
}

export interface DatasetImage {
  /** 28×28, 0 to 1 */
  readonly image: Float32Array
  readonly label: number
}
