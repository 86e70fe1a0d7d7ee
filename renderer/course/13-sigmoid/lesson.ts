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

/** Sigmoids: what stands in their brackets */
const curves = [
  { inner: 'x', steepness: 1, center: 0 }, { inner: 'x - 2', steepness: 1, center: 2 }, { inner: 'x + 2', steepness: 1, center: -2 }, { inner: '2x', steepness: 2, center: 0 },
] as const

const bell: Question = {
  key: 'bell',
  kind: 'picture',
  pose(variant) {
    const { inner, steepness, center } = numbersOf(curves, variant)
    const y = (x: number) => 1 / (1 + Math.exp(-steepness * (x - center)))
    const slope = (x: number) => steepness * y(x) * (1 - y(x))
    const range = [-6, 6, -0.15, 1.1] as const
    return {
      hide: [], numbers: { inner, largest: printed(steepness / 4), center: printed(center) }, answer: 0, mistakes: [],
      pictures: [
        { key: 'bell', range, pieces: [sampled(slope, -6, 6)] },
        { key: 'itself', range, pieces: [sampled(y, -6, 6)] },
        { key: 'valley', range, pieces: [sampled(x => steepness / 4 - slope(x), -6, 6)] },
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
    { key: 'closed', kind: 'graph', graph: closed(ownY), position: 'start' },
    { key: 'flat', kind: 'slope', slope: { kind: 'derivative', graph: { expression: 'y = sigmoid(x)', inputs: { x: 1.5 } }, input: 'x', formula: 'y = \\frac{1}{1 + e^{-x}}', range: [-6, 6], h: 1 } },
  ],
  numbers: {
    y: printed(ownY),
    x: printed(logitOf(ownY)),
    exp: printed(cellOf(valueOf(own, 'y/exp'))),
  },
  cards: [
    { kind: 'say', key: 'say1', figure: 'opened' },
    { kind: 'predict', question: 'reciprocal' },
    { kind: 'say', key: 'say2' },
    { kind: 'predict', question: 'grouped' },
    { kind: 'predict', question: 'bell' },
    { kind: 'try', key: 'try', figure: ['opened', 'closed', 'flat'] },
  ],
  questions: [reciprocal, grouped, bell],
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
