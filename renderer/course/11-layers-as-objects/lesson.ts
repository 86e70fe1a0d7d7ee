import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { type Basket, baskets, cellOf, gradientOf, numbersOf, printed, shopping, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Question } from '../types'

const own = shopping(baskets[0])
/** The questions on the cards are about another basket, because the figure shows every gradient of the first. */
const others = [...baskets.slice(1), baskets[0]]

/** What is the argument of mul_apple.backward? */
const dout: Question = {
  key: 'dout',
  kind: 'number',
  pose(variant) {
    const basket = numbersOf(others, variant)
    const start = numbersOf([2, 3, 10, 0.5], variant)
    const graph = { ...shopping(basket), upstream: start }
    const answer = cellOf(gradientOf(graph, 'apples'))
    return {
      graph, position: 'forward', answer,
      // the add node passes its upstream gradient on unchanged, and the gradients behind the products reveal it too
      hide: ['fruit', 'apples', 'oranges', 'apple', 'appleCount', 'orange', 'orangeCount'].map(id => `gradient:${id}`),
      numbers: { fruit: printed(cellOf(valueOf(graph, 'fruit'))), tax: printed(basket.tax), start: printed(start), answer: printed(answer) },
      mistakes: [
        { answer: start, hint: 'localForgotten' },
        { answer: basket.tax, hint: 'upstreamForgotten' },
        { answer: answer / 2, hint: 'split' },
        { answer: cellOf(gradientOf(graph, 'tax')), hint: 'ownInput' },
        { answer: cellOf(gradientOf(graph, 'apple')), hint: 'otherInput' },
      ],
    }
  },
}

/** What is the second return value of mul_orange.backward? */
const second: Question = {
  key: 'second',
  kind: 'number',
  pose(variant) {
    const basket: Basket = numbersOf(others, variant)
    const { orange, orangeCount, tax } = basket
    const graph = shopping(basket)
    const answer = cellOf(gradientOf(graph, 'orangeCount'))
    return {
      graph, position: 'forward', hide: ['gradient:orangeCount'], answer,
      numbers: { orange: printed(orange), orangeCount: printed(orangeCount), tax: printed(tax), first: printed(cellOf(gradientOf(graph, 'orange'))), answer: printed(answer) },
      mistakes: [
        { answer: orangeCount * tax, hint: 'ownInput' },
        { answer: orange, hint: 'upstreamForgotten' },
        { answer: tax, hint: 'localForgotten' },
        { answer: cellOf(gradientOf(graph, 'appleCount')), hint: 'otherInput' },
      ],
    }
  },
}

/** MulLayer, and one line of it as it should not be: [index, wrong, right] */
const mulLayer = ['class MulLayer:', '    def forward(self, x, y):', '        self.x = x', '        self.y = y', '        return x * y', '    def backward(self, dout):', '        dx = dout * self.y', '        dy = dout * self.x', '        return dx, dy']
const faults = [[6, 'dx = dout * self.x'], [7, 'dy = dout * self.y'], [3, 'self.y = x'], [6, 'dx = dout + self.y']] as const

const brokenMul: Question = {
  key: 'brokenMul',
  kind: 'line',
  pose(variant) {
    const [answer, wrong] = numbersOf(faults, variant)
    const code = mulLayer.with(answer, `        ${wrong}`).join('\n')
    // Its graph computes the right gradients once the line is found; until then they and the lesson's own program are hidden.
    const graph: GraphDocument = { expression: 'z = x * y', inputs: { x: 10, y: 5 }, upstream: 1.3 }
    return { graph, position: 'forward', hide: ['gradient:x', 'gradient:y'], code, answer, numbers: { right: mulLayer[answer]!.trim(), wrong }, mistakes: [] }
  },
}

const { apple, appleCount, orange, orangeCount, tax } = baskets[0]

export const lesson: Lesson = {
  number: 11,
  id: 'layers-as-objects',
  part: 'nodes',
  section: '5.4',
  figures: [{ key: 'shopping', kind: 'graph', graph: own, position: 'start' }],
  numbers: { tax: printed(baskets[0].tax) },
  teaches: ['code'],
  cards: [
    { kind: 'say', key: 'objects', figure: 'shopping' },
    { kind: 'predict', question: 'second' },
    { kind: 'try', key: 'program', figure: 'shopping', position: 'start' },
    { kind: 'predict', question: 'dout' },
    { kind: 'predict', question: 'brokenMul' },
    { kind: 'try', key: 'hundred', figure: 'shopping', position: 'start', network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [dout, second, brokenMul],
  code: taggedCode(`class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None

    def forward(self, x, y):
        self.x = x                 # kept for the way back   #@ forward:mul()
        self.y = y   #@ forward:mul()
        return x * y   #@ forward:mul()

    def backward(self, dout):
        dx = dout * self.y         # upstream times the other input   #@ backward:mul()
        dy = dout * self.x   #@ backward:mul()
        return dx, dy   #@ backward:mul()


class AddLayer:
    def forward(self, x, y):
        return x + y               # nothing to keep   #@ forward:add()

    def backward(self, dout):
        return dout, dout   #@ backward:add()


mul_apple, mul_orange = MulLayer(), MulLayer()
add_fruit, mul_tax = AddLayer(), MulLayer()

# forward: left to right
apples = mul_apple.forward(${apple}, ${appleCount})   #@ forward:apples
oranges = mul_orange.forward(${orange}, ${orangeCount})   #@ forward:oranges
fruit = add_fruit.forward(apples, oranges)   #@ forward:fruit
total = mul_tax.forward(fruit, ${tax})   #@ forward:total

# backward: the same objects, right to left
dfruit, dtax = mul_tax.backward(1)   #@ start:total backward:total
dapples, doranges = add_fruit.backward(dfruit)   #@ backward:fruit
dorange, dorange_count = mul_orange.backward(doranges)   #@ backward:oranges
dapple, dapple_count = mul_apple.backward(dapples)   #@ backward:apples

print(total)
print(dapple, dapple_count)
print(dorange, dorange_count)
print(dtax)
`),
  texts: textsOf('11-layers-as-objects'),
}
