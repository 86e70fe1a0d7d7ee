import type { GraphDocument, LayerDefinition, Listing } from '@core'
import type { Locale } from '@contract'
import type { LessonTexts } from '@lessons'
import type { SlopeSpec } from './slopes'

/**
 * What a lesson's graph shows besides the values, one step on, one step back and the step's card. Each joins with the lesson
 * that teaches it and stays in all later ones; the playground has them all.
 */
export const graphTools = [
  'nudge', //      the tabs of the panel below the graph
  'cell',
  'code',
  'passes', //     the buttons Forward and Backward
  'player', //     play, start, end, the slider over the steps and the speed
  'view', //       zoom
  'expression', // the line above the graph with its own tools
  'slopeErrors', // in the tab Nudge: the error of the numeric slope over h
] as const
export type GraphTool = (typeof graphTools)[number]

/** The five parts of the course in order. */
export const partIds = ['graph', 'nodes', 'layers', 'losses', 'learning'] as const
export type PartId = (typeof partIds)[number]

/** One lesson of the course. Its folder holds the definition; its texts are with the languages. */
export interface Lesson {
  /** 0 to 26, as in the course's table */
  readonly number: number
  /** 'add-node': must not change, since it identifies the lesson in saved progress */
  readonly id: string
  readonly part: PartId
  /** The section of the book: '5.3.2'; null where the book has none */
  readonly section: string | null
  /** What its cards show beside their texts */
  readonly figures: readonly Figure[]
  /** Three to six: one move of the learner each */
  readonly cards: readonly Card[]
  /** Numbers that the texts refer to as [[name]], constants or computed from the lesson's graph, rounded as printed */
  readonly numbers: Readonly<Record<string, string>>
  /** Those on its cards, and others for practice after the last card; the quiz and the part's check ask all of them */
  readonly questions: readonly Question[]
  /** The tools that the lesson introduces */
  readonly teaches?: readonly GraphTool[]
  /** NumPy code in the style of the book (our own lines), shown under "Code", made by `taggedCode`; optional */
  readonly code?: Listing
  readonly texts: Readonly<Record<Locale, LessonTexts>>
}

/** One move: something is said, predicted or tried. A predict card shows the answer being computed once it is given. */
export type Card = SayCard | PredictCard | TryCard
interface CardOf<Kind extends string> {
  readonly kind: Kind
  /** Names its texts, and the place where the lesson was left */
  readonly key: string
}
export interface SayCard extends CardOf<'say'>, Beside {}
export interface TryCard extends CardOf<'try'>, Beside {
  /** Where the same thing stands in the network in training; the lesson's last card has it, unless its figure is of kind 'network' */
  readonly network?: Destination
}
/** The room Train, with the block chosen and the view open that the card speaks of, or Draw. */
export type Destination = { readonly room: 'train', readonly show?: BlockView } | { readonly room: 'draw' }
export interface BlockView {
  /** Kind of a layer, or the loss */
  readonly block: 'affine' | 'relu' | 'loss'
  readonly view: Exclude<keyof LayerDefinition['aspects'], 'bias'>
}
export interface PredictCard {
  readonly kind: 'predict'
  /** A question's key; its graph is shown in a scene of its own */
  readonly question: string
  /** Beside a question without a graph; defaults to the figure of the card before */
  readonly figure?: string
}
interface Beside {
  /** Keys of figures, as tabs where there are several; defaults to those of the card before, as they were left */
  readonly figure?: string | readonly string[]
  /** Where its graph begins; defaults to the figure's own */
  readonly position?: Position
}
export type Position = 'start' | 'forward' /* all values, no gradients yet */ | 'end'

/** Figures of kind 'graph' show a live graph; the others are views of their own. */
export type Figure
  = | { readonly key: string, readonly kind: 'graph', readonly graph: GraphDocument, readonly position?: Position }
    | { readonly key: string, readonly kind: 'slope', readonly slope: SlopeSpec }
    | { readonly key: string, readonly kind: 'walk' /* 15: an image on its way through the sample network */ | 'network' /* 23: the current network on one mini-batch, down to single cells */ | 'learning' /* 24: the learning algorithm */ | 'gradientCheck' /* 25: the gradient check */ | 'quiz' /* 26: the quiz */ }

