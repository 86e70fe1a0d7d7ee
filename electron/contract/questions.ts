import { type CellQuantity, evaluatedSplits, type Found, type PastAnswer, type Span, tensorFigures, type TensorQuantity } from '@core'
import * as v from 'valibot'
import type { SharedDataset } from './dataset'
import type { MemoryAmounts } from './past'
import { unitPixels } from './prediction'
import type { RecordedRun } from './run'
import { count, layerName } from './schema'

const path = v.pipe(v.string(), v.regex(/^\w{1,40}\.\w{1,16}$/))
const finite = v.pipe(v.number(), v.finite())

const tensor = v.pipe(v.strictObject({ of: v.literal('tensor'), path, figure: v.picklist(tensorFigures) }), v.readonly())
const cell = v.pipe(v.strictObject({ of: v.literal('cell'), path, row: count, column: count }), v.readonly())
const accuracy = v.pipe(v.strictObject({ of: v.literal('accuracy'), split: v.picklist(evaluatedSplits), class: v.exactOptional(count) }), v.readonly())
const loss = v.pipe(v.strictObject({ of: v.literal('loss') }), v.readonly())
const image = v.union([
  v.strictObject({ pixels: unitPixels }),
  v.strictObject({ split: v.picklist(['train', 'test']), index: count }),
])

/** A question to the run's past; the thread names a tensor, a unit or a class that the network does not have. */
export const questionSchema = v.variant('ask', [
  v.strictObject({ ask: v.literal('notFinite') }),
  v.strictObject({ ask: v.literal('passed'), quantity: v.variant('of', [tensor, cell, accuracy, loss]), direction: v.picklist(['above', 'below']), value: finite }),
  v.strictObject({ ask: v.literal('sign'), quantity: cell }),
  v.strictObject({ ask: v.literal('read'), image, class: count }),
  v.strictObject({ ask: v.literal('died'), layer: layerName, unit: v.nullable(count) }),
])

/** What is drawn over the whole run. */
export const laneSchema = v.variant('of', [tensor, cell])
export type LaneQuantity = TensorQuantity | CellQuantity
/** Lanes at once */
export const mostLanes = 2

/** What a question costs, before it is asked. */
export interface QuestionPrice {
  /** Steps to learn again at most; 0: the answer is recorded */
  readonly steps: number
  /** Time that they take, measuring included, as far as a few steps tell; null: not known */
  readonly seconds: number | null
  /** The same as a multiple of learning them without measuring; null: not known */
  readonly times: number | null
  /** The run is paused meanwhile, because both do not fit in memory; null: it is not */
  readonly pauses: MemoryAmounts | null
}

/** How far the search for an answer has come. */
export interface FindingProgress {
  /** Number of steps learned again so far */
  readonly done: number
  /** Largest number of steps that may have to be learned again */
  readonly of: number
  /** Time left, in seconds; null until it can be estimated */
  readonly seconds: number | null
  /** A step that answers the question already, unless an earlier one is found; null: none yet */
  readonly atMost: number | null
}

/** An answer to a question. */
export interface FoundAnswer extends PastAnswer {
  /** Whether all losses on the way were the recorded ones, and the kernels that recorded them compute the same bits */
  readonly exact: boolean
  /** Of an accuracy: on how many images it was measured, and what it is at that step on as many as the curve shows, if these are more */
  readonly images?: { readonly measured: number, readonly full: { readonly images: number, readonly value: number } | null }
}

/** A quantity over the whole run, as far as it is known. */
export interface Lane {
  readonly id: number
  readonly quantity: LaneQuantity
  readonly first: number
  /** The latest step that is asked for */
  readonly last: number
  /** Steps between two of its points, once all are known */
  readonly every: number
}

/** Further points of a lane; those between known ones come later. */
export interface LanePoints {
  readonly id: number
  readonly last: number
  /** In ascending order */
  readonly steps: Uint32Array
  readonly values: Float32Array
  /** Share of the points that are known, 0 to 1 */
  readonly done: number
}

/** Steps of a recorded run for the thread of the past to measure. */
export interface SpanToMeasure {
  /** With a checkpoint at or before the span; its step is the span's last one */
  readonly run: RecordedRun
  readonly span: Span
  /** Whether the run learns meanwhile: then the thread rests between its slices */
  readonly beside: boolean
  /** Left out: the one of `WorkerStart` */
  readonly dataset?: SharedDataset
}

/** How exact the measured steps are. */
export interface MeasuredSpan {
  /** The first step whose loss is not the recorded one; null while all are */
  readonly differsAt: number | null
  /** Kernel module that computed them */
  readonly backend: string
}

export interface FoundInSpan extends MeasuredSpan { readonly found: Found }
export interface TracedSpan extends MeasuredSpan { readonly steps: Uint32Array, readonly values: Float32Array }

/** Milliseconds of one step: of learning it, and of measuring it besides */
export interface StepPrice { readonly learnMs: number, readonly measureMs: number }

/** How far a span is measured. */
export interface SpanProgress { readonly step: number }
