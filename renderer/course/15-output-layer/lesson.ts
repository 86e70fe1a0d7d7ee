import { type GraphDocument, shapeText } from '@core'
import { textsOf } from '@lessons'
import { cellOf, numbersOf, printed, printedRow, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Question } from '../types'

/** An Affine layer turns z into the scores [0.3, 2.9, 4] */
const last = { z: [1, 2], W: [[0.1, 0.9, 2], [0.1, 1, 1]], b: [0, 0, 0] } as const
const identity: GraphDocument = { expression: 'y = affine(z, W, b)', inputs: last }
const softmax: GraphDocument = { expression: 'a = affine(z, W, b); y = softmax(a)', inputs: last }
const softmaxOf = (a: readonly number[]): GraphDocument => ({ expression: 'y = softmax(a)', inputs: { a } })
const openedOf = (a: readonly number[]): GraphDocument => ({ ...softmaxOf(a), opened: ['y'] })

/** [number of equal scores, score] */
const ties = [[4, 3], [5, 2], [2, 7], [10, 6]] as const
const shifts = [
  { a: [0.3, 2.9, 4], by: 100 },
  { a: [1, 2, 3], by: 50 },
  { a: [0, 1, 1], by: 1000 },
  { a: [-1, 2, 1], by: 10 },
] as const
const large = [[1010, 1000, 990], [1000, 998, 997], [700, 800, 750], [400, 900, 500]] as const

const equal: Question = {
  key: 'equal',
  kind: 'number',
  pose(variant) {
    const [classes, score] = numbersOf(ties, variant)
    const graph = softmaxOf(Array.from({ length: classes }, () => score))
    const answer = cellOf(valueOf(graph, 'y'))
    return {
      graph, position: 'start', hide: ['value:y'], answer,
      numbers: { classes: printed(classes), score: printed(score), answer: printed(answer) },
      mistakes: [{ answer: score, hint: 'softmaxSkipped' }],
    }
  },
}

const shift: Question = {
  key: 'shift',
  kind: 'number',
  pose(variant) {
    const { a, by } = numbersOf(shifts, variant)
    const before = cellOf(valueOf(softmaxOf(a), 'y'), 2)
    const shifted = a.map(score => score + by)
    const graph = softmaxOf(shifted)
    const answer = cellOf(valueOf(graph, 'y'), 2)
    return {
      graph, position: 'start', hide: ['value:y'], answer,
      numbers: { a: printedRow(a), by: printed(by), before: printed(before), shifted: printedRow(shifted), answer: printed(answer) },
      mistakes: [{ answer: shifted[2]!, hint: 'softmaxSkipped' }],
    }
  },
}

const maximum: Question = {
  key: 'maximum',
  kind: 'number',
  pose(variant) {
    const a = numbersOf(large, variant)
    const graph = openedOf(a)
    const answer = cellOf(valueOf(graph, 'y/shift'), 2)
    return {
      graph, position: 'start', answer,
      hide: ['y/max', 'y/shift', 'y/exp', 'y/sum', 'y'].map(id => `value:${id}`),
      numbers: { a: printedRow(a), third: printed(a[2]), max: printed(Math.max(...a)), answer: printed(answer) },
      mistakes: [],
    }
  },
}

/** Images read at once, and hidden neurons */
const walks = [[5, 100], [2, 30], [10, 64], [100, 50], [3, 200]] as const

/** The shape on the second arrow of the walk, after the first Affine */
const walkShape: Question = {
  key: 'walk',
  kind: 'shape',
  pose(variant) {
    const [images, hidden] = numbersOf(walks, variant)
    const answer = [images, hidden]
    return { hide: [], answer, numbers: { images: printed(images), hidden: printed(hidden), W: shapeText([784, hidden]), answer: shapeText(answer) }, mistakes: [{ answer: [hidden, images], hint: 'rowsFirst' }] }
  },
}

export const lesson: Lesson = {
  number: 15,
  id: 'output-layer',
  part: 'layers',
  section: '3.5',
  figures: [
    { key: 'identity', kind: 'graph', graph: identity, position: 'forward' },
    { key: 'softmax', kind: 'graph', graph: softmax, position: 'forward' },
    { key: 'large', kind: 'graph', graph: openedOf(large[0]), position: 'start' },
    { key: 'walk', kind: 'walk' },
  ],
  numbers: {
    a: printedRow(valueOf(identity, 'y').data),
    y: printedRow(valueOf(softmax, 'y').data),
    large: printedRow(large[0]),
  },
  cards: [
    { kind: 'say', key: 'task', figure: ['identity', 'softmax'] },
    { kind: 'predict', question: 'equal' },
    { kind: 'predict', question: 'shift' },
    { kind: 'say', key: 'image', figure: 'walk' },
    { kind: 'predict', question: 'walk' },
    { kind: 'try', key: 'try', figure: ['walk', 'softmax', 'large'], network: { room: 'draw' } },
  ],
  questions: [equal, shift, maximum, walkShape],
  code: taggedCode(`import numpy as np


def identity(a):
    return a


def softmax(a):
    a = a - a.max(axis=-1, keepdims=True)      # the largest score becomes 0   #@ forward:softmax() forward:rowMax() forward:sub()
    exp_a = np.exp(a)   #@ forward:softmax() forward:exp()
    return exp_a / exp_a.sum(axis=-1, keepdims=True)   #@ forward:softmax() forward:rowSum() forward:div()


print(softmax(np.array(${JSON.stringify(shifts[0].a)})))
print(softmax(np.array(${JSON.stringify(large[0])})))    # no overflow
`),
  texts: textsOf('15-output-layer'),
}
