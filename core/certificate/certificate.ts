import { AddLayer } from '../graph/add-layer'
import { MulLayer } from '../graph/mul-layer'
import { numericSlope } from '../graph/slope'
import type { Nested } from '../graph/types'
import { filled, fromNested, matrixOf, toNested } from '../graph/values'
import { defaultH, type ParamCheck } from '../train/gradient-check'
import { type CertificateEntry, entry, type Printing } from './entry'
import { gradientAt, run, threeLayers, threeLayersExpression, threeLayersLoss, threeLayersTarget, valueAt } from './graphs'

export type { CertificateEntry } from './entry'

/** The measurements that take long and need MNIST; when left out, their entries are marked as not recomputed */
export interface Measured {
  /** Lesson 24: test accuracy after 10,000 iterations of 784-50-10 with seeds 1 to 5; fewer while measuring */
  readonly accuracies?: readonly number[]
  /** Lesson 25: 784-50-10, three images, float64, h = 1e-4 */
  readonly checks?: readonly ParamCheck[]
}

/**
 * Recomputes every number that the course prints.
 * @source the table of the lessons; the slides
 */
export function certificate(measured: Measured = {}): readonly CertificateEntry[] {
  return [
    ...question(), ...apples(), ...chainRule(), ...nodes(), ...shopping(), ...layers(), ...activations(), ...network(), ...affine(),
    ...exam(), ...softmax(), ...identity(), ...noAccident(), ...stepByStep(), ...learning(measured), ...gradientCheck(measured),
  ]
}

/** One entry per element of a row or matrix: name[0][1]. */
function each(lesson: number, name: string, printed: readonly string[] | readonly (readonly string[])[], values: readonly number[], printing: Printing = 'rounded'): CertificateEntry[] {
  const rows = Array.isArray(printed[0]) ? printed as readonly (readonly string[])[] : null
  const flat = rows ? rows.flat() : printed as readonly string[]
  const width = rows?.[0]?.length ?? 0
  const index = (i: number): string => rows ? `[${Math.floor(i / width)}][${i % width}]` : `[${i}]`
  return flat.map((text, i) => entry(lesson, `${name}${index(i)}`, text, values[i] ?? null, printing))
}

function question(): CertificateEntry[] {
  const inputs = { ...threeLayers, T: threeLayersTarget }
  const { graph, backward } = run(`${threeLayersExpression}; L = softmaxWithLoss(y, T)`, inputs)
  const values = new Map(Object.entries(inputs).map(([name, nested]) => [name, fromNested(nested)]))
  const slope = numericSlope(graph, values, { name: 'W1', cell: 0, h: defaultH })
  return [
    entry(1, 'y, −ln y = 0.6774', '.508', valueAt(run('exp(-loss)', { loss: 0.6774 }))[0]!),
    entry(1, '|Δ ∂L/∂w|', '≤1e-8', Math.abs(slope - backward.gradients.get('W1')!.data[0]!)),
  ]
}

function apples(): CertificateEntry[] {
  const trace = run('apple * count * tax', { apple: 100, count: 2, tax: 1.1 })
  const gradient = (name: string, printed: string) => entry(3, `∂${name}`, printed, gradientAt(trace, name)[0]!, 'exact')
  return [entry(2, 'total', '220', valueAt(trace)[0]!, 'exact'), gradient('apple', '2.2'), gradient('count', '110'), gradient('tax', '200')]
}

function chainRule(): CertificateEntry[] {
  const trace = run('t = x + y; z = t ^ 2', { x: 1, y: 2 })
  return [entry(6, '∂z/∂x − 2(x + y)', '0', gradientAt(trace, 'x')[0]! - 2 * (1 + 2), 'exact')]
}

function nodes(): CertificateEntry[] {
  const [add, mul, copy] = [run('x + y', { x: 10, y: 5 }, { upstream: 1.3 }), run('x * y', { x: 10, y: 5 }, { upstream: 1.3 }), run('x * x', { x: 3 })]
  return [
    entry(7, '∂x', '1.3', gradientAt(add, 'x')[0]!, 'exact'), entry(7, '∂y', '1.3', gradientAt(add, 'y')[0]!, 'exact'),
    entry(8, '∂x', '6.5', gradientAt(mul, 'x')[0]!, 'exact'), entry(8, '∂y', '13', gradientAt(mul, 'y')[0]!, 'exact'),
    entry(9, '∂x', '6', gradientAt(copy, 'x')[0]!, 'exact'),
  ]
}

