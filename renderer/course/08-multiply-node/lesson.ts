import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, printedFactor, signOf, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Posed } from '../types'

const product = (x = 10, y = 5, upstream = 1.3): GraphDocument => ({ expression: 'z = x * y', inputs: { x, y }, upstream })

/** A multiply node in a larger graph, with other numbers than those of the questions */
const shop: GraphDocument = { expression: 'fruit = apple * count; total = fruit * tax', inputs: { apple: 120, count: 4, tax: 1.1 } }

const gradient = (graph: GraphDocument, id: string): number => cellOf(gradientOf(graph, id))

function multiply(variant: number): Posed {
  const [x, y, upstream] = numbersOf([[10, 5, 1.3], [4, 7, 0.5], [30, 2, 1.1], [-3, 8, 2], [6, 0.5, 4]] as const, variant)
  const graph = product(x, y, upstream)
  const answer = gradient(graph, 'x')
  return {
    graph,
    position: 'forward',
    hide: ['gradient:x', 'gradient:y'],
    numbers: {
      x: printed(x), y: printed(y), upstream: printed(upstream), xFactor: printedFactor(x), yFactor: printedFactor(y),
      answer: printed(answer), other: printed(gradient(graph, 'y')),
    },
    answer,
    mistakes: [
      { answer: upstream * x, hint: 'ownInput' },
      { answer: y, hint: 'upstreamForgotten' },
      { answer: upstream, hint: 'localForgotten' },
      { answer: cellOf(valueOf(graph, 'z')), hint: 'value' },
    ],
  }
}

function sign(variant: number): Posed {
  const [x, y, upstream] = numbersOf([[4, -2, 0.5], [-3, 5, 2], [-4, 0, -1], [2, -6, -0.5]] as const, variant)
  const graph = product(x, y, upstream)
  const answer = signOf(gradient(graph, 'x'))
  return {
    graph,
    position: 'forward',
    hide: ['gradient:x', 'gradient:y'],
    numbers: { x: printed(x), y: printed(y), upstream: printed(upstream), yFactor: printedFactor(y), gradient: printed(gradient(graph, 'x')) },
    answer,
    mistakes: [{ answer: signOf(upstream * x), hint: 'ownInput' }],
  }
}

/** Why does the other input count? */
function other(variant: number): Posed {
  const { graph, numbers } = multiply(variant)
  return { ...graph && { graph }, position: 'end', hide: [], numbers, answer: 'slope', choices: ['slope', 'share', 'reverse'], mistakes: [] }
}

export const lesson: Lesson = {
  number: 8,
  id: 'multiply-node',
  part: 'nodes',
  section: '5.3.2',
  figures: [
    { key: 'shop', kind: 'graph', graph: shop, position: 'forward' },
    { key: 'product', kind: 'graph', graph: product(), position: 'forward' },
  ],
  numbers: {
    ...multiply(0).numbers,
    ...Object.fromEntries(['apple', 'count', 'fruit', 'tax'].map(id => [id, printed(cellOf(valueOf(shop, id)))])),
    dApple: printed(gradient(shop, 'apple')), dCount: printed(gradient(shop, 'count')),
  },
  cards: [
    { kind: 'say', key: 'rates', figure: 'shop' },
    { kind: 'predict', question: 'multiply' },
    { kind: 'predict', question: 'other' },
    { kind: 'say', key: 'keep', figure: 'shop', position: 'end' },
    { kind: 'predict', question: 'sign' },
    { kind: 'try', key: 'try', figure: 'product', network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [
    { key: 'multiply', kind: 'number', pose: multiply },
    { key: 'sign', kind: 'sign', pose: sign },
    { key: 'other', kind: 'why', pose: other },
  ],
  code: taggedCode(`x, y = 10, 5
z = x * y   #@ forward:z

dz = 1.3   #@ start:z
dx = dz * y   #@ backward:z
dy = dz * x   #@ backward:z
print(dx, dy)`),
  texts: textsOf('08-multiply-node'),
}
