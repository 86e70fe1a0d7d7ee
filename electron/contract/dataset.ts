import type { Dataset, DatasetInfo } from '@core'
import type { WireError } from './reply'

/** State of MNIST, which is loaded first: training waits for it, the window does not. */
export type DatasetState
  = | { readonly phase: 'loading' }
    | { readonly phase: 'ready', readonly info: DatasetInfo }
    | { readonly phase: 'failed', readonly error: WireError }

/** A dataset whose bytes main and the training thread share without copying. */
export type SharedDataset = Dataset<SharedArrayBuffer>

export interface DatasetImage {
  /** rows × columns, from 0 (paper) to 1 (ink) */
  readonly image: Float32Array
  /** Index of its class */
  readonly label: number
}

/** Images in one reply: the bug lab learns from 2,000 digits in the window, which are 6 MB and take less time than twenty replies. */
export const maxImages = 2_000
/** Pixels in one reply: as many as those digits have. Of larger images a reply holds fewer, but always 100. */
export const maxImagePixels = maxImages * 784

/** Consecutive images of one dataset. */
export interface DatasetImages extends Pick<DatasetInfo, 'shape'> {
  readonly images: readonly DatasetImage[]
}

/** Where an imported dataset lies, and what it takes. */
export interface DatasetDisk {
  /** For display only */
  readonly folder: string
  /** Null where it cannot be measured */
  readonly bytes: number | null
  /** When its files were found unchanged last, in milliseconds since 1970; null: not yet */
  readonly verifiedAt: number | null
}

/** A dataset on this computer, or why it cannot be used. */
export interface DatasetListing {
  readonly id: string
  /** Null when the description itself is damaged */
  readonly info: DatasetInfo | null
  readonly problem: WireError | null
  /** Of an imported dataset */
  readonly disk?: DatasetDisk
}
