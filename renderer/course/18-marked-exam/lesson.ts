import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, logitsOf, numbersOf, printed, printedRow, signOf, updatedOf, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson } from '../types'

const rate = 0.1

const exam = (sheet: readonly number[], key: readonly number[]): GraphDocument =>
  ({ expression: 'L = identityWithLoss(Y, T)', inputs: { Y: [sheet], T: [key] } })

/** The answers are treated as parameters, to show where the loss pulls them. */
const moved = (document: GraphDocument, parameter: string): GraphDocument => ({ ...document, parameters: [parameter], learningRate: rate })

const key = [2, 3, 3, 5] // 1 + 1, 1 + 2, 1 + 3 (!), 1 + 4
const copied = exam(key, key)
const corrected = exam([2, 3, 4, 5], key)

/** What was handed in, and an answer key with one wrong line */
const sheets = [
  { sheet: [3, 4, 5, 6], key: [3, 4, 7, 6] }, // 2 + 1 … 2 + 4: all correct, but the key says 2 + 3 = 7
  { sheet: [6, 4, 9, 9], key: [6, 7, 9, 9] }, // 5 + 1 … 5 + 4: copies the key's 5 + 3 = 9, and gets 5 + 2 wrong
  { sheet: [4, 5, 6, 7], key: [4, 5, 6, 3] }, // 3 + 1 … 3 + 4: the key says 3 + 4 = 3
  { sheet: [5, 6, 6, 8], key: [5, 6, 6, 8] }, // 4 + 1 … 4 + 4: both say 4 + 3 = 6
]

/** The classes of the second exam, as they are read in a picture */
const digits = [1, 7, 9] as const
const oneHot = (right: number): number[] => digits.map((_, k) => k === right ? 1 : 0)
/** Softmax and cross-entropy as nodes of their own, so that the answers Y are in sight. @param labelled index of the class in the key */
const choice = (y: readonly number[], labelled: number): GraphDocument =>
  ({ expression: 'Y = softmax(A); L = -sum(T * log(Y))', inputs: { A: [logitsOf(y)], T: [oneHot(labelled)] } })
const relabelled = choice([0.1, 0.8, 0.1], 0)

/** Pictures that are read correctly and labelled wrongly, and the class whose score is asked about: indices of classes */
const labels = [
  { y: [0.05, 0.25, 0.7], seen: 2, labelled: 1, asked: 2 },
  { y: [0.9, 0.06, 0.04], seen: 0, labelled: 2, asked: 2 },
  { y: [0.2, 0.7, 0.1], seen: 1, labelled: 0, asked: 2 },
  { y: [0.1, 0.15, 0.75], seen: 2, labelled: 0, asked: 0 },
] as const

/** Correct sheets; the key is wrong in line `at`, too high or too low */
const pulls = [
  { sheet: [2, 3, 4, 5], key, at: 2 },
  { sheet: [4, 5, 6, 7], key: [4, 8, 6, 7], at: 1 },
  { sheet: [3, 4, 5, 6], key: [3, 4, 2, 6], at: 2 },
  { sheet: [6, 7, 8, 9], key: [6, 7, 8, 13], at: 3 },
]

function pull(variant: number) {
  const { sheet, key, at } = numbersOf(pulls, variant)
  const graph = exam(sheet, key)
  const numbers = { sheet: printedRow(sheet), key: printedRow(key), line: String(at + 1), given: printed(sheet[at]!), marked: printed(key[at]!) }
  return { graph, at, numbers, gradient: cellOf(gradientOf(graph, 'Y'), at), loss: cellOf(valueOf(graph, 'L')) }
}

/** The opened node shows y − t too, and the gradient of T is its negative. */
const gradients = ['gradient:Y', 'gradient:T', 'gradient:L/diff', 'value:L/diff']

