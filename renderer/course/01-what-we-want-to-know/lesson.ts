import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { apples, cellOf, gradientOf, grouped, networkParameters, numbersOf, nudged, printed, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Posed } from '../types'

/** The smallest network: one weight, by which x should become t. Small enough to be seen whole. */
const oneWeight = (w = 0.5, x = 3, t = 2): GraphDocument => ({ expression: 'y = w * x; loss = square(y - t)', inputs: { w, x, t } })

/** Two inputs, two sigmoids, two classes; its loss is 0.6774, as on the slides. Lesson 26 returns to it. */
const network: GraphDocument = {
  expression: 'h = sigmoid(affine(x, W1, b1)); a = affine(h, W2, b2); loss = softmaxWithLoss(a, t)',
  inputs: { x: [1, 0.5], W1: [[0.6, 0.3], [0.3, 0.8]], b1: [0.1, 0.2], W2: [[0.9, -0.1], [-0.2, 0.6]], b2: [0.1, 0.2], t: [1, 0] },
}

const lossOf = (graph: GraphDocument): number => cellOf(valueOf(graph, 'loss'))

/** Central difference (f(w + h) − f(w − h)) / 2h for the first cell */
const slopeOf = (graph: GraphDocument, name: string, h: number): number =>
  (lossOf(nudged(graph, { name, by: h })) - lossOf(nudged(graph, { name, by: -h }))) / (2 * h)

function direction(variant: number): Posed {
  const graph = oneWeight(...numbersOf([[0.5, 3, 2], [1, 2, 1], [-1, 1, 1], [2, 1, 0.5]] as const, variant))
  const slope = slopeOf(graph, 'w', 1e-4)
  const weight = cellOf(valueOf(graph, 'w'))
  const by = slope > 0 ? -0.1 : 0.1
  return {
    graph,
    position: 'forward',
    hide: ['gradient:w'],
    numbers: {
      slope: printed(slope, 3), weight: printed(weight), moved: printed(weight + by), loss: printed(lossOf(graph)), lossMoved: printed(lossOf(nudged(graph, { name: 'w', by }))),
    },
    answer: slope > 0 ? '-' : '+',
    signs: ['+', '-'],
    mistakes: [{ answer: slope > 0 ? '+' : '-', hint: 'uphill' }],
  }
}

function apple(variant: number): Posed {
  const [price, count, tax] = numbersOf([[150, 3, 1.1], [120, 3, 1.2], [80, 5, 1.05], [100, 4, 1.1]] as const, variant)
  const graph = apples(price, count, tax)
  const gradient = (id: string): number => cellOf(gradientOf(graph, id))
  const answer = gradient('apple')
  return {
    graph,
    position: 'forward',
    hide: ['gradient:apple'],
    numbers: { apple: printed(price), count: printed(count), tax: printed(tax), answer: printed(answer) },
    answer,
    mistakes: [
      { answer: cellOf(valueOf(graph, 'total')) + answer, hint: 'newValue' },
      { answer: cellOf(valueOf(graph, 'total')), hint: 'value' },
      { answer: gradient('count'), hint: 'otherInput' },
      { answer: gradient('tax'), hint: 'otherInput' },
    ],
  }
}

const h = 1e-4
const [slope, gradient] = [slopeOf(network, 'W1', h), cellOf(gradientOf(network, 'W1'))]

export const lesson: Lesson = {
  number: 1,
  id: 'what-we-want-to-know',
  part: 'graph',
  section: null,
  figures: [
    { key: 'network', kind: 'graph', graph: network, position: 'forward' },
    { key: 'weight', kind: 'graph', graph: oneWeight(), position: 'forward' },
    { key: 'apples', kind: 'graph', graph: apples(), position: 'forward' },
  ],
  numbers: {
    parameters: grouped(networkParameters),
    apple: printed(Number(apples().inputs.apple)),
    count: printed(Number(apples().inputs.count)),
    y: printed(cellOf(valueOf(oneWeight(), 'y'))),
    wanted: printed(Number(oneWeight().inputs.t)),
    squared: printed(lossOf(oneWeight())),
    weightSlope: printed(slopeOf(oneWeight(), 'w', h), 3),
    loss: printed(lossOf(network)),
    probability: printed(Math.exp(-lossOf(network)), 3),
    slope: printed(slope, 8),
    gradient: printed(gradient, 8),
  },
  teaches: ['nudge', 'passes', 'view'],
  cards: [
    { kind: 'say', key: 'question', figure: 'apples' },
    { kind: 'predict', question: 'apple' },
    { kind: 'say', key: 'weight', figure: 'weight' },
    { kind: 'predict', question: 'direction' },
    { kind: 'say', key: 'ways', figure: 'weight' },
    { kind: 'try', key: 'try', figure: ['apples', 'network'], network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [
    { key: 'direction', kind: 'sign', pose: direction },
    { key: 'apple', kind: 'number', pose: apple },
  ],
  code: taggedCode(`def total(apple, count=2, tax=1.1):
    return apple * count * tax   #@ forward:fruit forward:total

h = 1e-4
print((total(100 + h) - total(100 - h)) / (2 * h))`),
  texts: textsOf('01-what-we-want-to-know'),
}