/** Predict, then reveal. The mixed quiz asks the same question with other numbers. */
export interface Question {
  readonly key: string
  readonly kind: 'number' | 'shape' | 'sign'
    | 'line' //    which line of a program is wrong: `code`
    | 'order' //   put steps in order: `choices`
    | 'picture' // which curve is it: `pictures`
    | 'why' //     choose a reason: `choices`
    | 'point' //   place a point on a curve: `curve`
  /** @param variant 0: the lesson's own numbers; 1, 2, …: others, derived from it deterministically */
  pose(variant: number): Posed
}
/** A number, the index of a line or picture, a shape such as [2, 3], a sign, the key of a choice, or keys of choices in order */
export type Answer = number | readonly number[] | string | readonly string[]
export interface Posed {
  /** Defaults to the lesson's first figure, or to no graph when nothing is hidden */
  readonly graph?: GraphDocument
  /** How much is shown before the answer: 'start' nothing, 'forward' all values, 'end' everything but what is hidden */
  readonly position?: Position
  /** Shown as "?" until answered: 'value:total', 'gradient:apple'; 'steps': the graph stays at its position, since the steps tell the answer */
  readonly hide: readonly string[]
  /** Numbers for the prompt, hint, reveal and choices */
  readonly numbers: Readonly<Record<string, string>>
  readonly answer: Answer
  /** Largest accepted difference of a number; defaults to half a unit of the third significant digit */
  readonly tolerance?: number
  /** The signs to choose from; defaults to all three */
  readonly signs?: readonly Sign[]
  /** A program, one of whose lines is the answer to a question of kind 'line' */
  readonly code?: string
  /** What to choose from in a question of kind 'picture' */
  readonly pictures?: readonly Picture[]
  /**
   * The curve beside the question, walked along once it is answered. In a question of kind 'point' the point is placed on
   * it, and the answer is the point's x
   */
  readonly curve?: SlopeSpec
  /** Keys of the choices in questions of kind 'order' and 'why'; the texts are with the languages */
  readonly choices?: readonly string[]
  /**
   * Wrong answers and the mistakes behind them; an entry that equals the right answer is ignored. A flipped sign is
   * detected without being listed.
   */
  readonly mistakes: readonly Mistake[]
}
export type Sign = '+' | '-' | '0'
export interface Mistake { readonly answer: Answer, readonly hint: HintName }

/** A curve to choose. Its texts name it for screen readers: `choices` of the question, by key. */
export interface Picture {
  readonly key: string
  /** Points [x, y] of each connected piece */
  readonly pieces: readonly (readonly (readonly [x: number, y: number])[])[]
  /** Range of the axes: left, right, bottom, top */
  readonly range: readonly [number, number, number, number]
}

/** The common hints; their texts are in electron/contract/locales/LANGUAGE/hints.json. */
export const hintNames = [
  'ownInput', //          used the node's own input instead of the other one
  'upstreamForgotten', // gave only the local derivative
  'localForgotten', //    gave only the upstream gradient
  'split', //             divided the upstream gradient between the inputs of an add node
  'sign', //              right gradient, wrong sign (detected without being listed)
  'signOnly', //          right size of a value, wrong sign (detected without being listed)
  'notSummed', //         one branch or one row instead of the sum (fan-out, ∂B over the batch)
  'transpose', //         dimensions of a gradient swapped
  'wrongLine', //         went along a row instead of down a column
  'rowColumn', //         row and column of the cell swapped
  'dividedTwice', //      divided by the batch size twice
  'divided', //           divided by the batch size, in a lesson without a loss
  'notDivided', //        not divided by the batch size
  'otherInput', //        answered for the wrong input
  'value', //             gave the forward value instead of the gradient
  'newValue', //          gave the value after the change instead of the change
  'reciprocal', //        gave the reciprocal
  'dividedByStep', //     divided the gradient by the step instead of multiplying
  'exact', //             gave the derivative instead of the slope between two points
  'softmaxSkipped', //    mistook the logit for the probability
  'uphill', //            moved with the gradient instead of against it
  'kink', //              took ReLU as active at or below 0
  'output', //            gave the output instead of the slope (before gradients are known)
  'outputSign', //        gave the sign of the output instead of the slope's
  'upstreamSign', //      gave the sign of the upstream gradient
  'stepSign', //          gave the direction of the update instead of the gradient's sign
  'rowsFirst', //         sizes of a shape swapped (detected without being listed)
] as const
export type HintName = (typeof hintNames)[number]
