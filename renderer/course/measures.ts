import { usualStepWords } from '@contract'
import { layerDefinition, optimizerDefinition, optimizers, warningLimits as limits } from '@core'
import { termOf } from './glossary'

/** The numbers of this moment, by their names in a measure's formula. A missing one leaves the formula in letters. */
export type MeasureValues = Readonly<Record<string, number | null | undefined>>

/** Writes a number into LaTeX. */
export interface Writers {
  readonly short: (value: number) => string
  readonly count: (value: number) => string
  readonly percent: (value: number) => string
}

/** A number on screen that has a card: what it is, how it is computed, and what is usual. */
export interface MeasureDefinition {
  /** How it is written; null: as its first term is called */
  readonly sign: string | null
  /** Keys of the glossary: what is measured, and of what */
  readonly terms: readonly string[]
  /** Number of the lesson that it comes from; null where no lesson teaches it */
  readonly lesson: number | null
  /** LaTeX, in letters */
  readonly formula: string | null
  /** The values that `now` needs */
  readonly needs?: readonly string[]
  /** LaTeX with the numbers of this moment */
  readonly now?: (values: Readonly<Record<string, number>>, write: Writers) => string
  /** Key of the sentence about what `now` counts, under `measure.counted`; left out: the formula in letters says it */
  readonly counted?: string
  /** Key of the sentence about its usual range, under `measure.usually` */
  readonly usual: string
}

/** The length of a tensor's numbers taken as one vector. */
const norm = (letter: string, latex: string, { terms, lesson, usual }: { terms: readonly string[], lesson: number | null, usual: string }): MeasureDefinition => ({
  sign: `‖${letter}‖`, terms: ['norm', ...terms], lesson, usual,
  formula: `\\lVert ${latex} \\rVert = \\sqrt{\\textstyle\\sum {${latex}}^2}`,
  needs: ['norm', 'count'], counted: 'norm',
  now: ({ norm, count }, { short, count: whole }) => `\\sqrt{${whole(count!)} \\cdot ${short(norm! ** 2 / count!)}} = ${short(norm!)}`,
})
const gradientNorm = (letter: string, latex: string, of: string, lesson: number | null) => norm(letter, latex, { terms: ['gradient', of], lesson, usual: 'gradientNorm' })
const parameterNorm = (letter: string, latex: string, of: string, lesson: number | null) => norm(letter, latex, { terms: [of], lesson, usual: 'weightNorm' })

/** A percentage after a fraction: '= 12.3%', '< 0.1%' */
const equals = (percent: string): string => /^[<>]/.test(percent) ? percent : `= ${percent}`

const accuracy = (of: string, usual: string): MeasureDefinition => ({
  sign: null, terms: ['accuracy', of], lesson: 24, usual, formula: null, needs: ['accuracy', 'images'], counted: 'accuracy',
  now: ({ accuracy, images }, { count, percent }) => `\\frac{${count(Math.round(accuracy! * images!))}}{${count(images!)}} ${equals(percent(accuracy!))}`,
})

/** One cell among all of a tensor. */
const extreme = (name: 'min' | 'max', term: string): MeasureDefinition => ({
  sign: null, terms: [term], lesson: null, usual: 'extreme', formula: null, needs: ['value', 'count'],
  now: ({ value, count }, { short, count: whole }) => `\\${name}(x_1, \\ldots, x_{${whole(count!)}}) = ${short(value!)}`,
})

/** `usual` is also what it counts. */
const share = (part: string, term: string, options: { lesson: number | null, usual: string }): MeasureDefinition => ({
  sign: null, terms: [term], formula: null, ...options, needs: [part, 'count'], counted: options.usual,
  now: ({ [part]: some, count }, { count: whole, percent }) => `\\frac{${whole(some!)}}{${whole(count!)}} ${equals(percent(some! / count!))}`,
})

