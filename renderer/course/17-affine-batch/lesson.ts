import { type GraphDocument, type Nested, shapeText, sizeOf } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, printedFactor, printedNested, printedRow, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Question } from '../types'

type Matrix = readonly (readonly number[])[]
interface Case {
  /** (N, 2) */
  readonly X: Matrix
  /** (N, 3) */
  readonly dY: Matrix
  /** Index of the bias in question, from 1 */
  readonly bias: 1 | 2 | 3
  /** Row of the weight in question, from 1 */
  readonly row: 1 | 2
  readonly column: 1 | 2 | 3
}

const cases: readonly [Case, ...Case[]] = [
  { X: [[1, 2], [3, 4]], dY: [[1, 2, 3], [4, 5, 6]], bias: 2, row: 1, column: 2 },
  { X: [[2, 1], [4, 3]], dY: [[2, -2, 6], [1, 7, 2]], bias: 2, row: 1, column: 3 },
  { X: [[1, 2], [3, 0], [2, -1]], dY: [[1, 4, 2], [6, -3, 5], [2, 8, -1]], bias: 3, row: 1, column: 2 },
  { X: [[2, 5], [1, 3]], dY: [[5, 1, -4], [3, 2, 10]], bias: 1, row: 2, column: 3 },
]
const batchOf = ({ X, dY }: Case): GraphDocument =>
  ({ expression: 'Y = affine(X, W, B)', inputs: { X, W: [[1, -1, 2], [0, 3, 1]], B: [1, 2, 3] }, upstream: dY })

/** (N, C, H, W) */
const images = [[2, 3, 2, 2], [3, 2, 2, 1], [4, 1, 3, 2], [5, 2, 1, 2]] as const
/** Those of the figure: three images of 2 × 2 pixels in one channel */
const tiles = [3, 1, 2, 2] as const

/** 1, 2, 3, … as a nested array of the given shape */
function counted([length = 0, ...deeper]: readonly number[], from = 0): Nested {
  const size = sizeOf(deeper)
  return Array.from({ length }, (_, i) => deeper.length === 0 ? from + i + 1 : counted(deeper, from + i * size))
}
function imagesOf(shape: readonly [number, number, number, number]): GraphDocument {
  const [N, C, H, W] = shape
  return { expression: 'Y = affine(X, W, B)', inputs: { X: counted(shape), W: counted([C * H * W, 2]), B: [0, 0] }, upstream: counted([N, 2]) }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)
const columnOf = (matrix: Matrix, column: number) => matrix.map(row => row[column - 1]!)

const bias: Question = {
  key: 'bias',
  kind: 'number',
  pose(variant) {
    const { dY, bias } = numbersOf(cases, variant)
    const graph = batchOf(numbersOf(cases, variant))
    const dB = gradientOf(graph, 'B')
    const answer = cellOf(dB, bias - 1)
    const column = columnOf(dY, bias)
    return {
      graph, position: 'forward', hide: ['gradient:B'], answer,
      numbers: { dY: printedNested(dY), bias: printed(bias), terms: column.map((dy, n) => n === 0 ? printed(dy) : printedFactor(dy)).join(' + '), dB: printedRow(dB.data), answer: printed(answer) },
      mistakes: [
        ...column.map(dy => ({ answer: dy, hint: 'notSummed' as const })),
        { answer: sum(column) / dY.length, hint: 'divided' }, // only a loss divides by the batch size
        ...dY.map(row => ({ answer: sum(row), hint: 'wrongLine' as const })),
      ],
    }
  },
}

const weight: Question = {
  key: 'weight',
  kind: 'number',
  pose(variant) {
    const { X, dY, row, column } = numbersOf(cases, variant)
    const graph = batchOf(numbersOf(cases, variant))
    const answer = cellOf(gradientOf(graph, 'W'), (row - 1) * 3 + column - 1)
    const [x, dy] = [columnOf(X, row), columnOf(dY, column)]
    return {
      graph, position: 'forward', hide: ['gradient:W'], answer,
      numbers: {
        X: printedNested(X), dY: printedNested(dY), row: printed(row), column: printed(column), answer: printed(answer),
        terms: x.map((n, i) => `${printedFactor(n)} · ${printedFactor(dy[i]!)}`).join(' + '),
      },
      mistakes: [
        ...x.map((n, i) => ({ answer: n * dy[i]!, hint: 'notSummed' as const })),
        ...X.length === 2 ? [{ answer: sum(X[row - 1]!.map((n, i) => n * dy[i]!)), hint: 'wrongLine' as const }] : [], // X · ∂Y
        { answer: sum(x), hint: 'upstreamForgotten' },
        { answer: sum(dy), hint: 'localForgotten' },
      ],
    }
  },
}

