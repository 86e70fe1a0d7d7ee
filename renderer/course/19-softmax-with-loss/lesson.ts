import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, logitsOf, numbersOf, printed, printedRow, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson } from '../types'

const oneHot = (size: number, right: number): number[] => Array.from({ length: size }, (_, k) => k === right ? 1 : 0)

/** One sample: scores whose softmax is y, and the index of the right class */
const classified = (y: readonly number[], right: number, opened: readonly string[] = []): GraphDocument =>
  ({ expression: 'L = softmaxWithLoss(A, T)', inputs: { A: [logitsOf(y)], T: [oneHot(y.length, right)] }, opened })

const guesses = [
  { y: [0.3, 0.2, 0.5], right: 1 },
  { y: [0.1, 0.6, 0.3], right: 0 },
  { y: [0.25, 0.7, 0.05], right: 2 },
  { y: [0.4, 0.35, 0.25], right: 0 },
] as const
/** The same guesses from another one on: nothing that a card shows answers the question of another. */
const guessesFrom = (first: number) => [...guesses.slice(first), ...guesses.slice(0, first)]
const certainties = [
  { y: [0.01, 0.99, 0], right: 1 },
  { y: [0.97, 0.03, 0], right: 0 },
  { y: [0, 0.02, 0.98], right: 2 },
] as const

const unsure = classified(guesses[0].y, guesses[0].right)
const opened = classified(guesses[0].y, guesses[0].right, ['L'])
const sure = classified(certainties[0].y, certainties[0].right)

const scores = ['gradient:A', 'gradient:L/shift'] // in the opened node, the shifted scores have the same gradient

export const lesson: Lesson = {
  number: 19,
  id: 'softmax-with-loss',
  part: 'losses',
  section: '5.6.3',
  figures: [
    { key: 'grouped', kind: 'graph', graph: unsure, position: 'start' },
    { key: 'opened', kind: 'graph', graph: opened, position: 'start' },
    { key: 'log', kind: 'slope', slope: { kind: 'feet', graph: { expression: 'y = log(x)', inputs: { x: 0.5 } }, input: 'x', formula: 'y = \\log x', range: [0.05, 2.05], h: 0.1 } },
    { key: 'sure', kind: 'graph', graph: sure, position: 'start' },
  ],
  numbers: {
    loss: printed(cellOf(valueOf(unsure, 'L')), 3),
    sureY: printedRow(certainties[0].y),
    sureLoss: printed(cellOf(valueOf(sure, 'L'))),
  },
  cards: [
    { kind: 'say', key: 'label', figure: 'grouped', position: 'forward' },
    { kind: 'predict', question: 'oneHot' },
    { kind: 'say', key: 'nodes', figure: ['opened', 'log'] },
    { kind: 'predict', question: 'inside' },
    { kind: 'predict', question: 'score' },
    { kind: 'try', key: 'try', figure: ['opened', 'sure'], network: { room: 'train', show: { block: 'loss', view: 'gradient' } } },
  ],
  questions: [
    {
      key: 'oneHot',
      kind: 'number',
      pose(variant) {
        const { y, right } = numbersOf(guessesFrom(3), variant)
        const graph = classified(y, right)
        const answer = y[right]!
        return {
          graph,
          position: 'forward',
          hide: [],
          numbers: { y: printedRow(y), t: printedRow(oneHot(y.length, right)), k: String(right + 1), p: printed(answer), loss: printed(cellOf(valueOf(graph, 'L'))) },
          answer,
          mistakes: [],
        }
      },
    },
    {
      key: 'inside',
      kind: 'number',
      pose(variant) {
        const { y, right } = numbersOf(guessesFrom(1), variant)
        const graph = classified(y, right, ['L'])
        const gradient = cellOf(gradientOf(graph, 'L/y'), right)
        const p = y[right]!
        const score = cellOf(gradientOf(graph, 'A'), right)
        return {
          graph,
          position: 'forward',
          hide: ['gradient:L/y'],
          numbers: {
            y: printedRow(y), k: String(right + 1), p: printed(p), gradient: printed(gradient),
            scores: printedRow(gradientOf(graph, 'A').data),
          },
          answer: gradient,
          mistakes: [
            { answer: -1, hint: 'localForgotten' },
            { answer: p, hint: 'value' },
            { answer: score, hint: 'otherInput' },
          ],
        }
      },
    },
    {
      key: 'score',
      kind: 'number',
      pose(variant) {
        const { y, right } = numbersOf(guessesFrom(2), variant)
        const graph = classified(y, right)
        const gradient = cellOf(gradientOf(graph, 'A'), right)
        const [a, p] = [logitsOf(y)[right]!, y[right]!]
        return {
          graph,
          position: 'forward',
          hide: scores,
          numbers: { y: printedRow(y), t: printedRow(oneHot(y.length, right)), k: String(right + 1), p: printed(p), gradient: printed(gradient) },
          answer: gradient,
          mistakes: [
            { answer: p, hint: 'value' },
            { answer: cellOf(valueOf(graph, 'L')), hint: 'value' },
            { answer: a - 1, hint: 'softmaxSkipped' },
            { answer: -1 / p, hint: 'localForgotten' },
          ],
        }
      },
    },
    {
      key: 'sure',
      kind: 'number',
      pose(variant) {
        const { y, right } = numbersOf(certainties, variant)
        const graph = classified(y, right)
        const gradient = cellOf(gradientOf(graph, 'A'), right)
        return {
          graph,
          position: 'forward',
          hide: scores,
          numbers: {
            y: printedRow(y), t: printedRow(oneHot(y.length, right)), k: String(right + 1), p: printed(y[right]!),
            gradient: printed(gradient), gradients: printedRow(gradientOf(graph, 'A').data),
          },
          answer: gradient,
          mistakes: [
            { answer: y[right]!, hint: 'value' },
            { answer: logitsOf(y)[right]! - 1, hint: 'softmaxSkipped' },
          ],
        }
      },
    },
  ],
  code: taggedCode(`class SoftmaxWithLoss:
    def forward(self, a, t):               # a, t: (N, classes)
        e = np.exp(a - a.max(axis=1, keepdims=True))   #@ forward:softmaxWithLoss() forward:rowMax() forward:sub() forward:exp()
        self.y = e / e.sum(axis=1, keepdims=True)   #@ forward:softmaxWithLoss() forward:rowSum() forward:div()
        self.t = t
        # The book adds 1e-7, so that log never gets 0; the lab computes log(sum(exp(a))) - a instead.
        return -np.sum(t * np.log(self.y + 1e-7)) / len(t)   #@ forward:softmaxWithLoss() forward:logProbability() forward:timesTarget() forward:sum() forward:neg() forward:perRow()

    def backward(self, dout=1):   #@ start:softmaxWithLoss()
        return dout * (self.y - self.t) / len(self.t)   #@ backward:softmaxWithLoss()
`),
  texts: textsOf('19-softmax-with-loss'),
}
