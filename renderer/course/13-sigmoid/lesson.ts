import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, printedFactor, sampled, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Question } from '../types'

/** Inverse of sigmoid: the questions choose y, so that the intermediate numbers stay short. */
const logitOf = (y: number): number => Math.log(y / (1 - y))
const closed = (y: number, upstream = 1): GraphDocument => ({ expression: 'y = sigmoid(x)', inputs: { x: logitOf(y) }, ...upstream === 1 ? {} : { upstream } })
const opened = (y: number, upstream = 1): GraphDocument => ({ ...closed(y, upstream), opened: ['y'] })

const ownY = 0.8
const inside = [[ownY, 2], [0.5, 2], [0.25, 4], [0.4, -5]] as const
const whole = [[0.9, 2], [0.6, 5], [0.25, 4], [0.7, -10]] as const

/** Which gradient does 1/u, the first node of the backward pass, send to u = 1 + exp(−x)? */
const reciprocal: Question = {
  key: 'reciprocal',
  kind: 'number',
  pose(variant) {
    const [y, upstream] = numbersOf(inside, variant)
    const graph = opened(y, upstream)
    const answer = cellOf(gradientOf(graph, 'y/plus'))
    const u = cellOf(valueOf(graph, 'y/plus'))
    return {
      graph, position: 'forward', answer,
      // the +1 node passes its gradient on unchanged to both inputs
      hide: ['y/plus', 'y/plus.c', 'y/exp', 'y/neg', 'y/neg.c', 'x'].map(id => `gradient:${id}`),
      numbers: { u: printed(u), y: printed(y), upstream: printedFactor(upstream), answer: printed(answer) },
      mistakes: [
        { answer: -y * y, hint: 'upstreamForgotten' },
        { answer: upstream, hint: 'localForgotten' },
        { answer: y, hint: 'value' },
      ],
    }
  },
}

/** y(1 − y), the local derivative of the whole sigmoid as one node */
const grouped: Question = {
  key: 'grouped',
  kind: 'number',
  pose(variant) {
    const [y, upstream] = numbersOf(whole, variant)
    const graph = closed(y, upstream)
    const answer = cellOf(gradientOf(graph, 'x'))
    return {
      graph, position: 'forward', hide: ['gradient:x'], answer,
      numbers: { y: printed(y), rest: printed(1 - y), upstream: printedFactor(upstream), answer: printed(answer) },
      mistakes: [
        { answer: y * (1 - y), hint: 'upstreamForgotten' },
        { answer: upstream, hint: 'localForgotten' },
        { answer: y, hint: 'value' },
      ],
    }
  },
}

/** Sigmoids: what stands in their brackets, as a formula and in the graph */
const curves = [
  { inner: 'x', graph: 'x', steepness: 1, center: 0 }, { inner: 'x - 2', graph: 'x - 2', steepness: 1, center: 2 }, { inner: 'x + 2', graph: 'x + 2', steepness: 1, center: -2 }, { inner: '2x', graph: '2 * x', steepness: 2, center: 0 },
] as const

const bell: Question = {
  key: 'bell',
  kind: 'picture',
  pose(variant) {
    const { inner, graph, steepness, center } = numbersOf(curves, variant)
    const y = (x: number) => 1 / (1 + Math.exp(-steepness * (x - center)))
    const slope = (x: number) => steepness * y(x) * (1 - y(x))
    const range = [-6, 6, -0.15, 1.1] as const
    return {
      graph: { expression: `y = sigmoid(${graph})`, inputs: { x: 1 } }, position: 'forward', hide: ['gradient:x'],
      numbers: { inner, largest: printed(steepness / 4), center: printed(center) }, answer: 0, mistakes: [],
      pictures: [
        { key: 'bell', range, pieces: [sampled(slope, -6, 6)] },
        { key: 'itself', range, pieces: [sampled(y, -6, 6)] },
        { key: 'valley', range, pieces: [sampled(x => steepness / 4 - slope(x), -6, 6)] },
      ],
    }
  },
}

/** Sigmoids in a row whose outputs are all ½: each takes ½ off, so that the next one gets 0. */
function rowOf(layers: number, upstream: number): GraphDocument {
  const links = Array.from({ length: layers }, (_, i) => `${i === 0 ? '' : `x${i + 1} = y${i} - 0.5; `}y${i + 1} = sigmoid(x${i + 1})`)
  return { expression: links.join('; '), inputs: { x1: 0 }, upstream }
}
/** [number of sigmoids, upstream] */
const rows = [[2, 8], [3, 8], [4, 512], [5, 2048], [2, -4]] as const

/** How much of the gradient is left after several sigmoids? */
const chain: Question = {
  key: 'chain',
  kind: 'number',
  pose(variant) {
    const [layers, upstream] = numbersOf(rows, variant)
    const graph = rowOf(layers, upstream)
    const hidden = Array.from({ length: layers }, (_, i) => [`x${i + 1}`, ...i < layers - 1 ? [`y${i + 1}`] : []]).flat()
    return {
      graph, position: 'forward', hide: hidden.map(id => `gradient:${id}`), answer: cellOf(gradientOf(graph, 'x1')),
      numbers: { layers: printed(layers), upstream: printedFactor(upstream), factors: Array.from({ length: layers }, () => '¼').join(' × '), answer: printed(cellOf(gradientOf(graph, 'x1'))) },
      mistakes: [
        { answer: upstream, hint: 'localForgotten' },
        { answer: 0.25 ** layers, hint: 'upstreamForgotten' },
      ],
    }
  },
}

const own = opened(ownY)

export const lesson: Lesson = {
  number: 13,
  id: 'sigmoid',
  part: 'layers',
  section: '5.5.2',
  figures: [
    { key: 'opened', kind: 'graph', graph: own, position: 'start' },
    { key: 'exp', kind: 'slope', slope: { kind: 'feet', graph: { expression: 'y = exp(u)', inputs: { u: 1 } }, input: 'u', formula: 'y = \\exp(u) = e^u', range: [-2.5, 2.2], h: 0.5 } },
    { key: 'closed', kind: 'graph', graph: closed(ownY), position: 'start' },
    { key: 'flat', kind: 'slope', slope: { kind: 'derivative', graph: { expression: 'y = sigmoid(x)', inputs: { x: 1.5 } }, input: 'x', formula: 'y = \\frac{1}{1 + e^{-x}}', range: [-6, 6], h: 1 } },
    { key: 'chain', kind: 'graph', graph: { expression: 'y1 = sigmoid(x); y2 = sigmoid(y1); y3 = sigmoid(y2)', inputs: { x: 0.5 } }, position: 'end' },
  ],
  numbers: {
    y: printed(ownY),
    exp: printed(cellOf(valueOf(own, 'y/exp'))),
  },
  cards: [
    { kind: 'say', key: 'exp', figure: ['exp', 'opened'] },
    { kind: 'predict', question: 'reciprocal' },
    { kind: 'say', key: 'fold', figure: ['closed', 'flat'] },
    { kind: 'predict', question: 'grouped' },
    { kind: 'predict', question: 'chain' },
    { kind: 'try', key: 'try', figure: ['opened', 'flat', 'chain'], network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [reciprocal, grouped, bell, chain],
  code: taggedCode(`import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))   #@ forward:sigmoid()
        return self.out

    def backward(self, dout):   #@ start:sigmoid()
        # y(1 − y): its own output is all it needs
        return dout * self.out * (1 - self.out)   #@ backward:sigmoid()


sigmoid = Sigmoid()
print(sigmoid.forward(np.log(4)))
print(sigmoid.backward(1.0))
`),
  texts: textsOf('13-sigmoid'),
}
