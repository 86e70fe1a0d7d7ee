import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, grouped, numbersOf, printed, valueOf } from '../kit'
import type { Lesson, Posed } from '../types'

/** Apples and everything else in the basket */
const short = (apple = 120, count = 3, other = 3400): GraphDocument =>
  ({ expression: 'fruit = apple * count; basket = fruit + other; total = basket * tax', inputs: { apple, count, other, tax: 1.1 } })

/** The same basket, but `other` (3,400) is computed by a graph of its own */
const long = (apple = 120, count = 3, rice = 800): GraphDocument => ({
  expression: 'fruit = apple * count; other = rice * bags + tea * boxes; basket = fruit + other; total = basket * tax',
  inputs: { apple, count, rice, bags: 3, tea: 500, boxes: 2, tax: 1.1 },
})

const value = (graph: GraphDocument, id: string): number => cellOf(valueOf(graph, id))

function basket(variant: number): Posed {
  const [apple, count, rice] = numbersOf([[100, 4, 700], [120, 5, 600], [150, 2, 900], [80, 5, 600]] as const, variant)
  const graph = long(apple, count, rice)
  const answer = value(graph, 'basket')
  return {
    graph,
    position: 'forward',
    hide: ['value:basket', 'value:total', 'gradient:tax'],
    numbers: { fruit: grouped(value(graph, 'fruit')), other: grouped(value(graph, 'other')), answer: grouped(answer) },
    answer,
    mistakes: [],
  }
}

function local(variant: number): Posed {
  const [apple, count, other] = numbersOf([[100, 4, 2500], [120, 5, 3400], [150, 2, 4200], [80, 5, 1900]] as const, variant)
  const graph = short(apple, count, other)
  const upstream = cellOf(gradientOf(graph, 'fruit'))
  const answer = cellOf(gradientOf(graph, 'apple'))
  return {
    graph,
    position: 'end',
    hide: ['gradient:apple'],
    numbers: { apple: printed(apple), count: printed(count), upstream: printed(upstream), answer: printed(answer) },
    answer,
    mistakes: [
      { answer: upstream * apple, hint: 'ownInput' },
      { answer: count, hint: 'upstreamForgotten' },
      { answer: upstream, hint: 'localForgotten' },
      { answer: value(graph, 'fruit'), hint: 'value' },
    ],
  }
}

export const lesson: Lesson = {
  number: 4,
  id: 'local-computation',
  part: 'graph',
  section: '5.1.2',
  figures: [
    { key: 'short', kind: 'graph', graph: short(), position: 'start' },
    { key: 'long', kind: 'graph', graph: long(), position: 'start' },
  ],
  numbers: { fruit: grouped(value(short(), 'fruit')), other: grouped(value(long(), 'other')) },
  cards: [
    { kind: 'say', key: 'node', figure: 'short' },
    { kind: 'predict', question: 'basket' },
    { kind: 'say', key: 'downstream', figure: 'short', position: 'end' },
    { kind: 'predict', question: 'local' },
    { kind: 'try', key: 'try', figure: ['long', 'short'], network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [
    { key: 'basket', kind: 'number', pose: basket },
    { key: 'local', kind: 'number', pose: local },
  ],
  texts: textsOf('04-local-computation'),
}
