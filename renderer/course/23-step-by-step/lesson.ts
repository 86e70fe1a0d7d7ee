import { toNested, type GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, printedFactor, printedRow, threeLayers, updatedOf, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson } from '../types'

const rate = 0.1
const parameters = ['W1', 'b1', 'W2', 'b2', 'W3', 'b3']
const expression = [
  'A1 = affine(X, W1, b1)', 'Z1 = sigmoid(A1)',
  'A2 = affine(Z1, W2, b2)', 'Z2 = sigmoid(A2)',
  'Y = affine(Z2, W3, b3)',
  'L = identityWithLoss(Y, T)',
].join('; ')

const network = (X: readonly number[], T: readonly number[]): GraphDocument =>
  ({ expression, inputs: { ...threeLayers, X: [X], T: [T] }, parameters, learningRate: rate })

/** The same network and sample after one update of the parameters */
const after = (document: GraphDocument): GraphDocument =>
  ({ ...document, inputs: { ...document.inputs, ...Object.fromEntries(parameters.map(name => [name, toNested(updatedOf(document, name))])) } })

const before = network([1, 0.5], [0, 1])
const updated = after(before)

/** Samples, and row and column of the W3 cell in question: off the diagonal, so that a transposed gradient shows */
const samples = [
  { X: [1, 0.5], T: [0, 1], at: [0, 1] },
  { X: [0.5, -1], T: [1, 0], at: [1, 0] },
  { X: [-1, 2], T: [1, 0], at: [0, 1] },
  { X: [2, 1], T: [0, 1], at: [1, 0] },
] as const

/** Sigmoids in a row: on the way back each multiplies by ¼ at most */
const sigmoids = (depth: number, upstream = 1): GraphDocument =>
  ({ expression: `${'sigmoid('.repeat(depth)}x${')'.repeat(depth)}`, inputs: { x: 0 }, upstream })

const depths = [{ depth: 3, arriving: 8 }, { depth: 2, arriving: 4 }, { depth: 4, arriving: 128 }, { depth: 2, arriving: 40 }] as const

/** Two hidden units whose weights start equal */
const twins = ({ w, x }: { readonly w: number, readonly x: number }): GraphDocument => ({
  expression: 'h1 = sigmoid(w1 * x); h2 = sigmoid(w2 * x); y = h1 + h2; L = square(y - t) / 2',
  inputs: { w1: w, x, w2: w, t: 1 },
  parameters: ['w1', 'w2'],
  learningRate: 0.5,
})
const born = [{ w: 0.5, x: 2 }, { w: 1, x: -1 }, { w: -0.5, x: 1 }, { w: 0.3, x: 2 }] as const

/** Learning rates at which W3 is updated too early */
const hasty = [0.5, 1, 0.2, 2] as const
/** The gradient of W2 that comes out when W3 has been updated before the backward pass goes on to it */
const gradientBehind = (learningRate: number): number => cellOf(gradientOf({
  ...before,
  expression: expression.replace(/; L = .*/, ''),
  inputs: { ...before.inputs, W3: toNested(updatedOf({ ...before, learningRate }, 'W3')) },
  upstream: toNested(gradientOf(before, 'Y')),
}, 'W2'))

/** Neurons of the input and of the three layers */
const sizes = [[2, 3, 2, 2], [2, 4, 3, 2], [3, 2, 4, 2], [2, 3, 5, 1]] as const

/** A network of other sizes; its weights repeat 0.1, 0.2, … */
function sized([inputs, first, second, outputs]: readonly [number, number, number, number]): GraphDocument {
  const tenths = (size: number): number[] => Array.from({ length: size }, (_, i) => (i % 9 + 1) / 10)
  const matrix = (rows: number, columns: number): number[][] => Array.from({ length: rows }, () => tenths(columns))
  return {
    expression,
    inputs: {
      X: matrix(1, inputs), W1: matrix(inputs, first), b1: tenths(first), W2: matrix(first, second), b2: tenths(second),
      W3: matrix(second, outputs), b3: tenths(outputs), T: matrix(1, outputs).map(row => row.map((_, k) => k === outputs - 1 ? 1 : 0)),
    },
    parameters,
    learningRate: rate,
  }
}

function posed(variant: number) {
  const { X, T, at: [row, column] } = numbersOf(samples, variant)
  const graph = variant === 0 ? before : network(X, T)
  const cell = row * 2 + column
  const W = cellOf(valueOf(graph, 'W3'), cell)
  const gradient = cellOf(gradientOf(graph, 'W3'), cell)
  return { graph, row, column, cell, W, gradient, numbers: { i: String(row + 1), j: String(column + 1), W: printed(W), gradient: printed(gradient) } }
}

