import type { GraphDocument } from '@core'
import type { Locale } from '@contract'
import type { LessonTexts } from '@lessons'

/** One lesson of the course: a folder of its own with its definition; its texts stand with the languages. */
export interface Lesson {
  /** 0 to 26, as in the course's table */
  readonly number: number
  /** 'add-node': stable, progress is kept by it */
  readonly id: string
  /** What stands beside the text; the first is shown at once, the others are chosen by tabs */
  readonly figures: readonly Figure[]
  /** Numbers that the texts name as [[name]], computed or from the lesson's graph, already rounded as printed */
  readonly numbers: Readonly<Record<string, string>>
  readonly questions: readonly Question[]
  /** NumPy as the book would write it, shown beside the graph under "Code" (our own lines); none for some */
  readonly code?: string
  readonly texts: Readonly<Record<Locale, LessonTexts>>
}

/** Playground figures carry a graph; the others are views of their own. */
export type Figure
  = | { readonly key: string, readonly kind: 'graph', readonly graph: GraphDocument, readonly position?: 'start' | 'end' | 'forward' /* all values, no gradients */ }
    | { readonly key: string, readonly kind: 'network' /* 23: the current network on one mini-batch, down to a cell */ | 'learning' /* 24 */ | 'gradientCheck' /* 25 */ | 'quiz' /* 26 */ }

/** Predict, then reveal. The same question can be posed with other numbers, for the mixed quiz. */
export interface Question {
  readonly key: string
  readonly kind: 'number' | 'shape' | 'sign'
  /** @param variant 0: the lesson's own numbers; 1, 2, …: others, derived from it without randomness of its own */
  pose(variant: number): Posed
}
export interface Posed {
  /** The graph to look at; left out: the lesson's first figure, or none where nothing is hidden */
  readonly graph?: GraphDocument
  /** How much of the graph is shown already: 'start' nothing, 'forward' all values, 'end' everything but what is hidden */
  readonly position?: 'start' | 'forward' | 'end'
  /** Covered with "?" until answered: 'value:total', 'gradient:apple' */
  readonly hide: readonly string[]
  /** By the key of another figure, with the lesson's own numbers: what is covered there, because it shows the answer too */
  readonly hideIn?: Readonly<Record<string, readonly string[]>>
  /** For the prompt, hint and reveal texts */
  readonly numbers: Readonly<Record<string, string>>
  /** A number; a shape such as [2, 3]; a sign */
  readonly answer: number | readonly number[] | Sign
  /** Largest accepted difference of a number; left out: half a unit of the third significant digit */
  readonly tolerance?: number
  /** Wrong answers that tell which mistake was made; one that equals the answer is ignored. The flipped sign is known without being listed. */
  readonly mistakes: readonly Mistake[]
}
export type Sign = '+' | '-' | '0'
export interface Mistake { readonly answer: number | readonly number[] | Sign, readonly hint: HintName }

/** The common hints; their sentences stand in electron/contract/locales/LANGUAGE/hints.json. */
export const hintNames = [
  'ownInput', //          took the node's own input instead of the other one
  'upstreamForgotten', // gave the local derivative alone
  'localForgotten', //    gave the upstream alone, without the local derivative
  'sign', //              the right number with the wrong sign (found without being listed)
  'notSummed', //         one branch or one row instead of the sum (fan-out, ∂B over the batch)
  'transpose', //         dimensions the wrong way round
  'dividedTwice', //      divided by the batch twice
  'notDivided', //        not divided by the batch at all
  'otherInput', //        answered for another input
  'value', //             gave the value that flows forward instead of a gradient
  'reciprocal', //        upside down
  'softmaxSkipped', //    took the logit for the probability
  'uphill', //            moved with the gradient instead of against it
  'kink', //              took ReLU at or below 0 for on
  'output', //            gave the output instead of the slope (before gradients are known)
  'rowsFirst', //         a shape's sizes the wrong way round (before gradients are known)
] as const
export type HintName = (typeof hintNames)[number]
