import type { Measured, MeasureProgress } from '@core'
import type { SharedDataset } from './dataset'
import type { WireError } from './reply'

/** State of the long part of the certificate. */
export interface CertificateRun {
  readonly phase: 'idle' | 'running' | 'done' | 'failed'
  /** While it runs */
  readonly at: Omit<MeasureProgress, 'measured'> | null
  /** The results so far, also after a stop */
  readonly measured: Measured
  /** Why it failed */
  readonly error: WireError | null
}

/** `workerData` of the thread that recomputes. It ends when done; main may terminate it earlier. */
export interface MeasureStart {
  readonly role: 'measure'
  readonly dataset: SharedDataset
  /** See WorkerStart */
  readonly compiling: Int32Array<SharedArrayBuffer>
}

export type FromMeasure
  = | { readonly type: 'at', readonly at: MeasureProgress }
    | { readonly type: 'done', readonly measured: Measured }
