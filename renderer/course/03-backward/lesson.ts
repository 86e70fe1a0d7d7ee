import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { apples, cellOf, gradientOf, numbersOf, printed, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Posed } from '../types'

/** Not the purchase of the figure, where the learner has seen the whole pass */
const shopping = [[120, 3, 1.2], [80, 5, 1.05], [150, 4, 1.1], [90, 6, 1.3]] as const

const value = (graph: GraphDocument, id: string): number => cellOf(valueOf(graph, id))
const gradient = (graph: GraphDocument, id: string): number => cellOf(gradientOf(graph, id))

function posed(variant: number): { graph: GraphDocument, numbers: Posed['numbers'] } {
  const [apple, count, tax] = numbersOf(shopping, variant)
  const graph = apples(apple, count, tax)
  const fruit = printed(value(graph, 'fruit'))
  return { graph, numbers: { apple: printed(apple), count: printed(count), tax: printed(tax), fruit } }
}

function count(variant: number): Posed {
  const { graph, numbers } = posed(variant)
  const answer = gradient(graph, 'count')
  return {
    graph,
    position: 'forward',
    hide: ['gradient:count'],
    numbers: { ...numbers, upstream: printed(gradient(graph, 'fruit')), answer: printed(answer) },
    answer,
    mistakes: [
      { answer: gradient(graph, 'fruit') * value(graph, 'count'), hint: 'ownInput' },
      { answer: value(graph, 'apple'), hint: 'upstreamForgotten' },
      { answer: gradient(graph, 'fruit'), hint: 'localForgotten' },
      { answer: gradient(graph, 'tax'), hint: 'otherInput' },
      { answer: value(graph, 'total'), hint: 'value' },
    ],
  }
}

function tax(variant: number): Posed {
  const { graph, numbers } = posed(variant)
  const answer = gradient(graph, 'tax')
  return {
    graph,
    position: 'forward',
    hide: ['gradient:tax'],
    numbers: { ...numbers, answer: printed(answer) },
    answer,
    mistakes: [
      { answer: value(graph, 'tax'), hint: 'ownInput' },
      { answer: 1, hint: 'localForgotten' },
      { answer: gradient(graph, 'count'), hint: 'otherInput' },
      { answer: gradient(graph, 'apple'), hint: 'otherInput' },
      { answer: value(graph, 'total'), hint: 'value' },
    ],
  }
}

/** What if the backward pass started with a number other than 1? */
function start(variant: number): Posed {
  const { graph: usual, numbers } = posed(variant)
  const graph = { ...usual, upstream: numbersOf([3, 10, 0.5, 2], variant) }
  const answer = gradient(graph, 'apple')
  return {
    graph,
    position: 'forward',
    hide: ['gradient:apple'],
    numbers: { ...numbers, start: printed(graph.upstream), usual: printed(gradient(usual, 'apple')), answer: printed(answer) },
    answer,
    mistakes: [
      { answer: gradient(graph, 'fruit'), hint: 'localForgotten' },
      { answer: gradient(graph, 'count'), hint: 'ownInput' },
    ],
  }
}

/** The forward pass, then the backward pass; each step needs the ones before it. */
const steps = ['fruit', 'total', 'start', 'last', 'first'] as const

function order(variant: number): Posed {
  const { graph, numbers } = posed(variant)
  return { graph, position: 'start', hide: ['steps'], numbers: { ...numbers, upstream: printed(gradient(graph, 'fruit')) }, answer: steps, choices: steps, mistakes: [] }
}

export const lesson: Lesson = {
  number: 3,
  id: 'backward',
  part: 'graph',
  section: '5.1',
  figures: [{ key: 'apples', kind: 'graph', graph: apples(), position: 'forward' }],
  numbers: {
    price: printed(value(apples(), 'apple')),
    counted: printed(value(apples(), 'count')),
    fruit: printed(gradient(apples(), 'fruit')),
    apple: printed(gradient(apples(), 'apple')),
    count: printed(gradient(apples(), 'count')),
  },
  cards: [
    { kind: 'say', key: 'back', figure: 'apples' },
    { kind: 'say', key: 'local', figure: 'apples', position: 'end' },
    { kind: 'predict', question: 'count' },
    { kind: 'predict', question: 'order' },
    { kind: 'predict', question: 'start' },
    { kind: 'try', key: 'try', figure: 'apples', position: 'end', network: { room: 'train', show: { block: 'loss', view: 'gradient' } } },
  ],
  questions: [
    { key: 'count', kind: 'number', pose: count },
    { key: 'tax', kind: 'number', pose: tax },
    { key: 'start', kind: 'number', pose: start },
    { key: 'order', kind: 'order', pose: order },
  ],
  code: taggedCode(`apple, count, tax = 100, 2, 1.1
fruit = apple * count   #@ forward:fruit
total = fruit * tax   #@ forward:total

dtotal = 1   #@ start:total
dfruit = dtotal * tax   #@ backward:total
dtax = dtotal * fruit   #@ backward:total
dapple = dfruit * count   #@ backward:fruit
dcount = dfruit * apple   #@ backward:fruit
print(dapple, dcount, dtax)`),
  texts: textsOf('03-backward'),
}