const reshape: Question = {
  key: 'reshape',
  kind: 'shape',
  pose(variant) {
    const shape = numbersOf(images, variant)
    const graph = imagesOf(shape)
    const rows = shape[0]
    const answer = [rows, valueOf(graph, 'W').shape[0]!] // x · W: the inner dimensions agree
    const numbers = rows * answer[1]!
    return {
      graph, position: 'start', hide: ['value:W', 'gradient:W'], answer,
      numbers: { shape: shapeText(shape), rows: printed(rows), rest: printed(answer[1]!), numbers: printed(numbers), answer: shapeText(answer) },
      mistakes: [{ answer: [answer[1]!, rows], hint: 'rowsFirst' }],
    }
  },
}

const backward = ['def backward(self, dout):', '    dx = np.dot(dout, self.W.T)', '    self.dW = np.dot(self.x.T, dout)', '    self.db = np.sum(dout, axis=0)', '    return dx']
/** [index of the wrong line, the line, N, D, M] */
const faults = [
  [3, 'self.db = dout', 100, 784, 50], [1, 'dx = np.dot(dout, self.W)', 4, 3, 2], [2, 'self.dW = np.dot(dout.T, self.x)', 10, 5, 3], [3, 'self.db = np.mean(dout, axis=0)', 20, 4, 6],
] as const

const brokenBias: Question = {
  key: 'brokenBias',
  kind: 'line',
  pose(variant) {
    const [answer, wrong, N, D, M] = numbersOf(faults, variant)
    return {
      position: 'forward', hide: ['X', 'W', 'B'].map(id => `gradient:${id}`), code: backward.with(answer, `    ${wrong}`).join('\n'), answer, mistakes: [],
      numbers: { right: backward[answer]!.trim(), x: shapeText([N, D]), W: shapeText([D, M]), b: shapeText([M]), dout: shapeText([N, M]) },
    }
  },
}

/** [N, D, M] */
const layers = [[100, 784, 50], [20, 12, 5], [8, 6, 3], [50, 30, 10]] as const

const dout: Question = {
  key: 'dout',
  kind: 'shape',
  pose(variant) {
    const [N, D, M] = numbersOf(layers, variant)
    return {
      hide: [], answer: [N, M], mistakes: [{ answer: [M, N], hint: 'rowsFirst' }],
      numbers: { x: shapeText([N, D]), W: shapeText([D, M]), b: shapeText([M]), answer: shapeText([N, M]) },
    }
  },
}

export const lesson: Lesson = {
  number: 17,
  id: 'affine-batch',
  part: 'layers',
  section: '5.6.2',
  figures: [
    { key: 'batch', kind: 'graph', graph: batchOf(cases[0]), position: 'start' },
    { key: 'images', kind: 'graph', graph: imagesOf(tiles), position: 'start' },
  ],
  numbers: { images: shapeText(tiles), rows: shapeText([tiles[0], sizeOf(tiles.slice(1))]) },
  cards: [
    { kind: 'say', key: 'batch', figure: 'batch' },
    { kind: 'predict', question: 'bias' },
    { kind: 'say', key: 'shapes', figure: 'images' },
    { kind: 'predict', question: 'dout' },
    { kind: 'predict', question: 'reshape' },
    { kind: 'try', key: 'try', figure: ['batch', 'images'], network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [bias, weight, reshape, brokenBias, dout],
  code: taggedCode(`import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.x = None
        self.x_shape = None                    # as it came: (N, C, H, W) too
        self.dW = self.db = None

    def forward(self, x):
        self.x_shape = x.shape   #@ forward:affine()
        self.x = x.reshape(x.shape[0], -1)     # (N, everything else)   #@ forward:affine()
        return np.dot(self.x, self.W) + self.b   #@ forward:affine()

    def backward(self, dout):   #@ start:affine()
        self.dW = np.dot(self.x.T, dout)   #@ backward:affine()
        self.db = np.sum(dout, axis=0)         # over the batch   #@ backward:affine()
        dx = np.dot(dout, self.W.T)   #@ backward:affine()
        return dx.reshape(self.x_shape)        # its own shape again   #@ backward:affine()


dout = np.array(${JSON.stringify(cases[0].dY).replaceAll(',', ', ')})
affine = Affine(np.ones((2, 3)), np.zeros(3))
affine.forward(np.array(${JSON.stringify(cases[0].X).replaceAll(',', ', ')}))
affine.backward(dout)
print(affine.db)

x = np.arange(${sizeOf(tiles)}.0).reshape(${tiles.join(', ')})
affine = Affine(np.ones((${sizeOf(tiles.slice(1))}, 2)), np.zeros(2))
affine.forward(x)
print(affine.x.shape)
print(affine.backward(np.ones((${tiles[0]}, 2))).shape)
`),
  texts: textsOf('17-affine-batch'),
}
