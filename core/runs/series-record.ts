import type { RunEvent } from '../train/change'
import type { ClassScore, EvaluatedSplit } from '../train/evaluation'

/** What happened in a run, in the order in which it happened. */
export type SeriesRecord
  /** Losses of consecutive mini-batches; `firstStep` is counted from 1 */
  = | { readonly kind: 'losses', readonly firstStep: number, readonly losses: Float32Array }
  /** The network after a step, on images of one split */
    | { readonly kind: 'score', readonly step: number, readonly epoch: number, readonly split: EvaluatedSplit, readonly score: ClassScore }
  /** A change of the settings */
    | { readonly kind: 'event', readonly event: RunEvent }
  /** The loss of step `at` was not finite: the run went back to `step` */
    | { readonly kind: 'diverged', readonly step: number, readonly at: number, readonly loss: string }
  /** Seconds for which the run had learned when it reached a step; pauses do not count */
    | { readonly kind: 'time', readonly step: number, readonly seconds: number }