export const lesson: Lesson = {
  number: 23,
  id: 'step-by-step',
  part: 'learning',
  section: null,
  figures: [
    { key: 'before', kind: 'graph', graph: before, position: 'start' },
    { key: 'after', kind: 'graph', graph: updated, position: 'forward' },
    { key: 'deep', kind: 'graph', graph: sigmoids(10), position: 'end' },
    { key: 'twins', kind: 'graph', graph: twins(born[0]), position: 'end' },
    { key: 'mnist', kind: 'network' },
  ],
  numbers: {
    rate: printed(rate),
    loss: printed(cellOf(valueOf(before, 'L')), 5),
    lossAfter: printed(cellOf(valueOf(updated, 'L')), 5),
    third: printed(Math.max(...gradientOf(before, 'W3').data.map(Math.abs)), 3),
    second: printed(Math.max(...gradientOf(before, 'W2').data.map(Math.abs)), 3),
    first: printed(Math.max(...gradientOf(before, 'W1').data.map(Math.abs)), 3),
  },
  cards: [
    { kind: 'say', key: 'whole', figure: 'before' },
    { kind: 'predict', question: 'onePass' },
    { kind: 'say', key: 'front', figure: ['deep', 'before'], position: 'end' },
    { kind: 'predict', question: 'vanish' },
    { kind: 'predict', question: 'twins' },
    { kind: 'try', key: 'try', figure: ['twins', 'after', 'mnist'] },
  ],
  questions: [
    {
      key: 'shape',
      kind: 'shape',
      pose(variant) {
        const size = numbersOf(sizes, variant)
        const graph = variant === 0 ? before : sized(size)
        const { shape } = gradientOf(graph, 'W2')
        return {
          graph,
          position: 'forward',
          hide: ['gradient:W2'],
          numbers: { first: String(size[1]), second: String(size[2]) },
          answer: shape,
          mistakes: [{ answer: [...shape].reverse(), hint: 'transpose' }],
        }
      },
    },
    {
      key: 'weight',
      kind: 'number',
      pose(variant) {
        const { graph, row, column, W, gradient, numbers } = posed(variant)
        const z = cellOf(valueOf(graph, 'Z2'), row)
        const dy = cellOf(gradientOf(graph, 'Y'), column)
        return {
          graph,
          position: 'forward',
          hide: ['gradient:W3'],
          numbers: { ...numbers, Z: printedRow(valueOf(graph, 'Z2').data), dY: printedRow(gradientOf(graph, 'Y').data), z: printed(z), dy: printedFactor(dy) },
          answer: gradient,
          mistakes: [
            { answer: W * dy, hint: 'ownInput' },
            { answer: cellOf(gradientOf(graph, 'W3'), column * 2 + row), hint: 'rowColumn' },
            { answer: dy, hint: 'localForgotten' },
            { answer: z, hint: 'upstreamForgotten' },
          ],
        }
      },
    },
    {
      key: 'update',
      kind: 'number',
      pose(variant) {
        const { graph, cell, W, gradient, numbers } = posed(variant)
        const answer = cellOf(updatedOf(graph, 'W3'), cell)
        return {
          graph,
          position: 'end',
          hide: ['updated:W3'],
          numbers: { ...numbers, rate: printed(rate), factor: printedFactor(gradient), updated: printed(answer) },
          answer,
          mistakes: [
            { answer: W + rate * gradient, hint: 'uphill' },
          ],
        }
      },
    },
    {
      key: 'onePass',
      kind: 'why',
      pose(variant) {
        const learningRate = numbersOf(hasty, variant)
        return {
          graph: before,
          position: 'forward',
          hide: ['gradient:W2', 'gradient:W1'],
          numbers: { rate: printed(learningRate), right: printed(cellOf(gradientOf(before, 'W2')), 5), wrong: printed(gradientBehind(learningRate), 5) },
          answer: 'old',
          choices: ['old', 'own', 'newer'],
          mistakes: [],
        }
      },
    },
    {
      key: 'vanish',
      kind: 'number',
      pose(variant) {
        const { depth, arriving } = numbersOf(depths, variant)
        const graph = sigmoids(depth, arriving)
        const answer = arriving * 0.25 ** depth
        return {
          graph,
          position: 'forward',
          hide: ['gradient:x'],
          numbers: {
            depth: String(depth), arriving: printed(arriving), answer: printed(answer), product: `${printed(arriving)} ${'× ¼ '.repeat(depth).trim()}`,
            here: printed(cellOf(gradientOf(graph, 'x')), 3),
          },
          answer,
          mistakes: [],
        }
      },
    },
    {
      key: 'twins',
      kind: 'why',
      pose(variant) {
        const start = numbersOf(born, variant)
        const graph = twins(start)
        return {
          graph,
          position: 'forward',
          hide: ['w1', 'w2'].flatMap(name => [`gradient:${name}`, `updated:${name}`]),
          numbers: { w: printed(start.w), gradient: printed(cellOf(gradientOf(graph, 'w1'))), updated: printed(cellOf(updatedOf(graph, 'w1'))) },
          answer: 'never',
          choices: ['never', 'samples', 'stuck'],
          mistakes: [],
        }
      },
    },
  ],
  code: taggedCode(`a1 = np.dot(x, W1) + b1          # forward   #@ forward:A1
z1 = sigmoid(a1)   #@ forward:Z1
a2 = np.dot(z1, W2) + b2   #@ forward:A2
z2 = sigmoid(a2)   #@ forward:Z2
y = np.dot(z2, W3) + b3   #@ forward:Y
loss = 0.5 * np.sum((y - t) ** 2) / len(x)   #@ forward:L

dy = (y - t) / len(x)            # backward   #@ start:L backward:L
dW3, db3 = np.dot(z2.T, dy), dy.sum(axis=0)   #@ backward:Y
da2 = np.dot(dy, W3.T) * z2 * (1 - z2)   #@ backward:Y backward:Z2
dW2, db2 = np.dot(z1.T, da2), da2.sum(axis=0)   #@ backward:A2
da1 = np.dot(da2, W2.T) * z1 * (1 - z1)   #@ backward:A2 backward:Z1
dW1, db1 = np.dot(x.T, da1), da1.sum(axis=0)   #@ backward:A1

for p, dp in zip((W1, b1, W2, b2, W3, b3), (dW1, db1, dW2, db2, dW3, db3)):   #@ update:*
    p -= 0.1 * dp                # update   #@ update:*
`),
  texts: textsOf('23-step-by-step'),
}
