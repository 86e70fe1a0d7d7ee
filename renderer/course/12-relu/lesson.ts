import type { GraphDocument, Nested } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, printedFactor, printedNested, printedRow, sampled, signOf, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Question } from '../types'

const reluOf = (x: Nested, upstream: Nested): GraphDocument => ({ expression: 'y = relu(x)', inputs: { x }, upstream })

type Matrix = readonly (readonly number[])[]
interface Masked { readonly x: Matrix, readonly upstream: Matrix }

const switches = [[-2, 5], [3, -4], [-1, -6], [4, 2], [-5, 3]] as const
const atZero = [5, 3, 8, -2] as const
/** Each has a 0 among its cells */
const masks: readonly Masked[] = [
  { x: [[2, -1], [0, 3]], upstream: [[5, 6], [7, 8]] },
  { x: [[0, 4], [-3, 1]], upstream: [[2, 9], [4, 3]] },
  { x: [[-2, 5], [6, 0]], upstream: [[1, 4], [-3, 7]] },
  { x: [[3, 0], [-5, -1]], upstream: [[6, 2], [8, 1]] },
]

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)

const off: Question = {
  key: 'off',
  kind: 'sign',
  pose(variant) {
    const [x, upstream] = numbersOf(switches, variant)
    const graph = reluOf(x, upstream)
    const answer = cellOf(gradientOf(graph, 'x'))
    return {
      graph, position: 'forward', hide: ['gradient:x'], answer: signOf(answer),
      numbers: { x: printed(x), upstream: printed(upstream), answer: printed(answer) },
      mistakes: x > 0 ? [] : [{ answer: signOf(upstream), hint: 'kink' }],
    }
  },
}

const zero: Question = {
  key: 'zero',
  kind: 'number',
  pose(variant) {
    const upstream = numbersOf(atZero, variant)
    const graph = reluOf(0, upstream)
    return {
      graph, position: 'forward', hide: ['gradient:x'], answer: cellOf(gradientOf(graph, 'x')) + 0, // never −0
      numbers: { upstream: printed(upstream) },
      mistakes: [
        { answer: upstream, hint: 'kink' },
        { answer: upstream / 2, hint: 'kink' }, // the mean of the slopes on both sides
        { answer: 1, hint: 'kink' },
      ],
    }
  },
}

const mask: Question = {
  key: 'mask',
  kind: 'number',
  pose(variant) {
    const { x, upstream } = numbersOf(masks, variant)
    const graph = reluOf(x, upstream)
    const dx = gradientOf(graph, 'x')
    const answer = sum(dx.data)
    const arriving = upstream.flat()
    return {
      graph, position: 'forward', hide: ['gradient:x'], answer,
      numbers: { x: printedNested(x), upstream: printedNested(upstream), answer: printed(answer), dx: printedNested([dx.data.slice(0, 2), dx.data.slice(2)]) },
      mistakes: [
        { answer: sum(arriving), hint: 'localForgotten' },
        { answer: sum(arriving.filter((_, cell) => x.flat()[cell]! >= 0)), hint: 'kink' },
        { answer: sum(valueOf(graph, 'y').data), hint: 'value' },
        { answer: x.flat().filter(n => n > 0).length, hint: 'upstreamForgotten' },
      ],
    }
  },
}

/** ReLU of a line: what stands in its brackets, as a formula and in the graph, where its kink lies, and the slopes on both sides of the kink */
const lines = [
  { inner: 'x', graph: 'x', kink: 0, left: 0, right: 1 }, { inner: '-x', graph: '-x', kink: 0, left: -1, right: 0 },
  { inner: 'x - 1', graph: 'x - 1', kink: 1, left: 0, right: 1 }, { inner: '2x', graph: '2 * x', kink: 0, left: 0, right: 2 },
] as const

const derivative: Question = {
  key: 'derivative',
  kind: 'picture',
  pose(variant) {
    const { inner, graph, kink, left, right } = numbersOf(lines, variant)
    const size = Math.max(Math.abs(left), Math.abs(right))
    const [from, to] = [-2, 3]
    const step = (below: number, above: number) => [[[from, below], [kink, below]], [[kink, above], [to, above]]] as const
    const range = [from, to, -2.2, 2.2] as const
    return {
      graph: { expression: `y = relu(${graph})`, inputs: { x: 2 } }, position: 'forward', hide: ['gradient:x'],
      numbers: { inner }, answer: 0, mistakes: [],
      pictures: [
        { key: 'step', range, pieces: step(left, right) },
        { key: 'itself', range, pieces: [sampled(x => Math.min((x - kink) * (x < kink ? left : right), 2.2), from, to, 50)] },
        { key: 'both', range, pieces: step(left || -size, right || size) },
      ],
    }
  },
}

const weights = [[2, 3], [5, 4], [-2, 3], [0.5, 6]] as const

/** Two layers of one number each, without biases */
const twoLayers = (w1: number, w2: number): GraphDocument => ({ expression: 'h = w1 * x; y = w2 * h', inputs: { x: 2, w1, w2 } })

