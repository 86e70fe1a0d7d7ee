import { inputsOf, numericSlope, traceOf, type GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, grouped, numbersOf, printed } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Picture } from '../types'

const slopeOf = (document: GraphDocument, name: string, h: number): number => {
  const { graph } = traceOf(document)
  return numericSlope(graph, inputsOf(graph, document), { name, h })
}

const smooth: GraphDocument = { expression: 'y = sigmoid(w * x + b); L = square(y - t) / 2', inputs: { w: 0.5, x: 2, b: -0.3, t: 1 } }
const straight: GraphDocument = { expression: '(apple * count + orange * orangeCount) * tax', inputs: { apple: 100, count: 2, orange: 150, orangeCount: 3, tax: 1.1 } }
const corner = (x: number): GraphDocument => ({ expression: 'y = relu(x)', inputs: { x } })
const power = (x: number, exponent: number): GraphDocument => ({ expression: `y = x ^ ${exponent}`, inputs: { x } })

const powers = [
  { x: 2, exponent: 3, h: 0.1 },
  { x: 1, exponent: 3, h: 0.2 },
  { x: 3, exponent: 3, h: 0.2 },
  { x: 1, exponent: 4, h: 0.1 },
]
const corners = [
  { x: 0, h: 0.0001 },
  { x: 0.01, h: 0.02 },
  { x: -0.01, h: 0.02 },
  { x: 0.002, h: 0.01 },
]
/** Graphs with an error that has a lowest point over h, and graphs without truncation, in which it only falls */
const checks = [
  { expression: 'apple * count * tax', dtype: 'float64', answer: 1 },
  { expression: 'sigmoid(w * x + b)', dtype: 'float64', answer: 0 },
  { expression: 'sigmoid(w * x + b)', dtype: 'float32', answer: 0 },
  { expression: '(apple * count + orange * oranges) * tax', dtype: 'float32', answer: 1 },
] as const
/** The error over h, both as powers of ten: rounding falls with h, truncation grows with h². */
function errors(lowest: number, floor: number): readonly Picture[] {
  const range = [-11, 0, -16, 0] as const
  const at = (h: number, slope: number): readonly [number, number] => [h, floor + slope * (h - lowest)]
  return [
    { key: 'valley', range, pieces: [[at(-10.5, -1), [lowest, floor], at(-0.5, 2)]] },
    { key: 'falling', range, pieces: [[at(-10.5, -1), at(-0.5, -1)]] },
    { key: 'rising', range, pieces: [[at(-10.5, 0.7), at(-0.5, 0.7)]] },
  ]
}

/** Neurons of the input, the hidden layer and the output */
const networks = [[784, 50, 10], [784, 100, 10], [784, 30, 10], [784, 20, 10]] as const

const parametersOf = ([inputs, hidden, outputs]: readonly [number, number, number]): number =>
  inputs * hidden + hidden + hidden * outputs + outputs
const passesOf = (parameters: number): number => 2 * parameters

export const lesson: Lesson = {
  number: 25,
  id: 'gradient-check',
  part: 'learning',
  section: '5.7.3',
  figures: [
    { key: 'smooth', kind: 'graph', graph: smooth, position: 'end' },
    { key: 'straight', kind: 'graph', graph: straight, position: 'end' },
    { key: 'corner', kind: 'graph', graph: corner(0), position: 'end' },
    { key: 'secants', kind: 'slope', slope: { kind: 'limit', graph: power(2, 3), input: 'x', formula: 'y = x^3', range: [-1, 4], h: 1 } },
    { key: 'network', kind: 'gradientCheck' },
  ],
  numbers: { // the book's own check, and the limit for ours
    bookLeast: '2.2e−13', // as printed: b1 9.7e-13, W2 8.4e-13, b2 1.2e-10, W1 2.2e-13
    bookMost: '1.2e−10',
    bookKink: '2.4e−5', // b1 and b2, from running the book's code today
    bookLog: '1.4e−7',
    limit: '1e−7',
  },
  cards: [
    { kind: 'say', key: 'check', figure: 'smooth' },
    { kind: 'predict', question: 'kink' },
    { kind: 'say', key: 'distance', figure: ['secants', 'straight'] },
    { kind: 'predict', question: 'valley' },
    { kind: 'say', key: 'book', figure: 'network' },
    { kind: 'try', key: 'try', figure: ['network', 'smooth', 'corner'] },
  ],
  questions: [
    {
      key: 'slope',
      kind: 'number',
      pose(variant) {
        const { x, exponent, h } = numbersOf(powers, variant)
        const graph = power(x, exponent)
        const answer = slopeOf(graph, 'x', h)
        const gradient = cellOf(gradientOf(graph, 'x'))
        const [above, below] = [(x + h) ** exponent, (x - h) ** exponent]
        return {
          graph,
          position: 'forward',
          hide: ['gradient:x'],
          numbers: {
            x: printed(x), p: String(exponent), h: printed(h), above: printed(above), below: printed(below),
            rise: printed(above - below), width: printed(2 * h),
            slope: printed(answer), gradient: printed(gradient), error: printed(answer - gradient),
          },
          answer,
          tolerance: 0.002, // less than the difference between slope and gradient, which the default would accept
          mistakes: [
            { answer: gradient, hint: 'exact' },
            { answer: 2 * h / (above - below), hint: 'reciprocal' },
          ],
        }
      },
    },
    {
      key: 'kink',
      kind: 'number',
      pose(variant) {
        const { x, h } = numbersOf(corners, variant)
        const graph = corner(x)
        const answer = slopeOf(graph, 'x', h)
        return {
          graph,
          position: 'forward',
          hide: ['gradient:x'],
          numbers: {
            x: printed(x), h: printed(h), right: printed(x + h), left: printed(x - h), above: printed(Math.max(0, x + h)),
            slope: printed(answer), gradient: printed(cellOf(gradientOf(graph, 'x'))),
          },
          answer,
          mistakes: [{ answer: 1, hint: 'kink' }],
        }
      },
    },
    {
      key: 'passes',
      kind: 'number',
      pose(variant) {
        const network = numbersOf(networks, variant)
        const [inputs, hidden, outputs] = network
        const parameters = parametersOf(network)
        return {
          graph: smooth,
          position: 'end',
          hide: [],
          numbers: {
            network: network.join('-'), inputs: String(inputs), hidden: String(hidden), outputs: String(outputs),
            parameters: grouped(parameters), passes: grouped(passesOf(parameters)),
          },
          answer: passesOf(parameters),
          tolerance: 0.5,
          mistakes: [],
        }
      },
    },
    {
      key: 'valley',
      kind: 'picture',
      pose(variant) {
        const { expression, dtype, answer } = numbersOf(checks, variant)
        return { hide: [], numbers: { expression, dtype }, pictures: dtype === 'float64' ? errors(-5, -11) : errors(-3, -8), answer, mistakes: [] }
      },
    },
  ],
  teaches: ['slopeErrors'],
  code: taggedCode(`def numerical_gradient(f, x, h=1e-4):
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        keep = x[i]
        x[i] = keep + h; above = f()
        x[i] = keep - h; below = f()
        x[i] = keep
        grad[i] = (above - below) / (2 * h)
    return grad

for key in ('W1', 'b1', 'W2', 'b2'):
    numeric = numerical_gradient(lambda: net.loss(x, t), net.params[key])
    print(key, np.mean(np.abs(numeric - net.gradient(x, t)[key])))
`),
  texts: textsOf('25-gradient-check'),
}