/** Steps a second times images of a step: images a second. */
const perSecond: MeasureDefinition['now'] = ({ speed, batch }, { count }) => `${count(Math.round(speed! / batch!))} \\times ${count(batch!)} = ${count(Math.round(speed!))}`

/** How an optimizer changes a weight; its usual learning rate is said for all of them. */
const optimizer = (term: string, lesson: number | null, formula: string): MeasureDefinition => ({ sign: null, terms: [term, 'optimizer'], lesson, usual: 'optimizer', formula })
/** A rate of an optimizer; `rate`: its value, `1 − rate` is what the new one counts. */
const rateOf = (sign: string, terms: readonly string[], usual: string, formula: (rate: string, rest: string) => string, latex: string): MeasureDefinition => ({
  sign, terms, lesson: null, usual, formula: formula(latex, `(1 - ${latex})`), needs: ['rate'], now: ({ rate }, { short }) => formula(short(rate!), short(1 - rate!)),
})
const init = (term: string, lesson: number | null, formula: string): MeasureDefinition => ({ sign: null, terms: [term, 'initialValues'], lesson, usual: term, formula })

const measures = {
  dW: gradientNorm('dW', 'dW', 'weight', 16),
  db: gradientNorm('db', 'db', 'bias', 17),
  dgamma: gradientNorm('dγ', 'd\\gamma', 'scale', null),
  dbeta: gradientNorm('dβ', 'd\\beta', 'shift', null),
  dout: norm('dout', 'dout', { terms: ['gradient', 'upstream'], lesson: 3, usual: 'flow' }),
  dx: norm('dx', 'dx', { terms: ['gradient', 'downstream'], lesson: 4, usual: 'flow' }),
  /** All of a chain's gradients on one scale */
  gradientNorm: { ...gradientNorm('g', 'g', 'layer', 23), usual: 'chain', terms: ['norm', 'gradient', 'vanishingGradient'] },
  W: parameterNorm('W', 'W', 'weight', 16),
  b: parameterNorm('b', 'b', 'bias', 17),
  gamma: parameterNorm('γ', '\\gamma', 'scale', null),
  beta: parameterNorm('β', '\\beta', 'shift', null),
  out: norm('out', 'out', { terms: ['activation'], lesson: 11, usual: 'flow' }),
  /** `update`: ‖ΔW‖, `norm`: ‖W‖ */
  updateRatio: {
    sign: '‖ΔW‖/‖W‖', terms: ['updateRatio', 'norm'], lesson: 23, usual: 'updateRatio', formula: '\\frac{\\lVert \\Delta W \\rVert}{\\lVert W \\rVert}',
    needs: ['update', 'norm'], now: ({ update, norm }, { short }) => `\\frac{${short(update!)}}{${short(norm!)}} = ${short(update! / norm!)}`,
  },
  /** With SGD ΔW is η · dW. `rate`: η, `gradient`: ‖dW‖, `norm`: ‖W‖ */
  sgdRatio: {
    sign: 'η·‖dW‖/‖W‖', terms: ['updateRatio', 'norm'], lesson: 23, usual: 'updateRatio', formula: '\\frac{\\eta \\cdot \\lVert dW \\rVert}{\\lVert W \\rVert}',
    needs: ['rate', 'gradient', 'norm'], now: ({ rate, gradient, norm }, { short }) => `\\frac{${short(rate!)} \\cdot ${short(gradient!)}}{${short(norm!)}} = ${short(rate! * gradient! / norm!)}`,
  },
  min: extreme('min', 'minimum'),
  max: extreme('max', 'maximum'),
  /** `zeros` of `count` */
  zeros: share('zeros', 'zeroShare', { lesson: 12, usual: 'zeros' }),
  /** Units that give 0 for every image: `dead` of `count` */
  deadUnits: share('dead', 'deadNeuron', { lesson: 12, usual: 'deadUnits' }),
  /** Inputs of a sigmoid or tanh far from 0: `saturated` of `count` */
  saturation: share('saturated', 'saturation', { lesson: 13, usual: 'saturation' }),
  mask: { sign: null, terms: ['mask'], lesson: 12, usual: 'mask', formula: null },
  dropout: { sign: null, terms: ['dropout', 'mask'], lesson: null, usual: 'dropout', formula: null },
  mean: { sign: 'μ', terms: ['mean'], lesson: null, usual: 'mean', formula: '\\mu = \\frac{1}{N}\\textstyle\\sum_n x_n' },
  variance: { sign: 'σ²', terms: ['variance'], lesson: null, usual: 'variance', formula: '\\sigma^2 = \\frac{1}{N}\\textstyle\\sum_n (x_n - \\mu)^2' },
  runningMean: { sign: null, terms: ['movingAverage', 'mean'], lesson: null, usual: 'running', formula: '\\mu_r \\leftarrow 0.9\\,\\mu_r + 0.1\\,\\mu' },
  runningVariance: { sign: null, terms: ['movingAverage', 'variance'], lesson: null, usual: 'running', formula: '\\sigma_r^2 \\leftarrow 0.9\\,\\sigma_r^2 + 0.1\\,\\sigma^2' },
  scale: { sign: 'γ', terms: ['scale', 'batchNormalization'], lesson: null, usual: 'scale', formula: 'y = \\gamma\\,\\hat{x} + \\beta' },
  shift: { sign: 'β', terms: ['shift', 'batchNormalization'], lesson: null, usual: 'shift', formula: 'y = \\gamma\\,\\hat{x} + \\beta' },
  /** `rate`: η */
  learningRate: { sign: 'η', terms: ['learningRate'], lesson: 24, usual: 'learningRate', formula: 'W \\leftarrow W - \\eta\\,dW', needs: ['rate'], now: ({ rate }, { short }) => `W \\leftarrow W - ${short(rate!)}\\,dW` },
  /** `batch`: images of a mini-batch */
  step: { sign: null, terms: ['step', 'miniBatch'], lesson: 24, usual: 'step', formula: null },
  /** `images` learned from in an epoch, `batch`: images of a mini-batch, `steps` of an epoch */
  epoch: { sign: null, terms: ['epoch'], lesson: 24, usual: 'epoch', formula: null, needs: ['images', 'batch', 'steps'], counted: 'epoch', now: ({ images, batch, steps }, { count }) => `\\left\\lceil \\frac{${count(images!)}}{${count(batch!)}} \\right\\rceil = ${count(steps!)}` },
  /** `speed`: images a second, `batch`: images of a mini-batch */
  speed: { sign: null, terms: ['pace', 'throughput'], lesson: null, usual: 'speed', formula: null, needs: ['speed', 'batch'], counted: 'perSecond', now: perSecond },
  pace: { sign: null, terms: ['pace', 'throughput'], lesson: null, usual: 'pace', formula: null, needs: ['speed', 'batch'], counted: 'perSecond', now: perSecond },
  batchSize: { sign: 'N', terms: ['batchSize', 'miniBatch'], lesson: 20, usual: 'batchSize', formula: null },
  /** `loss` of softmax-with-loss */
  loss: { sign: 'L', terms: ['loss'], lesson: 19, usual: 'loss', formula: 'L = -\\frac{1}{N}\\textstyle\\sum_n \\log y_{n,t}', needs: ['loss'], now: ({ loss }, { short }) => `${short(loss!)}, \\quad e^{-L} = ${short(Math.exp(-loss!))}` },
  /** `loss` of identity-with-loss */
  squaredLoss: { sign: 'L', terms: ['loss', 'sumOfSquaredErrors'], lesson: 21, usual: 'squaredLoss', formula: 'L = \\frac{1}{2N}\\textstyle\\sum_n \\sum_k (y_{n,k} - t_{n,k})^2' },
  trend: { sign: null, terms: ['mean', 'miniBatch'], lesson: 20, usual: 'trend', formula: null },
  accuracyTrain: accuracy('trainingData', 'accuracyTrain'),
  accuracyValidation: accuracy('validationData', 'accuracy'),
  accuracyTest: accuracy('testData', 'accuracy'),
  /** `correct` of `count` images of a class */
  recall: { ...share('correct', 'accuracy', { lesson: 24, usual: 'recall' }), terms: ['accuracy', 'recall'] },
  confusion: { sign: null, terms: ['confusionMatrix', 'class'], lesson: null, usual: 'confusion', formula: null },
  probability: { sign: 'y', terms: ['probability', 'softmax'], lesson: 15, usual: 'probability', formula: 'y_k = \\frac{\\exp(a_k)}{\\sum_i \\exp(a_i)}' },
  label: { sign: 't', terms: ['label', 'oneHot'], lesson: 18, usual: 'label', formula: null },
  /** `y` and `t` of one cell */
  difference: { sign: 'y − t', terms: ['difference', 'probability', 'label'], lesson: 19, usual: 'difference', formula: 'y - t', needs: ['y', 't'], now: ({ y, t }, { short }) => `${short(y!)} - ${short(t!)} = ${short(y! - t!)}` },
  hiddenUnits: { sign: null, terms: ['neuron', 'hiddenLayer'], lesson: 14, usual: 'hiddenUnits', formula: null },
  seed: { sign: null, terms: ['seed'], lesson: 24, usual: 'seed', formula: null },
  small: { ...init('standardDeviation', 24, '\\sigma = 0.01'), usual: 'initSmall' },
  xavier: init('xavier', null, '\\sigma = \\sqrt{\\frac{1}{D}}'),
  he: init('he', 24, '\\sigma = \\sqrt{\\frac{2}{D}}'),
  sgd: optimizer('sgd', 26, 'W \\leftarrow W - \\eta\\,dW'),
  momentum: optimizer('momentum', null, '\\begin{aligned} v &\\leftarrow \\alpha v - \\eta\\,dW \\\\ W &\\leftarrow W + v \\end{aligned}'),
  adagrad: optimizer('adagrad', null, '\\begin{aligned} h &\\leftarrow h + dW^2 \\\\ W &\\leftarrow W - \\frac{\\eta}{\\sqrt{h}}\\,dW \\end{aligned}'),
  rmsprop: optimizer('rmsprop', null, '\\begin{aligned} h &\\leftarrow \\rho\\,h + (1 - \\rho)\\,dW^2 \\\\ W &\\leftarrow W - \\frac{\\eta}{\\sqrt{h}}\\,dW \\end{aligned}'),
  adam: optimizer('adam', 26, '\\begin{aligned} m &\\leftarrow \\beta_1 m + (1 - \\beta_1)\\,dW \\\\ v &\\leftarrow \\beta_2 v + (1 - \\beta_2)\\,dW^2 \\\\ W &\\leftarrow W - \\eta\\,\\frac{\\hat m}{\\sqrt{\\hat v}} \\end{aligned}'),
  momentumRate: rateOf('α', ['momentum'], 'momentumRate', rate => `v \\leftarrow ${rate}\\,v - \\eta\\,dW`, '\\alpha'),
  decayRate: rateOf('ρ', ['movingAverage', 'rmsprop'], 'decayRate', (rate, rest) => `h \\leftarrow ${rate}\\,h + ${rest}\\,dW^2`, '\\rho'),
  beta1: rateOf('β₁', ['movingAverage', 'momentum'], 'beta1', (rate, rest) => `m \\leftarrow ${rate}\\,m + ${rest}\\,dW`, '\\beta_1'),
  beta2: rateOf('β₂', ['movingAverage', 'adam'], 'beta2', (rate, rest) => `v \\leftarrow ${rate}\\,v + ${rest}\\,dW^2`, '\\beta_2'),
  epsilon: rateOf('ε', ['epsilon'], 'epsilon', rate => `\\frac{\\eta}{\\sqrt{h} + ${rate}}\\,dW`, '\\varepsilon'),
  weightDecay: { sign: null, terms: ['weightDecay'], lesson: null, usual: 'weightDecay', formula: 'W \\leftarrow W - \\eta\\,(dW + \\lambda W)' },
  validation: { sign: null, terms: ['validationData'], lesson: null, usual: 'validation', formula: null },
  sha256: { sign: null, terms: ['sha256'], lesson: null, usual: 'sha256', formula: null },
} as const satisfies Readonly<Record<string, MeasureDefinition>>
export type MeasureKey = keyof typeof measures
export const measureKeys = Object.keys(measures) as readonly MeasureKey[]
export const isMeasure = (name: string): name is MeasureKey => (measureKeys as readonly string[]).includes(name)
/** The cards of the optimizers' rates, by the names of their settings */
export const rateMeasures: Readonly<Record<string, MeasureKey | undefined>> = { momentum: 'momentumRate', decay: 'decayRate', beta1: 'beta1', beta2: 'beta2', epsilon: 'epsilon' }
export const measureOf = (key: MeasureKey): MeasureDefinition => measures[key]
/** Whether Train shows a term of the glossary, or a number that it names. */
export const isUsedInTrain = (term: string): boolean => termOf(term).inTrain === true || measureKeys.some(key => measureOf(key).terms.includes(term))

