import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, printedFactor, printedRow, threeLayers, valueOf } from '../kit'
import type { Lesson } from '../types'

interface Guess {
  /** Scores of two classes */
  readonly a: readonly number[]
  readonly t: readonly number[]
}

const crossEntropy = ({ a, t }: Guess): GraphDocument =>
  ({ expression: 'L = softmaxWithLoss(A, T)', inputs: { A: [a], T: [t] } })
const squaredError = ({ a, t }: Guess): GraphDocument =>
  ({ expression: 'y = softmax(A); L = sum(square(y - T)) / 2', inputs: { A: [a], T: [t] } })

/** The loss written with the scores, log Σ exp(a) − a₁: class 1 is the right one. */
const written = (a1: number, a2: number): GraphDocument => ({ expression: 'S = exp(a1) + exp(a2); L = log(S) - a1', inputs: { a1, a2 } })
const pairs = [[1, -1], [0, 1], [-0.5, 1], [2, 1.5]] as const

/** The output of lesson 14's network, used as scores */
const scores = valueOf({ expression: 'Y = affine(sigmoid(affine(sigmoid(affine(X, W1, b1)), W2, b2)), W3, b3)', inputs: threeLayers }, 'Y').data

const guesses: readonly [Guess, ...Guess[]] = [
  { a: scores, t: [1, 0] },
  { a: [1, 0], t: [0, 1] },
  { a: [-0.4, 0.8], t: [1, 0] },
  { a: [0.5, 0.2], t: [1, 0] },
]
/** Confident, and wrong */
const stuck: readonly [Guess, ...Guess[]] = [
  { a: [-4, 4], t: [1, 0] },
  { a: [2, -2], t: [0, 1] },
  { a: [-2.5, 2.5], t: [1, 0] },
]
/** The lesson's questions begin with others than the first, which its figures show. */
const asked = [...guesses.slice(1), guesses[0]]
const [first] = guesses
const own = written(1, 0)
const [worst] = stuck
const rightOf = ({ t }: Guess): number => t.indexOf(1)
const probabilities = (guess: Guess): readonly number[] => valueOf(squaredError(guess), 'y').data

/** In the opened node, the shifted scores have the same gradient. */
const hide = { crossEntropy: ['gradient:A', 'gradient:L/shift'], squaredError: ['gradient:A', 'gradient:y/shift'] }

export const lesson: Lesson = {
  number: 22,
  id: 'no-accident',
  part: 'losses',
  section: '5.6.3',
  figures: [
    { key: 'written', kind: 'graph', graph: own, position: 'start' },
    { key: 'paired', kind: 'graph', graph: crossEntropy(first), position: 'start' },
    { key: 'unpaired', kind: 'graph', graph: squaredError(first), position: 'start' },
    { key: 'stuck', kind: 'graph', graph: squaredError(worst), position: 'start' },
  ],
  numbers: {
    gradients: printedRow([cellOf(gradientOf(own, 'a1')), cellOf(gradientOf(own, 'a2'))], 3),
    worst: printedRow(worst.a),
    worstY: printedRow(probabilities(worst)),
  },
  cards: [
    { kind: 'say', key: 'undone', figure: 'written' },
    { kind: 'predict', question: 'proof' },
    { kind: 'say', key: 'swapped', figure: 'unpaired' },
    { kind: 'predict', question: 'unclean' },
    { kind: 'predict', question: 'stuck' },
    { kind: 'try', key: 'try', figure: ['paired', 'unpaired', 'stuck'], network: { room: 'train', show: { block: 'loss', view: 'gradient' } } },
  ],
  questions: [
    {
      key: 'proof',
      kind: 'number',
      pose(variant) {
        const [a1, a2] = numbersOf(pairs, variant)
        const graph = written(a1, a2)
        const answer = cellOf(gradientOf(graph, 'a1'))
        const [e1, e2] = [Math.exp(a1), Math.exp(a2)]
        const sum = cellOf(valueOf(graph, 'S'))
        return {
          graph,
          position: 'forward',
          hide: ['gradient:a1', 'gradient:a2'], // with two classes one is the negative of the other
          numbers: { a1: printed(a1), a2: printed(a2), e1: printed(e1), e2: printed(e2), sum: printed(sum), y: printed(e1 / sum), gradient: printed(answer) },
          answer,
          mistakes: [
            { answer: e1 / sum, hint: 'notSummed' },
            { answer: -1, hint: 'notSummed' },
            { answer: e1 - 1, hint: 'softmaxSkipped' },
          ],
        }
      },
    },
    {
      key: 'unclean',
      kind: 'number',
      pose(variant) {
        const guess = numbersOf(asked, variant)
        const graph = squaredError(guess)
        const right = rightOf(guess)
        const gradient = cellOf(gradientOf(graph, 'A'), right)
        const y = probabilities(guess)
        const upstream = gradientOf(graph, 'y').data
        const local = y[0]! * y[1]! // ∂y/∂a of the right class; with respect to the other class's a it is −local
        const [own, other] = [upstream[right]!, upstream[1 - right]!]
        return {
          graph,
          position: 'forward',
          hide: hide.squaredError,
          numbers: {
            k: String(right + 1), j: String(2 - right), own: printed(own), other: printed(other), local: printed(local), minusLocal: printedFactor(-local), ownFactor: printedFactor(own), otherFactor: printedFactor(other),
            gradient: printed(gradient),
          },
          answer: gradient,
          mistakes: [
            { answer: own * local, hint: 'notSummed' },
            { answer: own, hint: 'localForgotten' },
            { answer: local, hint: 'upstreamForgotten' },
          ],
        }
      },
    },
    {
      key: 'stuck',
      kind: 'number',
      pose(variant) {
        const guess = numbersOf(stuck, variant)
        const graph = squaredError(guess)
        const right = rightOf(guess)
        const gradient = cellOf(gradientOf(graph, 'A'), right)
        const clean = cellOf(gradientOf(crossEntropy(guess), 'A'), right)
        const y = probabilities(guess)
        const factor = 2 * y[0]! * y[1]!
        return {
          graph,
          position: 'forward',
          hide: hide.squaredError,
          numbers: {
            a: printedRow(guess.a), y: printedRow(y, 7), t: printedRow(guess.t), k: String(right + 1), // digits enough for three of the answer
            factor: printed(factor, 7), gradient: printed(gradient, 6), clean: printed(clean),
          },
          answer: gradient,
          mistakes: [
            { answer: clean, hint: 'localForgotten' },
            { answer: Math.round(clean), hint: 'localForgotten' },
            { answer: gradient / 2, hint: 'notSummed' }, // one of the two paths
          ],
        }
      },
    },
    {
      key: 'clean',
      kind: 'number',
      pose(variant) {
        const guess = numbersOf(asked, variant)
        const graph = crossEntropy(guess)
        const right = rightOf(guess)
        const gradient = cellOf(gradientOf(graph, 'A'), right)
        const y = probabilities(guess)
        return {
          graph,
          position: 'forward',
          hide: hide.crossEntropy,
          numbers: { a: printedRow(guess.a), y: printedRow(y), t: printedRow(guess.t), k: String(right + 1), yk: printed(y[right]!), gradient: printed(gradient) },
          answer: gradient,
          mistakes: [
            { answer: guess.a[right]! - 1, hint: 'softmaxSkipped' },
            { answer: y[right]!, hint: 'value' },
            { answer: -1 / y[right]!, hint: 'localForgotten' },
          ],
        }
      },
    },
  ],
  texts: textsOf('22-no-accident'),
}
