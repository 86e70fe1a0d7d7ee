import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, grouped, networkParameters, numbersOf, nudged, printed, printedFactor, signOf, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Posed } from '../types'

const curve = (x = 3): GraphDocument => ({ expression: 'y = square(x)', inputs: { x } })
const surface = (x = -1.5, y = 2): GraphDocument => ({ expression: 'f = square(x) * y', inputs: { x, y } })
/** X (n, d) · W (d, m), filled with 1, 2, …, 5, 1, 2, … */
const product = (n = 2, d = 3, m = 4): GraphDocument => ({ expression: 'Y = dot(X, W)', inputs: { X: counting(n, d), W: counting(d, m) } })
const counting = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => (i * columns + j) % 5 + 1))

/** Easy to divide by mentally; for a square the central difference is exact at any h. */
const h = 0.1

function slope(variant: number): Posed {
  const graph = curve(numbersOf([3, 5, 4, 1.5, 6], variant))
  const x = Number(graph.inputs.x)
  const y = cellOf(valueOf(graph, 'y'))
  const [yAbove, yBelow] = [h, -h].map(by => cellOf(valueOf(nudged(graph, { name: 'x', by }), 'y'))) as [number, number]
  const answer = cellOf(gradientOf(graph, 'x'))
  return {
    graph,
    position: 'forward',
    hide: ['gradient:x'],
    numbers: {
      x: printed(x), y: printed(y), above: printed(x + h), below: printed(x - h), yAbove: printed(yAbove), yBelow: printed(yBelow),
      rise: printed(yAbove - yBelow), run: printed(2 * h), answer: printed(answer),
    },
    answer,
    mistakes: [{ answer: y, hint: 'output' }, { answer: 1 / answer, hint: 'reciprocal' }],
  }
}

function partial(variant: number): Posed {
  const [x, y] = numbersOf([[-2, 3], [1, 3], [2, -1], [3, 0], [-2, -3]] as const, variant) // never x = 0: there the slope is 0, but x² rises
  const graph = surface(x, y)
  const [f, gradient] = [cellOf(valueOf(graph, 'f')), cellOf(gradientOf(graph, 'x'))]
  return {
    graph,
    position: 'forward',
    hide: ['gradient:x'],
    numbers: { x: printed(x), y: printed(y), xFactor: printedFactor(x), yFactor: printedFactor(y), f: printed(f), gradient: printed(gradient) },
    answer: signOf(gradient),
    mistakes: signOf(f) === signOf(gradient) ? [] : [{ answer: signOf(f), hint: 'outputSign' }],
  }
}

function shape(variant: number): Posed {
  const [n, d, m] = numbersOf([[2, 3, 4], [3, 2, 5], [1, 4, 3], [4, 3, 2]] as const, variant)
  const graph = product(n, d, m)
  const answer = valueOf(graph, 'Y').shape
  return {
    graph,
    position: 'start',
    hide: ['value:Y'],
    numbers: { n: printed(n), d: printed(d), m: printed(m) },
    answer,
    mistakes: [{ answer: answer.toReversed(), hint: 'rowsFirst' }],
  }
}

export const lesson: Lesson = {
  number: 0,
  id: 'derivative',
  part: 'graph',
  section: '4.3',
  figures: [
    { key: 'slope', kind: 'slope', slope: { kind: 'feet', graph: curve(1), input: 'x', formula: 'y = f(x) = x^2', range: [-4, 4], h: 0.5 } },
    { key: 'curve', kind: 'graph', graph: curve(), position: 'forward' },
    { key: 'surface', kind: 'graph', graph: surface(), position: 'forward' },
    { key: 'product', kind: 'graph', graph: product(), position: 'start' },
  ],
  numbers: { parameters: grouped(networkParameters) },
  cards: [
    { kind: 'say', key: 'times', figure: 'slope' },
    { kind: 'predict', question: 'slope' },
    { kind: 'say', key: 'inputs', figure: 'surface' },
    { kind: 'predict', question: 'partial' },
    { kind: 'predict', question: 'shape' },
    { kind: 'try', key: 'try', figure: ['curve', 'surface', 'product'], network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [
    { key: 'slope', kind: 'number', pose: slope },
    { key: 'partial', kind: 'sign', pose: partial },
    { key: 'shape', kind: 'shape', pose: shape },
  ],
  code: taggedCode(`def numerical_slope(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)

print(numerical_slope(np.square, 3.0))

X = np.ones((2, 3))
W = np.ones((3, 4))
Y = np.dot(X, W)   #@ forward:Y
print(Y.shape)`),
  texts: textsOf('00-derivative'),
}
