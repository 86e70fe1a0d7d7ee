import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { type Basket, baskets, cellOf, gradientOf, numbersOf, printed, shopping, valueOf } from '../kit'
import type { Lesson, Mistake, Question } from '../types'

const numbersIn = ({ apple, appleCount, orange, orangeCount, tax }: Basket, graph: GraphDocument) => ({
  apple: printed(apple), appleCount: printed(appleCount), orange: printed(orange), orangeCount: printed(orangeCount), tax: printed(tax),
  apples: printed(cellOf(valueOf(graph, 'apples'))), oranges: printed(cellOf(valueOf(graph, 'oranges'))),
  fruit: printed(cellOf(valueOf(graph, 'fruit'))), total: printed(cellOf(valueOf(graph, 'total'))),
})

/** What is the gradient of this input? @param of the baskets to ask about, the first one in the lesson */
function asked(input: keyof Basket, mistakes: (basket: Basket, graph: GraphDocument) => readonly Mistake[], of: readonly Basket[] = baskets): Question {
  return {
    key: input,
    kind: 'number',
    pose(variant) {
      const basket = numbersOf(of, variant)
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

export const lesson: Lesson = {
  number: 10,
  id: 'shopping',
  part: 'nodes',
  section: '5.3.3',
  figures: [{ key: 'shopping', kind: 'graph', graph: shopping(baskets[0]), position: 'start' }],
  numbers: numbersIn(baskets[0], shopping(baskets[0])),
  cards: [
    { kind: 'say', key: 'say1', figure: 'shopping' },
    { kind: 'predict', question: 'tax' },
    { kind: 'say', key: 'say2' },
    { kind: 'predict', question: 'orange' },
    { kind: 'predict', question: 'appleCount' },
    { kind: 'try', key: 'try', figure: 'shopping' },
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
    ], baskets.toReversed()), // lesson 3 has asked with the first basket's numbers
  ],
  texts: textsOf('10-shopping'),
}
