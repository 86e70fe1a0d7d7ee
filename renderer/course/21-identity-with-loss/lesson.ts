import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, printedFactor, printedRow, sampled, signOf, threeLayers, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson } from '../types'

const network: GraphDocument = {
  expression: [
    'Z1 = sigmoid(affine(X, W1, b1))',
    'Z2 = sigmoid(affine(Z1, W2, b2))',
    'Y = affine(Z2, W3, b3)',
    'L = identityWithLoss(Y, T)',
  ].join('; '),
  inputs: { ...threeLayers, T: [[0, 1]] },
}

const regression = (Y: readonly (readonly number[])[], T: readonly (readonly number[])[]): GraphDocument =>
  ({ expression: 'L = identityWithLoss(Y, T)', inputs: { Y, T } })

const y = valueOf(network, 'Y').data
const last = regression([y], [[0, 1]])

const outputs = [
  { y: [1.5, -0.4], t: [2, -1], at: 1 },
  { y, t: [0, 1], at: 1 },
  { y: [0.8, 2.1, 3.6], t: [1.2, 2, 3], at: 0 },
  { y: [-1.3, 0.5], t: [0.2, 0.5], at: 0 },
]
const batches = [
  { Y: [[0.3, 0.7], [2, 1.4]], T: [[0, 1], [1, 1]], at: [1, 0] },
  { Y: [[1.2], [0.4], [3], [2.5]], T: [[1], [1], [2], [0.5]], at: [1, 0] },
  { Y: [[4, 1], [0, 2], [5, 5], [2, 2], [1, 3]], T: [[3, 1], [1, 2], [5, 8], [2, 1], [1, 4]], at: [2, 1] },
] as const
/** The estimated price of a house, and what it sold for */
const guesses = [
  { y: 2.5, t: 4 },
  { y: 3.2, t: 1.7 },
  { y: 0.5, t: 0.5 },
  { y: 6, t: 5.5 },
]

/** The opened node shows y − t too, and the gradient of T is its negative. */
const hide = ['gradient:Y', 'gradient:T', 'gradient:L/diff', 'value:L/diff']

export const lesson: Lesson = {
  number: 21,
  id: 'identity-with-loss',
  part: 'losses',
  section: '5.6.3',
  figures: [
    { key: 'last', kind: 'graph', graph: last, position: 'forward' },
    { key: 'network', kind: 'graph', graph: network, position: 'forward' },
  ],
  numbers: {
    y: printedRow(y, 8),
    loss: printed(cellOf(valueOf(network, 'L')), 7),
  },
  cards: [
    { kind: 'say', key: 'identity', figure: 'last' },
    { kind: 'predict', question: 'difference' },
    { kind: 'say', key: 'network', figure: 'network' },
    { kind: 'predict', question: 'batch' },
    { kind: 'predict', question: 'straight' },
    { kind: 'try', key: 'try', figure: ['last', 'network'], network: { room: 'train', show: { block: 'loss', view: 'gradient' } } },
  ],
  questions: [
    {
      key: 'difference',
      kind: 'number',
      pose(variant) {
        const { y, t, at } = numbersOf(outputs, variant)
        const graph = regression([y], [t])
        const gradient = cellOf(gradientOf(graph, 'Y'), at)
        return {
          graph,
          position: 'forward',
          hide,
          numbers: { y: printedRow(y), t: printedRow(t), k: String(at + 1), yk: printed(y[at]!), tk: printed(t[at]!), tFactor: printedFactor(t[at]!), gradient: printed(gradient) },
          answer: gradient,
          mistakes: [
            { answer: y[at]!, hint: 'value' },
            { answer: cellOf(valueOf(graph, 'L')), hint: 'value' },
            { answer: 1, hint: 'localForgotten' },
          ],
        }
      },
    },
    {
      key: 'batch',
      kind: 'number',
      pose(variant) {
        const { Y, T, at: [row, column] } = numbersOf(batches, variant)
        const graph = regression(Y, T)
        const N = Y.length
        const [yk, tk] = [Y[row]![column]!, T[row]![column]!]
        const gradient = cellOf(gradientOf(graph, 'Y'), row * Y[0].length + column)
        return {
          graph,
          position: 'forward',
          hide,
          numbers: { N: String(N), n: String(row + 1), k: String(column + 1), yk: printed(yk), tk: printed(tk), difference: printed(yk - tk), gradient: printed(gradient) },
          answer: gradient,
          mistakes: [
            { answer: gradient * N, hint: 'notDivided' },
            { answer: gradient / N, hint: 'dividedTwice' },
            { answer: yk, hint: 'value' },
          ],
        }
      },
    },
    {
      key: 'straight',
      kind: 'picture',
      pose(variant) {
        const t = numbersOf([3, -2, 2, -3], variant)
        const [from, to] = [-4, 4]
        const range = [from, to, -7, 7] as const
        const most = Math.sqrt(2 * 7) // how far the parabola stays in the picture
        return {
          hide: [], numbers: { t: printed(t) }, answer: 0, mistakes: [],
          pictures: [
            { key: 'line', range, pieces: [[[from, from - t], [to, to - t]]] },
            { key: 'itself', range, pieces: [sampled(y => (y - t) ** 2 / 2, Math.max(from, t - most), Math.min(to, t + most))] },
            { key: 'origin', range, pieces: [[[from, from], [to, to]]] },
          ],
        }
      },
    },
    {
      key: 'sign',
      kind: 'sign',
      pose(variant) {
        const { y, t } = numbersOf(guesses, variant)
        const graph = regression([[y]], [[t]])
        const gradient = cellOf(gradientOf(graph, 'Y'))
        return {
          graph,
          position: 'forward',
          hide,
          numbers: { y: printed(y), t: printed(t), gradient: printed(gradient) },
          answer: signOf(gradient),
          mistakes: gradient === 0 ? [] : [{ answer: signOf(-gradient), hint: 'stepSign' }],
        }
      },
    },
  ],
  code: taggedCode(`class IdentityWithLoss:
    def forward(self, a, t):
        self.y, self.t = a, t              # identity: y is a   #@ forward:identityWithLoss()
        return 0.5 * np.sum((a - t) ** 2) / len(t)   #@ forward:identityWithLoss()

    def backward(self, dout=1):   #@ start:identityWithLoss()
        return dout * (self.y - self.t) / len(self.t)   #@ backward:identityWithLoss()
`),
  texts: textsOf('21-identity-with-loss'),
}