const prices = [['apple', '2.2'], ['count', '110'], ['orange', '3.3'], ['orangeCount', '165'], ['tax', '650']] as const

function shopping(): CertificateEntry[] {
  const trace = run('(apple * count + orange * orangeCount) * tax', { apple: 100, count: 2, orange: 150, orangeCount: 3, tax: 1.1 })
  return [
    entry(10, 'total', '715', valueAt(trace)[0]!, 'exact'),
    ...prices.map(([name, printed]) => entry(10, `∂${name}`, printed, gradientAt(trace, name)[0]!, 'exact')),
  ]
}

/** The same computation with layer objects, as in the book. */
function layers(): CertificateEntry[] {
  const [apples, oranges, withTax, fruit] = [new MulLayer(), new MulLayer(), new MulLayer(), new AddLayer()]
  const total = withTax.forward(fruit.forward(apples.forward(100, 2), oranges.forward(150, 3)), 1.1)
  const { dx: dfruit, dy: dtax } = withTax.backward(1)
  const { dx: dapples, dy: doranges } = fruit.backward(dfruit)
  const [a, o] = [apples.backward(dapples), oranges.backward(doranges)]
  const found = [a.dx, a.dy, o.dx, o.dy, dtax]
  return [entry(11, 'total', '715', total, 'exact'), ...prices.map(([name, printed], i) => entry(11, `∂${name}`, printed, found[i]!, 'exact'))]
}

function activations(): CertificateEntry[] {
  const relu = run('relu(x)', { x: [-2, 0, 3] })
  const [closed, opened] = [run('y = sigmoid(x)', { x: 0.7 }), run('y = sigmoid(x)', { x: 0.7 }, { opened: ['y'] })]
  const y = valueAt(closed)[0]!
  return [
    ...each(12, 'y', ['0', '0'], valueAt(relu), 'exact'), ...each(12, '∂x', ['0', '0'], gradientAt(relu, 'x'), 'exact'),
    entry(13, '|y² exp(−x) − y(1 − y)|', '≤1e-15', Math.abs(y * y * Math.exp(-0.7) - y * (1 - y))),
    entry(13, '|Δ ∂x|', '≤1e-15', Math.abs(gradientAt(closed, 'x')[0]! - gradientAt(opened, 'x')[0]!)),
  ]
}

function network(): CertificateEntry[] {
  const big = [1010, 1000, 990]
  return [
    ...each(14, 'y', ['0.31682708', '0.69627909'], valueAt(run(threeLayersExpression, threeLayers))),
    ...each(15, 'softmax', ['.0182', '.2452', '.7366'], valueAt(run('softmax(a)', { a: [0.3, 2.9, 4] }))),
    entry(15, `Σ softmax(${big.join(', ')})`, '1', valueAt(run('softmax(a)', { a: big })).reduce((sum, y) => sum + y, 0), 'exact'),
  ]
}

const ones = (...shape: readonly number[]): Nested => toNested(filled(shape, 1))

function affine(): CertificateEntry[] {
  const [X, W, dY] = [[[1, 2]], [[1, 2, 3], [4, 5, 6]], [[1, 10, 100]]]
  const one = run('affine(X, W, B)', { X, W, B: ones(3) }, { upstream: dY })
  const batch = run('affine(X, W, B)', { X: [...X, ...X], W, B: ones(3) }, { upstream: [[1, 2, 3], [4, 5, 6]] })
  const fourD = run('affine(X, W, B)', { X: ones(3, 2, 2, 1), W: ones(4, 2), B: ones(2) })
  const dX = dY[0]!.reduce((sum, d, j) => sum.map((s, i) => s + d * W[i]![j]!), [0, 0]) // ∂Y · Wᵀ
  const dW = X[0]!.flatMap(x => dY[0]!.map(d => x * d)) // Xᵀ · ∂Y
  return [
    ...each(16, '∂X − ∂Y·Wᵀ', ['0', '0'], gradientAt(one, 'X').map((d, i) => d - dX[i]!), 'exact'),
    ...each(16, '∂W − Xᵀ·∂Y', [['0', '0', '0'], ['0', '0', '0']], gradientAt(one, 'W').map((d, i) => d - dW[i]!), 'exact'),
    ...each(17, '∂B', ['5', '7', '9'], gradientAt(batch, 'B'), 'exact'),
    ...each(17, 'shape (3, −1) of 12', ['3', '4'], matrixOf(fourD.forward.values.get('X')!.shape), 'exact'),
    ...each(17, 'shape of ∂X', ['3', '2', '2', '1'], fourD.backward.gradients.get('X')!.shape, 'exact'),
  ]
}

