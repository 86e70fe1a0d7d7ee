import type { EvaluatedSplit } from '../../train/evaluation'

/** What is measured of a tensor: √Σx², the mean of |x|, the share of elements that are exactly 0 (0 to 1), or ‖ΔW‖ / ‖W‖ of the latest update. */
export const tensorFigures = ['norm', 'meanAbs', 'zeroShare', 'updateRatio'] as const
export type TensorFigure = (typeof tensorFigures)[number]

/** A tensor of the network: 'affine1.W', 'relu1.dout'. Gradients and activations are those of the mini-batch that led to the step. */
export interface TensorQuantity { readonly of: 'tensor', readonly path: string, readonly figure: TensorFigure }
/** One element of a tensor; of one with a row for each image of a batch, that of the image in this row */
export interface CellQuantity { readonly of: 'cell', readonly path: string, readonly row: number, readonly column: number }
/** Share of right answers, 0 to 1, to 1,000 fixed images of a split, or to those of one class among them; `full`: to as many as a full evaluation takes */
export interface AccuracyQuantity { readonly of: 'accuracy', readonly split: EvaluatedSplit, readonly class?: number, readonly full?: boolean }
/** How many of a layer's units fire (x > 0) for at least one of 1,000 fixed images that are learned from: of all of them, or of one */
export interface FiringQuantity { readonly of: 'firing', readonly layer: string, readonly unit: number | null }
/** An image: a drawing, (D), 0 (paper) to 1 (ink), or one of the dataset */
export type ReadImage = { readonly pixels: Float32Array } | { readonly split: 'train' | 'test', readonly index: number }
/** The class as which an image is read */
export interface ReadingQuantity { readonly of: 'reading', readonly image: ReadImage }
/** Loss of the mini-batch that led to the step */
export interface LossQuantity { readonly of: 'loss' }

/** A number that a run has at each step; see each kind for the steps at which it is not known. */
export type Quantity = TensorQuantity | CellQuantity | AccuracyQuantity | FiringQuantity | ReadingQuantity | LossQuantity

/**
 * A question to a run's past.
 * - `notFinite`: the first loss that was not finite. It is recorded.
 * - `passed`: the first step at which a number is at or above a value (`above`), or at or below it (`below`). At the step before it
 *   is not, or it is not known there. A number that goes up and down may have passed the value again later.
 * - `sign`: the first step at which an element has the other sign than the first of its values that is not 0.
 * - `read`: the first step at which an image is read as a class.
 * - `died`: the first step from which on to the latest one a unit fires for none of 1,000 fixed images; without a unit that of the
 *   layer's unit that died first, of several at that step the first one.
 */
export type Question
  = | { readonly ask: 'notFinite' }
    | { readonly ask: 'passed', readonly quantity: TensorQuantity | CellQuantity | AccuracyQuantity | LossQuantity, readonly direction: 'above' | 'below', readonly value: number }
    | { readonly ask: 'sign', readonly quantity: CellQuantity }
    | { readonly ask: 'read', readonly image: ReadImage, readonly class: number }
    | { readonly ask: 'died', readonly layer: string, readonly unit: number | null }

/** The answer to a question, for the steps that were known when it was asked. */
export interface Answer {
  /** The step that was asked for; null: none of them */
  readonly step: number | null
  /** The value at that step, which may be NaN or Infinity for a loss that is not finite; null if there is no such step */
  readonly value: number | null
  /** Whether it was so from the first step on at which it can be measured: then nothing was passed. */
  readonly fromStart: boolean
  /**
   * Of a unit the last step at which it fires, null when it never does; of a loss that was not finite the step to which the run
   * went back; null for other questions
   */
  readonly before: number | null
  /** The unit that died first, when the question names none */
  readonly unit?: number
  /** The steps that were searched */
  readonly first: number
  readonly last: number
}

/** What is measured for a question at each step; null: everything is recorded. */
export function quantityOf(question: Question): Quantity | null {
  if (question.ask === 'notFinite') return null
  if (question.ask === 'died') return { of: 'firing', layer: question.layer, unit: question.unit }
  return question.ask === 'read' ? { of: 'reading', image: question.image } : question.quantity
}

/** Whether a measured number is the one that is searched for; that of `sign` remembers the first one, so it is made anew for each search and asked in the order of the steps. */
export function conditionOf(question: Question): (value: number) => boolean {
  switch (question.ask) {
    case 'notFinite': return value => !Number.isFinite(value)
    case 'passed': return question.direction === 'above' ? value => value >= question.value : value => value <= question.value
    case 'read': return value => value === question.class
    case 'died': return value => value > 0
    case 'sign': {
      let first = 0
      return (value) => {
        const sign = Math.sign(value)
        if (first === 0 && !Number.isNaN(sign)) first = sign
        return first !== 0 && sign === -first
      }
    }
  }
}