export const lesson: Lesson = {
  number: 18,
  id: 'marked-exam',
  part: 'losses',
  section: null,
  figures: [
    { key: 'copied', kind: 'graph', graph: copied, position: 'start' },
    { key: 'corrected', kind: 'graph', graph: corrected, position: 'start' },
    { key: 'relabelled', kind: 'graph', graph: relabelled, position: 'start' },
  ],
  numbers: {
    key: printedRow(key),
    wrongLoss: printed(cellOf(valueOf(corrected, 'L'))),
    seven: printedRow(valueOf(relabelled, 'Y').data),
    sevenLoss: printed(cellOf(valueOf(relabelled, 'L')), 3),
    pulls: printedRow(gradientOf(relabelled, 'A').data),
  },
  cards: [
    { kind: 'say', key: 'marks', figure: 'copied' },
    { kind: 'predict', question: 'marked' },
    { kind: 'predict', question: 'pull' },
    { kind: 'say', key: 'classes', figure: 'relabelled' },
    { kind: 'predict', question: 'label' },
    { kind: 'try', key: 'try', figure: ['corrected', 'relabelled'], network: { room: 'train', show: { block: 'loss', view: 'gradient' } } },
  ],
  questions: [
    {
      key: 'marked',
      kind: 'number',
      pose(variant) {
        const { sheet, key } = numbersOf(sheets, variant)
        const graph = exam(sheet, key)
        const loss = cellOf(valueOf(graph, 'L'))
        return {
          graph,
          position: 'start',
          hide: ['value:L'],
          numbers: { sheet: printedRow(sheet), key: printedRow(key), loss: printed(loss) },
          answer: loss,
          tolerance: 0.005,
          mistakes: [],
        }
      },
    },
    {
      key: 'pull',
      kind: 'number',
      pose(variant) {
        const { graph, numbers, gradient, loss, at } = pull(variant)
        return {
          graph,
          position: 'forward',
          hide: gradients,
          numbers: { ...numbers, gradient: printed(gradient), loss: printed(loss) },
          answer: gradient,
          mistakes: [
            { answer: loss, hint: 'value' },
            { answer: numbersOf(pulls, variant).sheet[at]!, hint: 'value' },
          ],
        }
      },
    },
    {
      key: 'direction',
      kind: 'sign',
      pose(variant) {
        const { graph, numbers, gradient } = pull(variant)
        const answer = signOf(-gradient)
        return {
          graph: moved(graph, 'Y'),
          position: 'end',
          hide: ['updated:Y'],
          numbers: { ...numbers, gradient: printed(gradient), step: printed(-rate * gradient) },
          answer,
          signs: ['+', '-'],
          mistakes: [{ answer: signOf(gradient), hint: 'uphill' }],
        }
      },
    },
    {
      key: 'label',
      kind: 'sign',
      pose(variant) {
        const { y, seen, labelled, asked } = numbersOf(labels, variant)
        const graph = moved(choice(y, labelled), 'A')
        const gradient = cellOf(gradientOf(graph, 'A'), asked)
        const answer = signOf(cellOf(updatedOf(graph, 'A'), asked) - cellOf(valueOf(graph, 'A'), asked))
        return {
          graph,
          position: 'start',
          hide: ['gradient:A', 'updated:A'],
          numbers: {
            y: printedRow(y), t: printedRow(oneHot(labelled)), seen: String(digits[seen]), labelled: String(digits[labelled]), asked: String(digits[asked]),
            p: printed(y[asked]), wanted: printed(oneHot(labelled)[asked]!), gradient: printed(gradient),
          },
          answer,
          signs: ['+', '-'],
          mistakes: [{ answer: signOf(gradient), hint: 'uphill' }],
        }
      },
    },
  ],
  code: taggedCode(`def sum_squared_error(y, t):
    return 0.5 * np.sum((y - t) ** 2)   #@ forward:identityWithLoss()

def cross_entropy_error(y, t):
    return -np.sum(t * np.log(y))   #@ forward:log() forward:mul() forward:sum() forward:neg()

t = np.array([2, 3, 3, 5])     # 1 + 3 = 3 !
print(sum_squared_error(np.array([2, 3, 3, 5]), t))
print(sum_squared_error(np.array([2, 3, 4, 5]), t))
`),
  texts: textsOf('18-marked-exam'),
}