/** Why does an activation stand between two Affine layers? */
const activation: Question = {
  key: 'activation',
  kind: 'why',
  pose(variant) {
    const [first, second] = numbersOf(weights, variant)
    return { graph: twoLayers(first, second), position: 'forward', hide: [], numbers: { first: printedFactor(first), second: printed(second), product: printed(first * second) }, answer: 'line', choices: ['line', 'range', 'backward'], mistakes: [] }
  },
}

/** One unit and three samples; in the first and third case it is off for all of them. */
const units = [
  { x: [2, 1, 4], w: -3, b: 1, upstream: [3, -2, 5] },
  { x: [1, 3, 2], w: 2, b: -5, upstream: [4, -2, 6] },
  { x: [2, 5, 3], w: -1, b: 1, upstream: [2, 3, -1] },
  { x: [1, 2, 3], w: -2, b: 5, upstream: [1, 3, 2] },
] as const
type Samples = readonly [number, number, number]
interface Unit { readonly x: Samples, readonly w: number, readonly b: number, readonly upstream: Samples }
/** A row for each sample, as in a batch */
const column = (samples: Samples): Nested => samples.map(sample => [sample])
const unitOf = ({ x, w, b, upstream }: Unit): GraphDocument =>
  ({ expression: 'a = w * x + b; z = relu(a)', inputs: { w, x: column(x), b }, upstream: column(upstream), parameters: ['w', 'b'], learningRate: 0.1 })

const dead: Question = {
  key: 'dead',
  kind: 'number',
  pose(variant) {
    const unit = numbersOf(units, variant)
    const { x, w, b, upstream } = unit
    const graph = unitOf(unit)
    const answer = cellOf(gradientOf(graph, 'w')) + 0 // never −0
    return {
      graph, position: 'forward', answer,
      hide: ['gradient:w', 'gradient:b', 'gradient:x', 'gradient:a', 'gradient:n1', 'updated:w', 'updated:b'],
      numbers: { x: printedRow(x), w: printed(w), b: printed(b), upstream: printedRow(upstream), a: printedRow(valueOf(graph, 'a').data), answer: printed(answer) },
      mistakes: [
        { answer: sum(x.map((sample, n) => sample * upstream[n]!)), hint: 'kink' }, // as if it were on for all
        { answer: sum(upstream), hint: 'localForgotten' },
      ],
    }
  },
}

const two = twoLayers(2, -3)
/** The same in one layer: w = w₁w₂ */
const one: GraphDocument = { expression: 'y = w * x', inputs: { x: 2, w: -6 } }

export const lesson: Lesson = {
  number: 12,
  id: 'relu',
  part: 'layers',
  section: '5.5.1',
  figures: [
    { key: 'two', kind: 'graph', graph: two, position: 'forward' },
    { key: 'one', kind: 'graph', graph: one, position: 'forward' },
    { key: 'switch', kind: 'graph', graph: reluOf(2, switches[0][1]), position: 'end' },
    { key: 'kink', kind: 'slope', slope: { kind: 'feet', graph: reluOf(1, 1), input: 'x', formula: 'y = \\max(0, x)', range: [-3, 3], h: 0.5 } },
    { key: 'mask', kind: 'graph', graph: reluOf([[-3, 1], [4, 0]], [[2, 6], [-5, 7]]), position: 'end' },
    { key: 'bent', kind: 'slope', slope: { kind: 'feet', graph: { expression: 'y = -3 * relu(2 * x)', inputs: { x: 0.75 } }, input: 'x', formula: 'y = -3 \\cdot \\mathrm{ReLU}(2x)', range: [-2, 2], h: 0.25 } },
    { key: 'batch', kind: 'graph', graph: unitOf({ x: [1, 2, 3], w: -2, b: -1, upstream: [5, -2, 4] }), position: 'start' },
  ],
  numbers: { x: printed(2), y: printed(cellOf(valueOf(two, 'y'))), w: printed(-6) },
  cards: [
    { kind: 'say', key: 'why', figure: ['two', 'one'] },
    { kind: 'predict', question: 'activation' },
    { kind: 'say', key: 'switch', figure: ['switch', 'mask', 'kink'] },
    { kind: 'predict', question: 'mask' },
    { kind: 'predict', question: 'dead' },
    { kind: 'try', key: 'try', figure: ['bent', 'batch', 'switch'], network: { room: 'train', show: { block: 'relu', view: 'activation' } } },
  ],
  questions: [off, zero, mask, derivative, activation, dead],
  code: taggedCode(`import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0         # True where the switch is off   #@ forward:relu()
        out = x.copy()   #@ forward:relu()
        out[self.mask] = 0   #@ forward:relu()
        return out   #@ forward:relu()

    def backward(self, dout):   #@ start:relu()
        dx = dout.copy()           # the caller's dout stays as it is   #@ backward:relu()
        dx[self.mask] = 0   #@ backward:relu()
        return dx   #@ backward:relu()


relu = Relu()
print(relu.forward(np.array(${JSON.stringify(masks[0]!.x)})))
print(relu.backward(np.array(${JSON.stringify(masks[0]!.upstream)})))
`),
  texts: textsOf('12-relu'),
}
