import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { lesson as whatWeWantToKnow } from '../01-what-we-want-to-know/lesson'
import { cellOf, gradientOf, grouped, networkParameters, numbersOf, nudged, printed, printedFactor, printedRow, signOf, updatedOf, valueOf } from '../kit'
import type { Lesson } from '../types'

const rate = 0.1
const parameters = ['W1', 'b1', 'W2', 'b2']

/** The network of lesson 1's question */
const [question] = whatWeWantToKnow.figures.flatMap(figure => figure.kind === 'graph' ? [figure.graph] : []) as [GraphDocument]
const answered: GraphDocument = { ...question, parameters, learningRate: rate }

const network = (x: readonly number[], t: readonly number[]): GraphDocument =>
  ({ ...answered, inputs: { ...answered.inputs, x, t } })

/** Samples, and row and column of the W2 cell in question */
const samples = [
  { x: [1, 0.5], t: [1, 0], at: [0, 1] },
  { x: [0.2, 1.5], t: [0, 1], at: [1, 0] },
  { x: [2, -1], t: [0, 1], at: [0, 0] },
  { x: [-0.5, 1], t: [1, 0], at: [1, 1] },
] as const
/** For what the lesson's own figure, which has the first sample, shows */
const notShown = [samples[1], samples[0], samples[2], samples[3]] as const
const width = 2

/** Large enough to be visible, small enough for the linear approximation */
const by = 0.1

function posed(variant: number, from: typeof samples | typeof notShown) {
  const { x, t, at: [row, column] } = numbersOf(from, variant)
  const graph = network(x, t)
  return { graph, row, column, cell: row * width + column, numbers: { i: String(row + 1), j: String(column + 1) } }
}

/** The weight of W1 with the largest gradient: the one that is nudged and updated */
function steepest(variant: number, from: typeof samples | typeof notShown) {
  const { graph } = posed(variant, from)
  const { data } = gradientOf(graph, 'W1')
  const cell = data.reduce((best, d, i) => Math.abs(d) > Math.abs(data[best]!) ? i : best, 0)
  const gradient = data[cell]!
  return { graph, cell, gradient, numbers: { i: String(Math.floor(cell / width) + 1), j: String(cell % width + 1), gradient: printed(gradient) } }
}

/** Ways to update, other than the gradient alone */
const optimizers = ['Momentum', 'AdaGrad', 'RMSProp', 'Adam'] as const

const lossOf = (graph: GraphDocument): number => cellOf(valueOf(graph, 'loss'))

export const lesson: Lesson = {
  number: 26,
  id: 'what-we-know-now',
  part: 'learning',
  section: '5.8',
  figures: [
    { key: 'network', kind: 'graph', graph: answered, position: 'end' },
    { key: 'quiz', kind: 'quiz' },
  ],
  numbers: {
    all: grouped(networkParameters),
    loss: printed(lossOf(answered)),
    parameters: String(parameters.reduce((sum, name) => sum + valueOf(answered, name).data.length, 0)),
  },
  cards: [
    { kind: 'say', key: 'told', figure: 'network' },
    { kind: 'predict', question: 'nudge' },
    { kind: 'predict', question: 'weight' },
    { kind: 'say', key: 'five', figure: 'network' },
    { kind: 'predict', question: 'notUpdate' },
    { kind: 'try', key: 'try', figure: ['network', 'quiz'], network: { room: 'train' } },
  ],
  questions: [
    {
      key: 'nudge',
      kind: 'number',
      pose(variant) {
        const { graph, cell, gradient, numbers } = steepest(variant, samples)
        const answer = gradient * by
        const moved = nudged(graph, { name: 'W1', cell, by })
        return {
          graph,
          position: 'end',
          hide: [],
          numbers: { ...numbers, by: printed(by), factor: printedFactor(gradient), change: printed(answer, 5), loss: printed(lossOf(graph)), moved: printed(lossOf(moved)), real: printed(lossOf(moved) - lossOf(graph), 5) },
          answer,
          tolerance: 0.0005, // accepts the true change as well as its linear approximation
          mistakes: [
            { answer: lossOf(graph) + answer, hint: 'newValue' },
            { answer: gradient / by, hint: 'dividedByStep' },
          ],
        }
      },
    },
    {
      key: 'weight',
      kind: 'number',
      pose(variant) {
        const { graph, row, column, cell, numbers } = posed(variant, notShown)
        const gradient = cellOf(gradientOf(graph, 'W2'), cell)
        const hidden = valueOf(graph, 'h').data
        const t = valueOf(graph, 't').data
        const da = gradientOf(graph, 'a').data // y − t, undivided, since the batch is one sample
        const y = da.map((d, k) => d + t[k]!)
        const [upstream, other] = [da[column]!, hidden[row]!]
        return {
          graph,
          position: 'end',
          hide: ['gradient:W2', 'updated:W2'],
          numbers: {
            ...numbers, hidden: printedRow(hidden), y: printedRow(y), t: printedRow(t), other: printed(other), difference: printed(upstream), factor: printedFactor(upstream),
            gradient: printed(gradient),
          },
          answer: gradient,
          mistakes: [
            { answer: other * (cellOf(valueOf(graph, 'a'), column) - t[column]!), hint: 'softmaxSkipped' },
            { answer: cellOf(valueOf(graph, 'W2'), cell) * upstream, hint: 'ownInput' },
            { answer: upstream, hint: 'localForgotten' },
            { answer: other, hint: 'upstreamForgotten' },
          ],
        }
      },
    },
    {
      key: 'direction',
      kind: 'sign',
      pose(variant) {
        const { graph, cell, gradient, numbers } = steepest(variant, notShown)
        const [before, after] = [valueOf(graph, 'W1'), updatedOf(graph, 'W1')].map(W => cellOf(W, cell)) as [number, number]
        return {
          graph,
          position: 'end',
          hide: ['updated:W1'],
          numbers: { ...numbers, rate: printed(rate), before: printed(before), after: printed(after) },
          answer: signOf(after - before),
          signs: ['+', '-'],
          mistakes: [{ answer: signOf(gradient), hint: 'uphill' }],
        }
      },
    },
    {
      key: 'notUpdate',
      kind: 'why',
      pose: variant => ({ hide: [], numbers: { optimizer: numbersOf(optimizers, variant) }, answer: 'same', choices: ['same', 'smaller', 'downhill'], mistakes: [] }),
    },
  ],
  texts: textsOf('26-what-we-know-now'),
}
