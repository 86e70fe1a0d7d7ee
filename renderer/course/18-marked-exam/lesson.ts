import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, printedRow, signOf, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson } from '../types'

const rate = 0.1

const exam = (sheet: readonly number[], key: readonly number[]): GraphDocument =>
  ({ expression: 'L = identityWithLoss(Y, T)', inputs: { Y: [sheet], T: [key] } })

/** The answers are treated as parameters, to show where the loss pulls them. */
const moved = (document: GraphDocument): GraphDocument => ({ ...document, parameters: ['Y'], learningRate: rate })

const key = [2, 3, 3, 5] // 1 + 1, 1 + 2, 1 + 3 (!), 1 + 4
const copied = exam(key, key)
const corrected = exam([2, 3, 4, 5], key)

/** What was handed in, and an answer key with one wrong line */
const sheets = [
  { sheet: key, key },
  { sheet: [3, 4, 5, 6], key: [3, 4, 6, 6] }, // 2 + 1 … 2 + 4: all correct, but the key says 2 + 3 = 6
  { sheet: [6, 5, 9, 9], key: [6, 7, 9, 9] }, // 5 + 1 … 5 + 4: copies the key's 5 + 3 = 9, and gets 5 + 2 wrong
  { sheet: [4, 5, 6, 7], key: [4, 5, 6, 4] }, // 3 + 1 … 3 + 4: the key says 3 + 4 = 4
]

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
  ],
  numbers: {
    key: printedRow(key),
  },
  cards: [
    { kind: 'say', key: 'say1', figure: 'copied' },
    { kind: 'predict', question: 'marked' },
    { kind: 'say', key: 'say2' },
    { kind: 'predict', question: 'pull' },
    { kind: 'predict', question: 'direction' },
    { kind: 'try', key: 'try', figure: ['copied', 'corrected'] },
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
          graph: moved(graph),
          position: 'end',
          hide: ['updated:Y'],
          numbers: { ...numbers, gradient: printed(gradient), step: printed(-rate * gradient) },
          answer,
          signs: ['+', '-'],
          mistakes: [{ answer: signOf(gradient), hint: 'uphill' }],
        }
      },
    },
  ],
  code: taggedCode(`def sum_squared_error(y, t):
    return 0.5 * np.sum((y - t) ** 2)   #@ forward:identityWithLoss()

t = np.array([2, 3, 3, 5])     # 1 + 3 = 3 !
print(sum_squared_error(np.array([2, 3, 3, 5]), t))
print(sum_squared_error(np.array([2, 3, 4, 5]), t))
`),
  texts: textsOf('18-marked-exam'),
}
