import type { DrawSource } from '@contract'
import type { DatasetMark, Model, Ops } from '@core'

/** A network in the window, which reads one image at a time. */
export interface DrawNetwork {
  readonly source: DrawSource
  /** The run and the step of its weights; null without a run */
  readonly at: { readonly runId: number, readonly step: number } | null
  /** One row, with a gradient of the input; its numbers are those of the latest image that was read */
  readonly model: Model
  readonly ops: Ops
  readonly normalization: DatasetMark['normalization']
  /** Changes with every weight */
  readonly version: number
}
