import { textsOf } from '@lessons'
import { apples, cellOf, numbersOf, printed, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Posed } from '../types'

/** Not the purchase of the figure, whose total is seen there */
const shopping = [[120, 3, 1.1], [80, 5, 1.2], [200, 4, 1.05], [150, 4, 1.05], [90, 6, 1.1]] as const

function total(variant: number): Posed {
  const [apple, count, tax] = numbersOf(shopping, variant)
  const graph = apples(apple, count, tax)
  const [fruit, answer] = ['fruit', 'total'].map(id => cellOf(valueOf(graph, id))) as [number, number]
  return {
    graph,
    position: 'start',
    hide: ['value:fruit', 'value:total'],
    numbers: { apple: printed(apple), count: printed(count), tax: printed(tax), fruit: printed(fruit), answer: printed(answer) },
    answer,
    mistakes: [],
  }
}

/** With another tax the results before it stay the same. */
function tax(variant: number): Posed {
  const [apple, count, before] = numbersOf(shopping, variant)
  const after = numbersOf([1.2, 1.25, 1.3, 1.1, 1.05], variant)
  const graph = apples(apple, count, after)
  const [fruit, answer] = ['fruit', 'total'].map(id => cellOf(valueOf(graph, id))) as [number, number]
  return {
    graph,
    position: 'forward',
    hide: ['value:total'],
    numbers: { before: printed(before), after: printed(after), fruit: printed(fruit), answer: printed(answer) },
    answer,
    mistakes: [],
  }
}

/** The equation and the graph give the same derivatives; what does only the graph show? */
function ways(variant: number): Posed {
  const { numbers } = total(variant)
  const [apple, count, tax] = numbersOf(shopping, variant)
  return { graph: apples(apple, count, tax), position: 'forward', hide: [], numbers, answer: 'between', choices: ['between', 'exact', 'none'], mistakes: [] }
}

export const lesson: Lesson = {
  number: 2,
  id: 'forward',
  part: 'graph',
  section: '5.1',
  figures: [{ key: 'apples', kind: 'graph', graph: apples(), position: 'start' }],
  numbers: {},
  teaches: ['player', 'expression'],
  cards: [
    { kind: 'say', key: 'graph', figure: 'apples' },
    { kind: 'predict', question: 'total' },
    { kind: 'predict', question: 'tax' },
    { kind: 'say', key: 'two', figure: 'apples', position: 'forward' },
    { kind: 'predict', question: 'ways' },
    { kind: 'try', key: 'try', figure: 'apples', network: { room: 'train', show: { block: 'loss', view: 'activation' } } },
  ],
  questions: [
    { key: 'total', kind: 'number', pose: total },
    { key: 'tax', kind: 'number', pose: tax },
    { key: 'ways', kind: 'why', pose: ways },
  ],
  code: taggedCode(`apple = 100
count = 2
tax = 1.1

fruit = apple * count   #@ forward:fruit
total = fruit * tax   #@ forward:total
print(total)`),
  texts: textsOf('02-forward'),
}
