import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, signOf, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Posed } from '../types'

const sum = (x = 10, y = 5, upstream = 1.3): GraphDocument => ({ expression: 'z = x + y', inputs: { x, y }, upstream })
const difference = (x = 10, y = 5, upstream = 1.3): GraphDocument => ({ expression: 'z = x - y', inputs: { x, y }, upstream })

/** An add node in a larger graph, with other numbers than those of the questions */
const basket: GraphDocument = { expression: 'fruit = apples + oranges; total = fruit * tax', inputs: { apples: 200, oranges: 450, tax: 1.1 } }

const gradient = (graph: GraphDocument, id: string): number => cellOf(gradientOf(graph, id))

function add(variant: number): Posed {
  const [x, y, upstream] = numbersOf([[10, 5, 1.3], [4, 7, 2.5], [30, 2, 0.4], [-3, 8, -1.2]] as const, variant)
  const graph = sum(x, y, upstream)
  const z = cellOf(valueOf(graph, 'z'))
  const answer = gradient(graph, 'x')
  return {
    graph,
    position: 'forward',
    hide: ['gradient:x', 'gradient:y'],
    numbers: { x: printed(x), y: printed(y), z: printed(z), upstream: printed(upstream), answer: printed(answer), other: printed(gradient(graph, 'y')) },
    answer,
    mistakes: [
      { answer: 1, hint: 'upstreamForgotten' },
      { answer: z, hint: 'value' },
      { answer: upstream * z, hint: 'value' },
      { answer: upstream / 2, hint: 'split' },
    ],
  }
}

function minus(variant: number): Posed {
  const [x, y, upstream] = numbersOf([[10, 5, 1.3], [10, 5, -0.7], [4, 9, 2.5], [6, 1, -3]] as const, variant)
  const graph = difference(x, y, upstream)
  const answer = signOf(gradient(graph, 'y'))
  return {
    graph,
    position: 'forward',
    hide: ['gradient:x', 'gradient:y'],
    numbers: { x: printed(x), y: printed(y), upstream: printed(upstream), xGradient: printed(gradient(graph, 'x')), yGradient: printed(gradient(graph, 'y')) },
    answer,
    mistakes: [{ answer: signOf(upstream), hint: 'upstreamSign' }],
  }
}

export const lesson: Lesson = {
  number: 7,
  id: 'add-node',
  part: 'nodes',
  section: '5.3.1',
  figures: [
    { key: 'basket', kind: 'graph', graph: basket, position: 'forward' },
    { key: 'sum', kind: 'graph', graph: sum(), position: 'forward' },
    { key: 'difference', kind: 'graph', graph: difference(), position: 'forward' },
  ],
  numbers: {
    ...add(0).numbers,
    apples: printed(cellOf(valueOf(basket, 'apples'))), oranges: printed(cellOf(valueOf(basket, 'oranges'))), fruit: printed(cellOf(valueOf(basket, 'fruit'))),
    tax: printed(gradient(basket, 'fruit')), // the gradient that arrives at the add node
  },
  cards: [
    { kind: 'say', key: 'rates', figure: 'basket' },
    { kind: 'predict', question: 'add' },
    { kind: 'say', key: 'whole', figure: 'basket', position: 'end' },
    { kind: 'predict', question: 'minus' },
    { kind: 'try', key: 'try', figure: ['sum', 'difference'], network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [
    { key: 'add', kind: 'number', pose: add },
    { key: 'minus', kind: 'sign', pose: minus },
  ],
  code: taggedCode(`x, y = 10, 5
z = x + y   #@ forward:add()

dz = 1.3   #@ start:z
dx = dz * 1   #@ backward:add()
dy = dz * 1   #@ backward:add()
print(dx, dy)`),
  texts: textsOf('07-add-node'),
}
