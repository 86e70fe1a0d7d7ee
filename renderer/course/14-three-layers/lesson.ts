import { type GraphDocument, type Nested, shapeText } from '@core'
import { textsOf } from '@lessons'
import { cellOf, numbersOf, printed, printedFactor, printedNested, printedRow, threeLayers, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Question } from '../types'

const expression = 'a1 = affine(X, W1, b1); z1 = sigmoid(a1); a2 = affine(z1, W2, b2); z2 = sigmoid(a2); y = affine(z2, W3, b3)'
const networkOf = (inputs: Readonly<Record<string, Nested>>): GraphDocument => ({ expression, inputs })

const samples = [threeLayers.X[0], [2, 0.5], [0.5, 1], [3, 1], [1, 2]] as const
/** Neurons per layer; the first entry is the lesson's own network */
const sizes = [[2, 3, 2, 2], [2, 4, 3, 2], [3, 2, 4, 2], [2, 5, 3, 2]] as const

/** A network of other sizes, with weights 0.1, 0.2, … */
function sized(neurons: readonly [number, number, number, number]): GraphDocument {
  const row = (length: number, from = 0) => Array.from({ length }, (_, i) => (from + i + 1) / 10)
  const layers = [1, 2, 3].flatMap((layer): [string, Nested][] => {
    const [above, below] = [neurons[layer - 1]!, neurons[layer]!]
    return [[`W${layer}`, Array.from({ length: above }, (_, i) => row(below, i * below))], [`b${layer}`, row(below)]]
  })
  return networkOf(Object.fromEntries([['X', [row(neurons[0])]], ...layers]))
}

const first: Question = {
  key: 'first',
  kind: 'number',
  pose(variant) {
    const x = numbersOf(samples, variant)
    const { W1: [upper, lower], b1: [bias] } = threeLayers
    const graph = networkOf({ ...threeLayers, X: [x] })
    const answer = cellOf(valueOf(graph, 'a1'))
    return {
      graph, position: 'start', hide: ['value:a1', 'value:z1'], answer,
      numbers: {
        x1: printed(x[0]), x2: printed(x[1]), w1: printed(upper[0]), w2: printed(lower[0]), b: printed(bias), answer: printed(answer),
      },
      mistakes: [
        { answer: x[0] * upper[0] + x[1] * upper[1] + bias, hint: 'wrongLine' },
      ],
    }
  },
}

const shape: Question = {
  key: 'shape',
  kind: 'shape',
  pose(variant) {
    const neurons = numbersOf(sizes, variant)
    const [, above, below] = neurons
    const graph = variant === 0 ? networkOf(threeLayers) : sized(neurons)
    const answer = valueOf(graph, 'W2').shape
    return {
      graph, position: 'start', hide: ['value:W2', 'gradient:W2'], answer,
      numbers: { above: printed(above), below: printed(below), z1: shapeText([1, above]), a2: shapeText([1, below]), answer: shapeText(answer) },
      mistakes: [{ answer: [below, above], hint: 'rowsFirst' }],
    }
  },
}

type Matrix = readonly (readonly number[])[]
interface Pair { readonly first: Matrix, readonly second: Matrix, /** of W, from 1 */ readonly row: 1 | 2, readonly column: 1 | 2 }
const pairs: readonly [Pair, ...Pair[]] = [
  { first: [[1, 3], [2, -1]], second: [[2, 1], [4, 5]], row: 1, column: 1 },
  { first: [[2, 1], [0, 4]], second: [[1, 5], [3, -2]], row: 1, column: 2 },
  { first: [[3, -2], [1, 2]], second: [[4, 1], [2, 6]], row: 2, column: 2 },
  { first: [[5, 1], [2, 3]], second: [[-1, 2], [7, 4]], row: 2, column: 1 },
]

/** The one layer that does what two Affine layers in a row do */
const collapse: Question = {
  key: 'collapse',
  kind: 'number',
  pose(variant) {
    const { first, second, row, column } = numbersOf(pairs, variant)
    const graph: GraphDocument = { expression: 'W = dot(W1, W2); Y = dot(X, W)', inputs: { X: [[1, 2]], W1: first, W2: second } }
    const W = valueOf(graph, 'W')
    const [along, down] = [first[row - 1]!, second.map(line => line[column - 1]!)]
    const answer = cellOf(W, (row - 1) * 2 + column - 1)
    return {
      graph, position: 'start', hide: ['value:W', 'value:Y'], answer,
      numbers: {
        first: printedNested(first), second: printedNested(second), row: printed(row), column: printed(column), W: printedNested([W.data.slice(0, 2), W.data.slice(2)]),
        terms: along.map((w, k) => `${printedFactor(w)} · ${printedFactor(down[k]!)}`).join(' + '), answer: printed(answer),
      },
      mistakes: [
        { answer: along[column - 1]! * down[row - 1]!, hint: 'notSummed' }, // cell by cell, without the sum
        { answer: along.reduce((sum, w, k) => sum + w * second[column - 1]![k]!, 0), hint: 'wrongLine' },
      ],
    }
  },
}

/** Two Affine layers in a row, and the one that does the same: W = W₁W₂, b = b₁W₂ + b₂ */
const two: GraphDocument = { expression: 'h = affine(X, W1, b1); y = affine(h, W2, b2)', inputs: { X: [[1, 2]], W1: [[1, 2], [3, -1]], b1: [1, 0], W2: [[2, 0], [1, 3]], b2: [0, 1] } }
const one: GraphDocument = { expression: 'y = affine(X, W, b)', inputs: { X: [[1, 2]], W: [[4, 6], [5, -3]], b: [2, 1] } }

const own = networkOf(threeLayers)

export const lesson: Lesson = {
  number: 14,
  id: 'three-layers',
  part: 'layers',
  section: '3.4',
  figures: [
    { key: 'network', kind: 'graph', graph: own, position: 'start' },
    { key: 'two', kind: 'graph', graph: two, position: 'forward' },
    { key: 'one', kind: 'graph', graph: one, position: 'forward' },
  ],
  numbers: {
    y: printedRow(valueOf(own, 'y').data, 8),
  },
  teaches: ['cell'],
  cards: [
    { kind: 'say', key: 'neuron', figure: 'network' },
    { kind: 'predict', question: 'first' },
    { kind: 'say', key: 'shapes', figure: 'network' },
    { kind: 'predict', question: 'shape' },
    { kind: 'predict', question: 'collapse' },
    { kind: 'try', key: 'try', figure: ['network', 'two', 'one'], network: { room: 'train', show: { block: 'affine', view: 'activation' } } },
  ],
  questions: [first, shape, collapse],
  code: taggedCode(`import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))   #@ forward:sigmoid()


${(['X', 'W1', 'b1', 'W2', 'b2', 'W3', 'b3'] as const).map(name => `${name} = np.array(${JSON.stringify(threeLayers[name]).replaceAll(',', ', ')})`).join('\n')}

a1 = np.dot(X, W1) + b1   #@ forward:a1
z1 = sigmoid(a1)   #@ forward:z1
a2 = np.dot(z1, W2) + b2   #@ forward:a2
z2 = sigmoid(a2)   #@ forward:z2
y = np.dot(z2, W3) + b3    # identity: the scores are the answer   #@ forward:y
print(y)
`),
  texts: textsOf('14-three-layers'),
}
