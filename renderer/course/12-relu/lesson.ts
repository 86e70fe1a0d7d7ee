import type { GraphDocument, Nested } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, printedFactor, printedNested, sampled, signOf, valueOf } from '../kit'
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

/** ReLU of a line: what stands in its brackets, where its kink lies, and the slopes on both sides of the kink */
const lines = [
  { inner: 'x', kink: 0, left: 0, right: 1 }, { inner: '-x', kink: 0, left: -1, right: 0 }, { inner: 'x - 1', kink: 1, left: 0, right: 1 }, { inner: '2x', kink: 0, left: 0, right: 2 },
] as const

const derivative: Question = {
  key: 'derivative',
  kind: 'picture',
  pose(variant) {
    const { inner, kink, left, right } = numbersOf(lines, variant)
    const size = Math.max(Math.abs(left), Math.abs(right))
    const [from, to] = [-2, 3]
    const step = (below: number, above: number) => [[[from, below], [kink, below]], [[kink, above], [to, above]]] as const
    const range = [from, to, -2.2, 2.2] as const
    return {
      hide: [], numbers: { inner }, answer: 0, mistakes: [],
      pictures: [
        { key: 'step', range, pieces: step(left, right) },
        { key: 'itself', range, pieces: [sampled(x => Math.min((x - kink) * (x < kink ? left : right), 2.2), from, to, 50)] },
        { key: 'both', range, pieces: step(left || -size, right || size) },
      ],
    }
  },
}

const weights = [[2, 3], [5, 4], [-2, 3], [0.5, 6]] as const

/** Why does an activation stand between two Affine layers? */
const activation: Question = {
  key: 'activation',
  kind: 'why',
  pose(variant) {
    const [first, second] = numbersOf(weights, variant)
    return { hide: [], numbers: { first: printedFactor(first), second: printed(second), product: printed(first * second) }, answer: 'line', choices: ['line', 'range', 'backward'], mistakes: [] }
  },
}

export const lesson: Lesson = {
  number: 12,
  id: 'relu',
  part: 'layers',
  section: '5.5.1',
  figures: [
    { key: 'switch', kind: 'graph', graph: reluOf(2, switches[0][1]), position: 'start' },
    { key: 'mask', kind: 'graph', graph: reluOf(masks[0]!.x, masks[0]!.upstream), position: 'start' },
    { key: 'kink', kind: 'slope', slope: { kind: 'feet', graph: reluOf(1, 1), input: 'x', formula: 'y = \\max(0, x)', range: [-3, 3], h: 0.5 } },
  ],
  numbers: { upstream: printed(switches[0][1]) },
  cards: [
    { kind: 'say', key: 'say1', figure: 'switch' },
    { kind: 'predict', question: 'off' },
    { kind: 'say', key: 'say2' },
    { kind: 'predict', question: 'mask' },
    { kind: 'predict', question: 'activation' },
    { kind: 'try', key: 'try', figure: ['switch', 'mask', 'kink'] },
  ],
  questions: [off, zero, mask, derivative, activation],
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
