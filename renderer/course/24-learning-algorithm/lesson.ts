import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, grouped, networkParameters, numbersOf, printed, printedFactor, signOf, updatedOf, valueOf } from '../kit'
import { descentOf, type SlopeSpec } from '../slopes'
import { taggedCode } from '../tagged-code'
import type { Lesson } from '../types'

const rate = 0.1
const images = 60_000
const batch = 100
const iterations = 10_000

interface Fit { readonly w: number, readonly x: number, readonly t: number }

/** One weight, one sample: the smallest learning problem */
const oneWeight = ({ w, x, t }: Fit): GraphDocument =>
  ({ expression: 'y = w * x; L = square(y - t) / 2', inputs: { w, x, t }, parameters: ['w'], learningRate: rate })

/** The loss of `Fit` over its weight: a parabola around the minimum t ÷ x */
const descent = (fit: Fit, rates: readonly number[], half = 3): SlopeSpec =>
  ({ kind: 'descent', graph: oneWeight(fit), input: 'w', formula: 'L = \\tfrac{1}{2}(wx - t)^2', range: [fit.t / fit.x - half, fit.t / fit.x + half], h: 0, rates })
/** With x = 2: slow, at once, from side to side, away */
const rates = [0.1, 0.25, 0.4, 0.6] as const

const first: Fit = { w: 1.5, x: 2, t: -1 }
const downhill = oneWeight(first)

const fits: readonly Fit[] = [first, { w: 0.5, x: 3, t: -0.5 }, { w: -1, x: 2, t: 2 }, { w: 2, x: -1.5, t: 1 }]
const slopes: readonly Fit[] = [{ w: -1, x: 2, t: 1 }, { w: 3, x: 2, t: 1 }, { w: 0.5, x: -2, t: 3 }, { w: 2, x: 0.5, t: 4 }]
/** One update, this side of the minimum or beyond it, and never into it: a learner who places the point in the valley has not computed it */
const landings: readonly (Fit & { readonly rate: number })[] = [
  { ...first, rate: 0.1 },
  { w: -2, x: 2, t: 1, rate: 0.1 },
  { w: 2.5, x: 2, t: 1, rate: 0.4 },
  { w: -1, x: 1, t: 1, rate: 0.5 },
  { w: 3, x: 1, t: 1, rate: 1.5 },
]
const trainings = [
  { images, batch },
  { images: 50_000, batch: 200 },
  { images, batch: 50 },
  { images: 12_000, batch: 80 },
]

/** Learning rates for other inputs x that are slow, arrive at once, swing, and diverge: each update multiplies the distance by 1 − ηx² */
const manners = [
  { x: 0.5, slow: 2, atOnce: 4, swings: 6, leaves: 10 },
  { x: 10, slow: 0.005, atOnce: 0.01, swings: 0.015, leaves: 0.025 },
  { x: 4, slow: 0.05, atOnce: 0.0625, swings: 0.1, leaves: 0.2 },
  { x: 5, slow: 0.02, atOnce: 0.04, swings: 0.06, leaves: 0.1 },
] as const

/** One iteration as it is taught */
const steps = ['batch', 'forward', 'backward', 'update', 'repeat'] as const

