import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, grouped, networkParameters, numbersOf, printed, valueOf } from '../kit'
import type { Lesson, Posed } from '../types'

/** Apples, less a coupon, with tax */
const shopping = (apple = 100, count = 2, coupon = 20, tax = 1.1): GraphDocument =>
  ({ expression: 'fruit = apple * count; paid = fruit - coupon; total = paid * tax', inputs: { apple, count, coupon, tax } })

const graphs: readonly GraphDocument[] = [
  shopping(),
  { expression: 'total = apple * count * tax', inputs: { apple: 100, count: 2, tax: 1.1 } },
  { expression: 'total = (apple * count + orange * oranges) * tax', inputs: { apple: 100, count: 2, orange: 150, oranges: 3, tax: 1.1 } },
  { expression: 'y = sigmoid(w1 * x1 + w2 * x2 + w3 * x3 + b)', inputs: { w1: 0.2, x1: 1, w2: -0.4, x2: 2, w3: 0.5, x3: 3, b: 0.1 } },
]

const passesText = { parameters: grouped(networkParameters), networkPasses: grouped(2 * networkParameters) }

function fruit(variant: number): Posed {
  const [apple, count, coupon, tax] = numbersOf([[120, 3, 50, 1.2], [90, 4, 60, 1.1], [80, 5, 100, 1.05], [150, 4, 30, 1.3]] as const, variant)
  const graph = shopping(apple, count, coupon, tax)
  const gradient = (id: string): number => cellOf(gradientOf(graph, id))
  const answer = gradient('fruit')
  return {
    graph,
    position: 'forward',
    hide: ['gradient:paid', 'gradient:fruit', 'gradient:coupon', 'gradient:apple', 'gradient:count'],
    numbers: { fruit: printed(cellOf(valueOf(graph, 'fruit'))), coupon: printed(coupon), tax: printed(tax), answer: printed(answer) },
    answer,
    mistakes: [
      { answer: 1, hint: 'upstreamForgotten' },
      { answer: cellOf(valueOf(graph, 'fruit')), hint: 'value' },
      { answer: cellOf(valueOf(graph, 'total')), hint: 'value' },
      { answer: gradient('apple'), hint: 'otherInput' },
      { answer: gradient('tax'), hint: 'otherInput' },
    ],
  }
}

function passes(variant: number): Posed {
  const graph = numbersOf(graphs, variant)
  const inputs = Object.keys(graph.inputs).length
  const answer = 2 * inputs
  return {
    graph,
    position: 'end',
    hide: [],
    numbers: { ...passesText, inputs: printed(inputs), answer: printed(answer) },
    answer,
    tolerance: 0,
    mistakes: [],
  }
}

/** What are the results of the forward pass kept for? `paid` is an input of the last × node. */
function keep(variant: number): Posed {
  const graph = fruit(variant).graph!
  return { graph, position: 'forward', hide: [], numbers: { paid: printed(cellOf(valueOf(graph, 'paid'))) }, answer: 'local', choices: ['local', 'update', 'again'], mistakes: [] }
}

export const lesson: Lesson = {
  number: 5,
  id: 'why-a-graph',
  part: 'graph',
  section: '5.1.3',
  figures: [{ key: 'shopping', kind: 'graph', graph: shopping(), position: 'end' }],
  numbers: {
    ...passesText,
    coupon: printed(cellOf(valueOf(shopping(), 'coupon'))),
    paid: printed(cellOf(gradientOf(shopping(), 'paid'))),
    fruitGradient: printed(cellOf(gradientOf(shopping(), 'fruit'))),
  },
  cards: [
    { kind: 'say', key: 'kept', figure: 'shopping' },
    { kind: 'predict', question: 'fruit' },
    { kind: 'predict', question: 'keep' },
    { kind: 'say', key: 'shared', figure: 'shopping' },
    { kind: 'predict', question: 'passes' },
    { kind: 'try', key: 'try', figure: 'shopping', network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [
    { key: 'fruit', kind: 'number', pose: fruit },
    { key: 'passes', kind: 'number', pose: passes },
    { key: 'keep', kind: 'why', pose: keep },
  ],
  texts: textsOf('05-why-a-graph'),
}
