import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Question } from '../types'

const squareOf = (x: number): GraphDocument => ({ expression: 'y = x * x', inputs: { x } })
const sharedBy = (price: number, mine: number, yours: number): GraphDocument =>
  ({ expression: 'total = price * mine + price * yours', inputs: { price, mine, yours } })

const xs = [3, 5, 4, 7, 10] as const
const shoppers = [[100, 2, 3], [80, 4, 3], [50, 6, 2], [250, 3, 7]] as const

const square: Question = {
  key: 'square',
  kind: 'number',
  pose(variant) {
    const x = numbersOf(xs, variant)
    const graph = squareOf(x)
    const answer = cellOf(gradientOf(graph, 'x'))
    return {
      graph, position: 'forward', hide: ['gradient:x'], answer,
      numbers: { x: printed(x), answer: printed(answer) },
      mistakes: [
        { answer: x, hint: 'notSummed' },
        { answer: cellOf(valueOf(graph, 'y')), hint: 'value' },
        { answer: 1, hint: 'localForgotten' },
      ],
    }
  },
}

const shared: Question = {
  key: 'shared',
  kind: 'number',
  pose(variant) {
    const [price, mine, yours] = numbersOf(shoppers, variant)
    const graph = sharedBy(price, mine, yours)
    const answer = cellOf(gradientOf(graph, 'price'))
    return {
      graph, position: 'forward', hide: ['gradient:price'], answer,
      numbers: { price: printed(price), mine: printed(mine), yours: printed(yours), answer: printed(answer) },
      mistakes: [
        { answer: mine, hint: 'notSummed' },
        { answer: yours, hint: 'notSummed' },
        { answer: price, hint: 'otherInput' },
        { answer: cellOf(valueOf(graph, 'total')), hint: 'value' },
        { answer: 1, hint: 'localForgotten' },
      ],
    }
  },
}

/** Programs whose second contribution overwrites the first; [graph, the value used twice, program, index of the wrong line, the line as it should be] */
const overwriting: readonly (readonly [GraphDocument, string, string, number, string])[] = [
  [squareOf(3), 'x', 'y = x * x\ndy = 1.0\ndx = 0.0\ndx += dy * x\ndx = dy * x', 4, 'dx += dy * x'],
  [sharedBy(80, 4, 3), 'price', 'total = price * mine + price * yours\ndtotal = 1.0\ndprice = dtotal * mine\ndmine = dtotal * price\ndprice = dtotal * yours\ndyours = dtotal * price', 4, 'dprice += dtotal * yours'],
  [{ expression: 'y = x + x', inputs: { x: 5 } }, 'x', 'y = x + x\ndy = 1.0\ndx = dy\ndx = dy', 3, 'dx += dy'],
  [{ expression: 'y = w * x + x', inputs: { w: 4, x: 2 } }, 'x', 'y = w * x + x\ndy = 1.0\ndx = dy\ndw = dy * x\ndx = dy * w', 4, 'dx += dy * w'],
]

const brokenSum: Question = {
  key: 'brokenSum',
  kind: 'line',
  pose(variant) {
    const [graph, twice, code, answer, right] = numbersOf(overwriting, variant)
    return { graph, position: 'forward', hide: [`gradient:${twice}`], code, answer, numbers: { right }, mistakes: [] }
  },
}

/** x goes to L on two paths: the factors on the one and on the other */
const twoPaths = [[2, 5], [3, 4], [2, 6], [5, 3]] as const

const paths: Question = {
  key: 'paths',
  kind: 'why',
  pose(variant) {
    const [first, second] = numbersOf(twoPaths, variant)
    const graph: GraphDocument = { expression: `a = ${first} * x; b = ${second} * x; L = a + b`, inputs: { x: 20 } }
    return {
      graph, position: 'forward', hide: ['gradient:x', 'gradient:a', 'gradient:b'], choices: ['both', 'split', 'path'], answer: 'both',
      numbers: {
        first: printed(first), second: printed(second), half: printed((first + second) / 2), product: printed(first * second),
        sum: printed(cellOf(gradientOf(graph, 'x'))),
      },
      mistakes: [],
    }
  },
}

const [price, mine, yours] = shoppers[0]
const shoppersGraph = sharedBy(price, mine, yours)

export const lesson: Lesson = {
  number: 9,
  id: 'fan-out',
  part: 'nodes',
  section: null,
  figures: [
    { key: 'square', kind: 'graph', graph: squareOf(xs[0]), position: 'start' },
    { key: 'shared', kind: 'graph', graph: shoppersGraph, position: 'start' },
  ],
  numbers: { price: printed(price), mine: printed(mine), yours: printed(yours), both: printed(cellOf(gradientOf(shoppersGraph, 'price'))) },
  cards: [
    { kind: 'say', key: 'copy', figure: 'shared', position: 'forward' },
    { kind: 'predict', question: 'square' },
    { kind: 'say', key: 'sum', figure: 'shared', position: 'end' },
    { kind: 'predict', question: 'paths' },
    { kind: 'predict', question: 'brokenSum' },
    { kind: 'try', key: 'try', figure: ['square', 'shared'], network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [square, shared, paths, brokenSum],
  code: taggedCode(`x = ${xs[0]}.0

# forward: the same x on both sides
y = x * x   #@ forward:y

# backward: each side sends its contribution, and they add up
dy = 1.0   #@ start:y
dx = 0.0
dx += dy * x    # back along the left edge   #@ backward:y
dx += dy * x    # back along the right edge   #@ backward:y
print(dx)
`),
  texts: textsOf('09-fan-out'),
}