function exam(): CertificateEntry[] {
  return [entry(18, 'loss', '0', valueAt(run('identityWithLoss(y, t)', { y: [2, 3, 3, 5], t: [2, 3, 3, 5] }))[0]!, 'exact')]
}

/** Scores whose softmax is y; exp(−800) is 0 in float64. */
const scores = (y: readonly (readonly number[])[]): number[][] => y.map(row => row.map(p => p === 0 ? -800 : Math.log(p)))
const withLoss = (y: readonly (readonly number[])[], t: readonly (readonly number[])[], opened: readonly string[] = []): readonly number[] =>
  gradientAt(run('L = softmaxWithLoss(A, T)', { A: scores(y), T: t.map(row => [...row]) }, { opened }), 'A')

function softmax(): CertificateEntry[] {
  const t = [[0, 1, 0]]
  const batch = [['.15', '-.4', '.25'], ['.05', '-.1', '.05']]
  return [
    ...each(19, 'y − t', ['.3', '-.8', '.5'], withLoss([[0.3, 0.2, 0.5]], t), 'exact'),
    ...each(19, 'opened', ['.3', '-.8', '.5'], withLoss([[0.3, 0.2, 0.5]], t, ['L']), 'exact'),
    ...each(19, 'y − t, y₁ = .99', ['.01', '-.01', '0'], withLoss([[0.01, 0.99, 0]], t), 'exact'),
    ...each(20, '(y − t)/N', batch, withLoss([[0.3, 0.2, 0.5], [0.1, 0.8, 0.1]], [...t, ...t]), 'exact'),
  ]
}

function identity(): CertificateEntry[] {
  const trace = run(threeLayersLoss, { ...threeLayers, T: threeLayersTarget })
  return [entry(21, 'loss', '.0963129', valueAt(trace)[0]!), ...each(21, 'y − t', ['.31682708', '-.30372091'], gradientAt(trace, 'y'))]
}

function noAccident(): CertificateEntry[] {
  const inputs = { A: [[0.31682708, 0.69627909]], T: [[1, 0]] }
  return [
    ...each(22, '∂A', ['-.5937', '.5937'], gradientAt(run('softmaxWithLoss(A, T)', inputs), 'A')),
    ...each(22, '∂A, ½Σ(y − t)²', ['-.2864', '.2864'], gradientAt(run('identityWithLoss(softmax(A), T)', inputs), 'A')),
  ]
}

function stepByStep(): CertificateEntry[] {
  const parameters = ['W1', 'b1', 'W2', 'b2', 'W3', 'b3']
  const T = threeLayersTarget
  const first = run(threeLayersLoss, { ...threeLayers, T }, { parameters, learningRate: 0.1 })
  const updated = Object.fromEntries([...first.updated].map(([name, value]) => [name, toNested(value)]))
  const second = run(threeLayersLoss, { X: threeLayers.X, ...updated, T })
  return [
    ...each(23, 'dW3', [['.19841', '-.19021'], ['.24428', '-.23417']], gradientAt(first, 'W3')),
    ...each(23, 'dW2', [['-.00799', '-.00589'], ['-.00930', '-.00686'], ['-.01044', '-.00770']], gradientAt(first, 'W2')),
    ...each(23, 'dW1', [['-.00134', '-.00175', '-.00194'], ['-.00067', '-.00088', '-.00097']], gradientAt(first, 'W1')),
    ...each(23, 'y′', ['.25402', '.75705'], valueAt(second, 'y')),
    entry(23, 'loss′', '.06178', valueAt(second)[0]!),
  ]
}

/** Seeds of the five runs whose mean accuracy lesson 24 prints. */
export const certificateSeeds: readonly number[] = [1, 2, 3, 4, 5]

function learning({ accuracies }: Measured): CertificateEntry[] {
  const mean = accuracies?.length === certificateSeeds.length ? accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length : null
  return [
    entry(24, 'accuracy', '≥0.969', mean),
    ...certificateSeeds.map((seed, i) => entry(24, `accuracy, seed ${seed}`, '≥0.966', accuracies?.[i] ?? null)),
  ]
}

function gradientCheck({ checks }: Measured): CertificateEntry[] {
  return ['W1', 'b1', 'W2', 'b2'].map((name) => {
    const path = name.replace(/(\w)(\d)/, 'affine$2.$1')
    return entry(25, name, '≤1e-7', checks?.find(check => check.path === path)?.mean ?? null)
  })
}
