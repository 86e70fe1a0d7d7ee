import { type GraphDocument, shapeText } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, printedFactor, printedNested, printedRow, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Question } from '../types'

type Pair = readonly [number, number]
type Triple = readonly [number, number, number]
interface Case {
  readonly X: Pair
  readonly W: readonly [Triple, Triple]
  readonly B: Triple
  readonly dY: Triple
  /** Row of the weight in question, from 1 */
  readonly row: 1 | 2
  readonly column: 1 | 2 | 3
  /** Index of the input in question, from 1 */
  readonly input: 1 | 2
}

const cases: readonly [Case, ...Case[]] = [
  { X: [2, 3], W: [[1, -1, 4], [5, 2, -2]], B: [1, 2, 3], dY: [1, -1, 2], row: 2, column: 3, input: 1 },
  { X: [4, -1], W: [[2, 1, -3], [1, -2, 5]], B: [0, 1, 2], dY: [3, 2, -2], row: 1, column: 2, input: 2 },
  { X: [5, 2], W: [[3, -2, 1], [2, -3, -1]], B: [1, 0, -1], dY: [-1, 4, 3], row: 2, column: 2, input: 2 },
  { X: [3, 7], W: [[2, 5, -1], [-4, 1, 3]], B: [2, 1, 0], dY: [2, -3, 1], row: 2, column: 1, input: 1 },
]
const affineOf = ({ X, W, B, dY }: Case): GraphDocument => ({ expression: 'Y = affine(X, W, B)', inputs: { X, W, B }, upstream: dY })

/** (D, M) of W */
const shapes = [[4, 3], [3, 2], [4, 2], [2, 5]] as const
const counted = (length: number, from = 0) => Array.from({ length }, (_, i) => from + i + 1)
const shaped = ([D, M]: Pair): GraphDocument => ({
  expression: 'Y = affine(X, W, B)',
  inputs: { X: counted(D), W: Array.from({ length: D }, (_, d) => counted(M, d * M)), B: counted(M) },
})

const transpose: Question = {
  key: 'transpose',
  kind: 'shape',
  pose(variant) {
    const [D, M] = numbersOf(shapes, variant)
    const graph = shaped([D, M])
    const answer = [...valueOf(graph, 'W').shape].reverse()
    return {
      graph, position: 'forward', hide: ['gradient:X'], answer,
      numbers: { inputs: printed(D), outputs: printed(M), W: shapeText([D, M]), answer: shapeText(answer) },
      mistakes: [{ answer: [D, M], hint: 'rowsFirst' }],
    }
  },
}

const weight: Question = {
  key: 'weight',
  kind: 'number',
  pose(variant) {
    const { X, W, dY, row, column } = numbersOf(cases, variant)
    const graph = affineOf(numbersOf(cases, variant))
    const answer = cellOf(gradientOf(graph, 'W'), (row - 1) * 3 + column - 1)
    const [x, dy] = [X[row - 1]!, dY[column - 1]!]
    return {
      graph, position: 'forward', hide: ['gradient:W'], answer,
      numbers: { X: printedRow(X), dY: printedRow(dY), row: printed(row), column: printed(column), x: printed(x), dy: printed(dy), dyFactor: printedFactor(dy), answer: printed(answer) },
      mistakes: [
        { answer: dy, hint: 'localForgotten' },
        { answer: x, hint: 'upstreamForgotten' },
        { answer: W[row - 1]![column - 1]! * dy, hint: 'ownInput' },
        { answer: X[2 - row]! * dy, hint: 'otherInput' },
        { answer: W[row - 1]![column - 1]!, hint: 'value' },
      ],
    }
  },
}

const input: Question = {
  key: 'input',
  kind: 'number',
  pose(variant) {
    const { W, dY, input } = numbersOf(cases, variant)
    const graph = affineOf(numbersOf(cases, variant))
    const answer = cellOf(gradientOf(graph, 'X'), input - 1)
    const row = W[input - 1]!
    return {
      graph, position: 'forward', hide: ['gradient:X'], answer,
      numbers: {
        W: printedNested(W), dY: printedRow(dY), input: printed(input), row: printedRow(row), answer: printed(answer),
        terms: row.map((w, j) => `${printedFactor(dY[j]!)} · ${printedFactor(w)}`).join(' + '),
      },
      mistakes: [
        { answer: cellOf(gradientOf(graph, 'X'), 2 - input), hint: 'otherInput' },
        ...row.map((w, j) => ({ answer: w * dY[j]!, hint: 'notSummed' as const })),
        { answer: row.reduce((sum, w) => sum + w, 0), hint: 'upstreamForgotten' },
        { answer: dY.reduce((sum, dy) => sum + dy, 0), hint: 'localForgotten' },
      ],
    }
  },
}

const own = affineOf(cases[0])

export const lesson: Lesson = {
  number: 16,
  id: 'affine',
  part: 'layers',
  section: '5.6.1',
  figures: [
    { key: 'closed', kind: 'graph', graph: own, position: 'start' },
    { key: 'opened', kind: 'graph', graph: { ...own, opened: ['Y'] }, position: 'start' },
  ],
  numbers: { dY: printedRow(cases[0].dY) },
  cards: [
    { kind: 'say', key: 'cell', figure: 'closed' },
    { kind: 'predict', question: 'weight' },
    { kind: 'say', key: 'rows', figure: 'closed' },
    { kind: 'predict', question: 'input' },
    { kind: 'predict', question: 'transpose' },
    { kind: 'try', key: 'try', figure: ['closed', 'opened'], network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [transpose, weight, input],
  code: taggedCode(`import numpy as np

X = np.array(${JSON.stringify(cases[0].X).replaceAll(',', ', ')})
W = np.array(${JSON.stringify(cases[0].W).replaceAll(',', ', ')})
B = np.array(${JSON.stringify(cases[0].B).replaceAll(',', ', ')})

Y = np.dot(X, W) + B   #@ forward:Y

dY = np.array(${JSON.stringify(cases[0].dY).replaceAll(',', ', ')})   #@ start:Y
dX = np.dot(dY, W.T)               # dY · Wᵀ   #@ backward:affine() backward:dot()
dW = np.outer(X, dY)               # Xᵀ · dY, a column times a row   #@ backward:affine() backward:dot()
dB = dY                            # the plus passes it on   #@ backward:affine() backward:add()
print(dX, dW, dB, sep='\\n')
`),
  texts: textsOf('16-affine'),
}
