import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, logitsOf, numbersOf, printed, printedRow, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson } from '../types'

interface Batch {
  /** Probabilities, one row per sample */
  readonly y: readonly (readonly number[])[]
  /** Right class of each sample */
  readonly right: readonly number[]
  /** The sample and the class in question */
  readonly at: readonly [row: number, column: number]
}

const batches: readonly [Batch, ...Batch[]] = [
  { y: [[0.3, 0.2, 0.5], [0.1, 0.8, 0.1]], right: [1, 1], at: [0, 1] },
  { y: [[0.6, 0.4], [0.3, 0.7], [0.5, 0.5], [0.9, 0.1]], right: [0, 1, 0, 0], at: [2, 0] },
  { y: [[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]], right: [2, 0], at: [1, 0] },
  { y: [[0.4, 0.6], [0.1, 0.9], [0.8, 0.2], [0.7, 0.3], [0.2, 0.8]], right: [1, 0, 0, 0, 1], at: [1, 0] },
]
/** The same batches from another one on: nothing that a card shows answers the question of another. */
const batchesFrom = (at: number) => [...batches.slice(at), ...batches.slice(0, at)]

const targets = ({ y, right }: Batch): number[][] => y.map((row, n) => row.map((_, k) => k === right[n] ? 1 : 0))
const logits = ({ y }: Batch): number[][] => y.map(logitsOf)

const loss = (batch: Batch): GraphDocument =>
  ({ expression: 'L = softmaxWithLoss(A, T)', inputs: { A: logits(batch), T: targets(batch) } })

/**
 * The same scores as the output of an Affine layer: sample n selects row n of W. @param times how often each sample
 * occurs in the batch
 */
function biased(batch: Batch, times = 1): GraphDocument {
  const X = batch.y.map((_, n) => batch.y.map((_, k) => k === n ? 1 : 0))
  const repeated = <T>(rows: T[]): T[] => Array.from({ length: times }, () => rows).flat()
  return {
    expression: 'A = affine(X, W, b); L = softmaxWithLoss(A, T)',
    inputs: { X: repeated(X), W: logits(batch), b: batch.y[0]!.map(() => 0), T: repeated(targets(batch)) },
  }
}

const [first] = batches
const two = loss(first)
const bias = biased(first)
const rowsOf = (document: GraphDocument, width: number): number[][] => {
  const { data } = gradientOf(document, 'A')
  return Array.from({ length: data.length / width }, (_, n) => data.slice(n * width, (n + 1) * width))
}

/**
 * The gradient of the bias of the class in question; it is compared for the batch and for the batch with every sample
 * twice.
 */
function posedBias(variant: number, first: number) {
  const batch = numbersOf(batchesFrom(first), variant)
  const [, column] = batch.at
  const graph = biased(batch)
  const numbers = { N: String(batch.y.length), k: String(column + 1) }
  return { batch, column, graph, numbers, gradient: cellOf(gradientOf(graph, 'b'), column) }
}

/** A backward pass from the loss through an Affine */
const pass = ['dA = (y - t) / N', 'db = np.sum(dA, axis=0)', 'dW = np.dot(X.T, dA)', 'dX = np.dot(dA, W.T)']
/** [index of the wrong line, the line, batch size] */
const faults = [
  [2, 'dW = np.dot(X.T, dA) / N', 100], [0, 'dA = y - t', 50], [1, 'db = np.mean(dA, axis=0)', 20], [3, 'dX = np.dot(dA, W.T) / N', 10],
] as const

