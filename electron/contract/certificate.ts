import type { Measured, MeasureProgress } from '@core'
import type { SharedDataset } from './dataset'
import type { WireError } from './reply'

/** The long part of the certificate, as the window is told of it. */
export interface CertificateRun {
  readonly phase: 'idle' | 'running' | 'done' | 'failed'
  /** While it runs */
  readonly at: Omit<MeasureProgress, 'measured'> | null
  /** What is known, also of a run that was stopped */
  readonly measured: Measured
  /** Why it failed */
  readonly error: WireError | null
}

/** Given once, when the thread that recomputes starts. It ends by itself, or is ended. */
export interface MeasureStart {
  readonly role: 'measure'
  readonly dataset: SharedDataset
  /** See WorkerStart */
  readonly compiling: Int32Array<SharedArrayBuffer>
}

export type FromMeasure
  = | { readonly type: 'at', readonly at: MeasureProgress }
    | { readonly type: 'done', readonly measured: Measured }
