import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { type Basket, baskets, cellOf, gradientOf, grouped, networkParameters, numbersOf, printed, shopping, valueOf } from '../kit'
import type { Lesson, Mistake, Question } from '../types'

const numbersIn = ({ apple, appleCount, orange, orangeCount, tax }: Basket, graph: GraphDocument) => ({
  apple: printed(apple), appleCount: printed(appleCount), orange: printed(orange), orangeCount: printed(orangeCount), tax: printed(tax),
  apples: printed(cellOf(valueOf(graph, 'apples'))), oranges: printed(cellOf(valueOf(graph, 'oranges'))),
  fruit: printed(cellOf(valueOf(graph, 'fruit'))), total: printed(cellOf(valueOf(graph, 'total'))),
})

/** The questions on the cards are about the last basket, because the figure shows every gradient of the first. */
const others = baskets.toReversed()

/** What is the gradient of this input? */
function asked(input: keyof Basket, mistakes: (basket: Basket, graph: GraphDocument) => readonly Mistake[]): Question {
  return {
    key: input,
    kind: 'number',
    pose(variant) {
      const basket = numbersOf(others, variant)
      const graph = shopping(basket)
      const answer = cellOf(gradientOf(graph, input))
      return {
        graph, position: 'forward', hide: [`gradient:${input}`], answer,
        numbers: { ...numbersIn(basket, graph), answer: printed(answer) },
        mistakes: mistakes(basket, graph),
      }
    },
  }
}

/** ∂total of each input: dApple, dTax, … */
const gradientsIn = (basket: Basket) => Object.fromEntries(Object.keys(basket).map(input =>
  [`d${input[0]!.toUpperCase()}${input.slice(1)}`, printed(cellOf(gradientOf(shopping(basket), input)))]))

/** What the customer could change, and by how much */
const changes = { orangeCount: 1, tax: 0.1, orange: 10, apple: 10 } as const
const changed: readonly Basket[] = [
  baskets[0],
  { apple: 300, appleCount: 8, orange: 50, orangeCount: 2, tax: 1.1 },
  { apple: 20, appleCount: 9, orange: 40, orangeCount: 5, tax: 1.5 },
  { apple: 60, appleCount: 3, orange: 70, orangeCount: 4, tax: 1.2 },
]

/** Which change lowers the bill most? Gradient times step decides, not the gradient alone. */
const first: Question = {
  key: 'first',
  kind: 'order',
  pose(variant) {
    const basket = numbersOf(changed, variant)
    const graph = shopping(basket)
    const choices = Object.keys(changes) as (keyof typeof changes)[]
    const effect = (input: keyof typeof changes) => cellOf(gradientOf(graph, input)) * changes[input]
    return {
      graph, position: 'end', hide: [], choices, answer: choices.toSorted((a, b) => effect(b) - effect(a)),
      numbers: {
        ...numbersIn(basket, graph), ...gradientsIn(basket),
        ...Object.fromEntries(choices.flatMap(input => [[`${input}Step`, printed(changes[input])], [`${input}Effect`, printed(effect(input))]])),
      },
      mistakes: [],
    }
  },
}

export const lesson: Lesson = {
  number: 10,
  id: 'shopping',
  part: 'nodes',
  section: '5.3.3',
  figures: [{ key: 'shopping', kind: 'graph', graph: shopping(baskets[0]), position: 'start' }],
  numbers: { ...numbersIn(baskets[0], shopping(baskets[0])), ...gradientsIn(baskets[0]), parameters: grouped(networkParameters) },
  cards: [
    { kind: 'say', key: 'meet', figure: 'shopping', position: 'forward' },
    { kind: 'predict', question: 'orange' },
    { kind: 'predict', question: 'tax' },
    { kind: 'say', key: 'five', figure: 'shopping', position: 'end' },
    { kind: 'predict', question: 'first' },
    { kind: 'try', key: 'try', figure: 'shopping', position: 'end', network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [
    asked('tax', ({ tax }, graph) => [
      { answer: tax, hint: 'ownInput' },
      { answer: 1, hint: 'localForgotten' },
      { answer: cellOf(valueOf(graph, 'total')), hint: 'value' },
    ]),
    asked('orange', ({ apple, appleCount, orange, orangeCount, tax }) => [
      { answer: orange * tax, hint: 'ownInput' },
      { answer: orangeCount, hint: 'upstreamForgotten' },
      { answer: tax, hint: 'localForgotten' },
      { answer: appleCount * tax, hint: 'otherInput' },
      { answer: apple * tax, hint: 'otherInput' },
      { answer: orange * orangeCount, hint: 'value' },
    ]),
    asked('appleCount', ({ apple, appleCount, orange, tax }) => [
      { answer: appleCount * tax, hint: 'ownInput' },
      { answer: apple, hint: 'upstreamForgotten' },
      { answer: tax, hint: 'localForgotten' },
      { answer: orange * tax, hint: 'otherInput' },
      { answer: apple * appleCount, hint: 'value' },
    ]),
    first,
  ],
  texts: textsOf('10-shopping'),
}