export const lesson: Lesson = {
  number: 20,
  id: 'divided-by-the-batch',
  part: 'losses',
  section: '5.6.3',
  figures: [
    { key: 'loss', kind: 'graph', graph: two, position: 'start' },
    { key: 'bias', kind: 'graph', graph: bias, position: 'start' },
  ],
  numbers: { loss: printed(cellOf(valueOf(two, 'L'))), bias: printedRow(gradientOf(bias, 'b').data) },
  cards: [
    { kind: 'say', key: 'mean', figure: 'loss' },
    { kind: 'predict', question: 'cell' },
    { kind: 'say', key: 'sums', figure: 'bias' },
    { kind: 'predict', question: 'bias' },
    { kind: 'predict', question: 'broken' },
    { kind: 'try', key: 'try', figure: ['loss', 'bias'], network: { room: 'train', show: { block: 'loss', view: 'gradient' } } },
  ],
  questions: [
    {
      key: 'cell',
      kind: 'number',
      pose(variant) {
        const batch = numbersOf(batchesFrom(1), variant)
        const [row, column] = batch.at
        const N = batch.y.length
        const width = batch.y[0]!.length
        const graph = loss(batch)
        const gradient = cellOf(gradientOf(graph, 'A'), row * width + column)
        const [y, t] = [batch.y[row]!, targets(batch)[row]!]
        return {
          graph,
          position: 'forward',
          hide: ['gradient:A', 'gradient:L/shift'],
          numbers: {
            y: printedRow(y), t: printedRow(t), n: String(row + 1), k: String(column + 1), N: String(N),
            difference: printed(y[column]! - t[column]!), gradient: printed(gradient),
          },
          answer: gradient,
          mistakes: [
            { answer: gradient * N, hint: 'notDivided' },
            { answer: gradient / N, hint: 'dividedTwice' },
            { answer: y[column]!, hint: 'value' },
            { answer: logitsOf(y)[column]! - t[column]!, hint: 'softmaxSkipped' },
          ],
        }
      },
    },
    {
      key: 'bias',
      kind: 'number',
      pose(variant) {
        const { batch, column, graph, numbers, gradient } = posedBias(variant, 2)
        const N = batch.y.length
        const parts = rowsOf(graph, batch.y[0]!.length).map(row => row[column]!)
        return {
          graph,
          position: 'forward',
          hide: ['gradient:b'],
          numbers: { ...numbers, parts: printedRow(parts), gradient: printed(gradient) },
          answer: gradient,
          mistakes: [
            { answer: gradient * N, hint: 'notDivided' },
            { answer: gradient / N, hint: 'dividedTwice' },
            ...parts.map(answer => ({ answer, hint: 'notSummed' as const })),
          ],
        }
      },
    },
    {
      key: 'broken',
      kind: 'line',
      pose(variant) {
        const [answer, wrong, N] = numbersOf(faults, variant)
        return {
          graph: bias, position: 'forward', hide: ['A', 'L/shift', 'X', 'W', 'b'].map(id => `gradient:${id}`),
          code: pass.with(answer, wrong).join('\n'), answer, numbers: { right: pass[answer]!, N: String(N) }, mistakes: [],
        }
      },
    },
    {
      key: 'twice',
      kind: 'number',
      pose(variant) {
        const { batch, column, numbers, gradient: before } = posedBias(variant, 0)
        const graph = biased(batch, 2)
        const gradient = cellOf(gradientOf(graph, 'b'), column)
        return {
          graph,
          position: 'forward',
          hide: ['gradient:b'],
          numbers: { ...numbers, twice: String(2 * batch.y.length), before: printed(before), gradient: printed(gradient) },
          answer: gradient,
          mistakes: [
            { answer: 2 * before, hint: 'notDivided' },
            { answer: before / 2, hint: 'dividedTwice' },
          ],
        }
      },
    },
  ],
  code: taggedCode(`dA = (y - t) / N             # the only place where N stands   #@ backward:L
db = np.sum(dA, axis=0)      # a sum: the mean is in dA already   #@ backward:A
dW = np.dot(X.T, dA)         # a sum over the batch, too   #@ backward:A
dX = np.dot(dA, W.T)         # row by row: no sum over the batch   #@ backward:A
`),
  texts: textsOf('20-divided-by-the-batch'),
}