export const lesson: Lesson = {
  number: 24,
  id: 'learning-algorithm',
  part: 'learning',
  section: '5.7.1',
  figures: [
    { key: 'oneWeight', kind: 'graph', graph: downhill, position: 'start' },
    { key: 'mnist', kind: 'learning' },
    { key: 'descent', kind: 'slope', slope: descent(first, rates) },
  ],
  numbers: {
    loss: printed(cellOf(valueOf(downhill, 'L'))),
    rate: printed(rate),
    batch: String(batch),
    iterations: grouped(iterations),
    accuracy: '96.9', // percent, measured: the mean over seeds 1 to 5
    worst: '96.6', // and the minimum
    atOnce: printed(rates[1]),
    swings: printed(rates[2]),
    leaves: printed(rates[3]),
    limit: printed(descentOf(descent(first, rates), rates[0]).limit),
  },
  cards: [
    { kind: 'say', key: 'aim', figure: 'oneWeight' },
    { kind: 'predict', question: 'steps' },
    { kind: 'predict', question: 'nextPoint' },
    { kind: 'say', key: 'rate', figure: 'descent' },
    { kind: 'predict', question: 'diverges' },
    { kind: 'try', key: 'try', figure: 'mnist', network: { room: 'train' } },
  ],
  questions: [
    {
      key: 'direction',
      kind: 'sign',
      pose(variant) {
        const fit = numbersOf(slopes, variant)
        const graph = oneWeight(fit)
        const gradient = cellOf(gradientOf(graph, 'w'))
        return {
          graph,
          position: 'end',
          hide: ['updated:w'],
          numbers: { w: printed(fit.w), gradient: printed(gradient), updated: printed(cellOf(updatedOf(graph, 'w'))) },
          answer: signOf(cellOf(updatedOf(graph, 'w')) - fit.w),
          signs: ['+', '-'],
          mistakes: [{ answer: signOf(gradient), hint: 'uphill' }],
        }
      },
    },
    {
      key: 'update',
      kind: 'number',
      pose(variant) {
        const { w, x, t } = numbersOf(fits, variant)
        const graph = oneWeight({ w, x, t })
        const answer = cellOf(updatedOf(graph, 'w'))
        const gradient = cellOf(gradientOf(graph, 'w'))
        const difference = w * x - t
        return {
          graph,
          position: 'forward',
          hide: ['gradient:w', 'updated:w'],
          numbers: {
            w: printed(w), x: printed(x), xFactor: printedFactor(x), t: printed(t), y: printed(w * x), rate: printed(rate), difference: printedFactor(difference),
            gradient: printed(gradient), step: printedFactor(gradient), updated: printed(answer),
          },
          answer,
          mistakes: [{ answer: w + rate * gradient, hint: 'uphill' }],
        }
      },
    },
    {
      key: 'epoch',
      kind: 'number',
      pose(variant) {
        const { images, batch } = numbersOf(trainings, variant)
        const answer = images / batch
        return {
          graph: downhill,
          position: 'start',
          hide: [],
          numbers: { images: grouped(images), batch: String(batch), iterations: grouped(iterations), perEpoch: grouped(answer), epochs: printed(iterations / answer, 1) },
          answer,
          tolerance: 0.5,
          mistakes: [],
        }
      },
    },
    {
      key: 'nextPoint',
      kind: 'point',
      pose(variant) {
        const { rate, ...fit } = numbersOf(landings, variant)
        const graph = { ...oneWeight(fit), learningRate: rate }
        const gradient = cellOf(gradientOf(graph, 'w'))
        const answer = cellOf(updatedOf(graph, 'w'))
        return {
          curve: descent(fit, [rate], 5),
          hide: [],
          numbers: {
            w: printed(fit.w), gradient: printed(gradient), step: printedFactor(gradient), rate: printed(rate), answer: printed(answer),
            length: printed(Math.abs(rate * gradient)), minimum: printed(fit.t / fit.x),
          },
          answer,
          tolerance: 0.25, // placed by eye: a fortieth of the axis
          mistakes: [{ answer: fit.w + rate * gradient, hint: 'uphill' }],
        }
      },
    },
    {
      key: 'steps',
      kind: 'order',
      pose(variant) {
        const { batch } = numbersOf(trainings, variant)
        return { position: 'start', hide: ['steps'], numbers: { batch: String(batch), rate: printed(rate), parameters: grouped(networkParameters) }, answer: steps, choices: steps, mistakes: [] }
      },
    },
    {
      key: 'diverges',
      kind: 'why',
      pose(variant) {
        const { x, ...rates } = numbersOf(manners, variant)
        const factor = (rate: number) => descentOf(descent({ ...first, x }, [rate]), rate).factor
        return {
          curve: { ...descent({ ...first, x }, Object.values(rates), 4), chosen: rates.leaves },
          hide: [],
          numbers: {
            x: printed(x), square: printed(x * x), size: printed(Math.abs(factor(rates.leaves))),
            ...Object.fromEntries(Object.entries(rates).flatMap(([manner, rate]) => [[manner, printed(rate)], [`${manner}Factor`, printed(factor(rate))]])),
          },
          answer: 'leaves',
          choices: Object.keys(rates),
          mistakes: [],
        }
      },
    },
  ],
  code: taggedCode(`for i in range(10000):
    mask = np.random.choice(60000, 100)              # 1 mini-batch
    grads = net.gradient(x_train[mask], t_train[mask])  # 2 gradient   #@ forward:* start:* backward:*
    for key in ('W1', 'b1', 'W2', 'b2'):             # 3 update   #@ update:*
        net.params[key] -= 0.1 * grads[key]   #@ update:*
                                                     # 4 repeat
`),
  texts: textsOf('24-learning-algorithm'),
}