/** LaTeX sets a comma as a separator of arguments unless it is in braces, and knows no minus sign or infinity of Unicode. */
const inLatex = (text: string): string => text.replace(/(\d),(?=\d{3}(?!\d))/g, '$1{,}').replaceAll('−', '-').replaceAll('∞', '\\infty ').replace('%', '\\%').replace('NaN', '\\text{NaN}').replace(/e(-?\d+)$/, '\\cdot 10^{$1}')

/** Whether all numbers of a measure's formula are known. */
const isKnown = ({ needs = [] }: MeasureDefinition, values: MeasureValues): boolean => needs.every(name => typeof values[name] === 'number')

/** A measure's formula: a line in letters if it has one, and a line with its numbers if all are known. */
export function formulasOf(measure: MeasureDefinition, values: MeasureValues, numbers: Writers): readonly string[] {
  const { formula, now } = measure
  const write: Writers = { short: value => inLatex(numbers.short(value)), count: value => inLatex(numbers.count(value)), percent: value => inLatex(numbers.percent(value)) }
  return [formula, now && isKnown(measure, values) ? now(values as Readonly<Record<string, number>>, write) : null].filter(part => part !== null)
}

/** What the line with the numbers counts: a key under `measure.counted`; null where there is no such line, or nothing to say. */
export const countedIn = (measure: MeasureDefinition, values: MeasureValues): string | null => isKnown(measure, values) ? measure.counted ?? null : null

const saturatedBeyond = (kind: string): number => {
  const { units } = layerDefinition(kind)
  return units && 'saturated' in units ? units.saturated : Infinity
}

/** Where a rule of the diagnosis begins to warn, and what is usual, as the sentences say it. */
export function usualNumbers({ plain, share }: { plain: (value: number) => string, share: (value: number) => string }): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(optimizers.map(kind => [kind, plain(optimizerDefinition(kind).usualLearningRate)])),
    ...usualStepWords({ plain }), guess: plain(Number(Math.log(10).toFixed(2))),
    vanishing: plain(limits.vanishingRatio), large: plain(limits.largeStep), small: plain(limits.smallStep), accuracy: share(limits.learnedAbove),
    dead: share(limits.deadShare), saturated: share(limits.saturatedShare), sigmoid: plain(saturatedBeyond('sigmoid')), tanh: plain(saturatedBeyond('tanh')),
    variance: plain(limits.varianceRatio), recall: share(limits.recall), total: share(limits.total),
  }
}
