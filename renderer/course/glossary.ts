import { inEach, languages, type Locale, locales } from '@contract'
import { glossaryTexts } from '@lessons'
import type { Lesson } from './types'

/** A term of the course; its words and its meaning are with the languages. */
export interface Term {
  readonly key: string
  /** Number of the lesson that teaches it; null where none does */
  readonly lesson: number | null
  /** LaTeX */
  readonly formula?: string
  /** In NumPy */
  readonly code?: string
  /** Most lessons use it: marked only in the lesson that teaches it */
  readonly common?: true
  /** Its lesson says it in a question, or in passing beside several others that are marked */
  readonly marked?: false
  /** Its words are not looked for in texts: "He" is a word of English, too */
  readonly mentioned?: false
  /** Train shows it without a number of its own */
  readonly inTrain?: true
  /** What it is found by besides its words, in any language: how it is written on screen and in code */
  readonly signs?: readonly string[]
}

// Over 200 lines: a list with a line for each term.
/** All terms in the order in which they are taught. */
export const terms: readonly Term[] = [
  { key: 'derivative', lesson: 0, formula: '\\frac{dy}{dx}', common: true },
  { key: 'numericalDerivative', lesson: 0, formula: '\\frac{f(x+h)-f(x-h)}{2h}' },
  { key: 'partialDerivative', lesson: 0, formula: '\\frac{\\partial f}{\\partial x}' },
  { key: 'matrixProduct', lesson: 0, formula: 'Y = X \\cdot W', code: 'np.dot(X, W)' },
  { key: 'loss', lesson: 1, formula: 'L', common: true, signs: ['L'] },
  { key: 'weight', lesson: 1, formula: 'W', common: true, signs: ['W'] },
  { key: 'backpropagation', lesson: 2, common: true },
  { key: 'computationalGraph', lesson: 2, common: true },
  { key: 'node', lesson: 2, common: true },
  { key: 'edge', lesson: 2, common: true },
  { key: 'forwardPass', lesson: 2, code: 'forward(x)', common: true },
  { key: 'backwardPass', lesson: 3, code: 'backward(dout)', common: true },
  { key: 'gradient', lesson: 3, formula: '\\frac{\\partial L}{\\partial W}', code: 'dW', common: true, signs: ['dW', 'db', 'dγ', 'dβ'] },
  { key: 'upstream', lesson: 3, formula: '\\frac{\\partial L}{\\partial y}', code: 'dout', common: true },
  { key: 'localDerivative', lesson: 3, formula: '\\frac{\\partial y}{\\partial x}' },
  { key: 'localComputation', lesson: 4 },
  { key: 'downstream', lesson: 4, code: 'dx', common: true, signs: ['dx'] },
  { key: 'chainRule', lesson: 6, formula: '\\frac{\\partial z}{\\partial x} = \\frac{\\partial z}{\\partial t} \\cdot \\frac{\\partial t}{\\partial x}' },
  { key: 'addNode', lesson: 7, formula: 'z = x + y' },
  { key: 'multiplyNode', lesson: 8, formula: 'z = xy' },
  { key: 'fanOut', lesson: 9, formula: '\\frac{\\partial L}{\\partial x} = \\sum_k \\frac{\\partial L}{\\partial x_k}', code: 'dx += …' },
  { key: 'activation', lesson: 14 },
  { key: 'relu', lesson: 12, formula: 'y = \\max(0, x)', code: 'np.maximum(0, x)' },
  { key: 'mask', lesson: 12, code: 'mask = (x <= 0)' },
  { key: 'deadNeuron', lesson: 12 },
  { key: 'sigmoid', lesson: 13, formula: 'y = \\frac{1}{1 + \\exp(-x)}', code: '1 / (1 + np.exp(-x))' },
  { key: 'neuron', lesson: 14, signs: ['unit', 'units'] },
  { key: 'layer', lesson: 14, common: true },
  { key: 'bias', lesson: 14, formula: 'B', common: true, signs: ['b'] },
  { key: 'shape', lesson: 15, code: 'x.shape' },
  { key: 'hiddenLayer', lesson: 14, marked: false },
  { key: 'score', lesson: 15, formula: 'a_k' },
  { key: 'identityFunction', lesson: 14, formula: 'y = a' },
  { key: 'outputLayer', lesson: 21 },
  { key: 'softmax', lesson: 15, formula: 'y_k = \\frac{\\exp(a_k)}{\\sum_i \\exp(a_i)}', code: 'np.exp(a) / np.sum(np.exp(a))' },
  { key: 'regression', lesson: 15 },
  { key: 'classification', lesson: 15 },
  { key: 'class', lesson: 15, marked: false },
  { key: 'probability', lesson: 15, formula: 'y_k', marked: false, signs: ['y'] },
  { key: 'affine', lesson: 16, formula: 'Y = XW + B', code: 'np.dot(X, W) + B', common: true },
  { key: 'transpose', lesson: 16, formula: 'W^T', code: 'W.T' },
  { key: 'batch', lesson: 17, formula: '(N, D)', common: true },
  { key: 'broadcast', lesson: 17, code: 'np.dot(X, W) + B', marked: false },
  { key: 'label', lesson: 18, formula: 't', signs: ['t'] },
  { key: 'oneHot', lesson: 19, formula: 't = (0, 1, 0)' },
  { key: 'crossEntropyError', lesson: 19, formula: 'L = -\\sum_k t_k \\log y_k', code: '-np.sum(t * np.log(y + 1e-7))' },
  { key: 'batchSize', lesson: 20, formula: 'N', code: 'x.shape[0]', signs: ['N'] },
  { key: 'sumOfSquaredErrors', lesson: 21, formula: 'L = \\frac{1}{2}\\sum_k (y_k - t_k)^2', code: '0.5 * np.sum((y - t) ** 2)' },
  { key: 'vanishingGradient', lesson: 23 },
  { key: 'update', lesson: 23, formula: 'W \\leftarrow W - \\eta \\frac{\\partial L}{\\partial W}', code: 'W -= lr * dW', common: true },
  { key: 'learning', lesson: 24, common: true },
  { key: 'trainingData', lesson: 24 },
  { key: 'testData', lesson: 24 },
  { key: 'miniBatch', lesson: 24, code: 'np.random.choice(N, 100)' },
  { key: 'learningRate', lesson: 24, formula: '\\eta', signs: ['η', 'eta', 'lr'] },
  { key: 'initialValues', lesson: 24, code: 'np.random.randn(D, M) * np.sqrt(2 / D)' },
  { key: 'seed', lesson: 24, code: 'np.random.seed(1)' },
  { key: 'epoch', lesson: 24, marked: false },
  { key: 'accuracy', lesson: 24, code: 'np.mean(np.argmax(y, axis=1) == t)', marked: false },
  { key: 'gradientCheck', lesson: 25 },
  { key: 'parameter', lesson: 25 },
  { key: 'centralDifference', lesson: 25, formula: '\\frac{f(x+h)-f(x-h)}{2h}', marked: false },
  { key: 'truncationError', lesson: 25, formula: '\\propto h^2' },
  { key: 'roundingError', lesson: 25 },
  { key: 'sgd', lesson: 26, formula: 'W \\leftarrow W - \\eta \\frac{\\partial L}{\\partial W}' },
  { key: 'optimizer', lesson: 26, marked: false },
  { key: 'momentum', lesson: null, formula: 'v \\leftarrow \\alpha v - \\eta \\frac{\\partial L}{\\partial W}', signs: ['α'] },
  { key: 'adam', lesson: 26 },
  { key: 'overfitting', lesson: null },
  // of the numbers in Train, which no lesson teaches under their names, or one says in passing
  { key: 'norm', lesson: null, formula: '\\lVert x \\rVert = \\sqrt{\\sum_i x_i^2}', code: 'np.linalg.norm(x)', signs: ['‖ ‖', '‖x‖', '‖g‖', '‖W‖', '‖b‖', '‖γ‖', '‖β‖', '‖dW‖', '‖db‖', '‖dγ‖', '‖dβ‖', '‖dout‖', '‖dx‖', '‖out‖'] },
  { key: 'updateRatio', lesson: null, formula: '\\frac{\\lVert \\Delta W \\rVert}{\\lVert W \\rVert}', signs: ['‖ΔW‖/‖W‖', 'η·‖dW‖/‖W‖', 'ΔW'] },
  { key: 'minimum', lesson: null, code: 'np.min(x)' },
  { key: 'maximum', lesson: null, code: 'np.max(x)' },
  { key: 'zeroShare', lesson: null, code: 'np.mean(x == 0)' },
  { key: 'beyondScale', lesson: null, inTrain: true, mentioned: false, signs: ['+', '−'] },
  { key: 'saturation', lesson: null },
  { key: 'dropout', lesson: null },
  { key: 'batchNormalization', lesson: null, formula: 'y = \\gamma \\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\varepsilon}} + \\beta' },
  { key: 'mean', lesson: null, formula: '\\mu = \\frac{1}{N}\\sum_n x_n', code: 'np.mean(x, axis=0)', signs: ['μ', 'mu'] },
  { key: 'variance', lesson: null, formula: '\\sigma^2 = \\frac{1}{N}\\sum_n (x_n - \\mu)^2', code: 'np.var(x, axis=0)', signs: ['σ²'] },
  { key: 'movingAverage', lesson: null, signs: ['ρ', 'β₁', 'β₂'] },
  { key: 'scale', lesson: null, formula: '\\gamma', signs: ['γ', 'gamma'] },
  { key: 'shift', lesson: null, formula: '\\beta', signs: ['β', 'beta'] },
  { key: 'step', lesson: 24, marked: false },
  { key: 'throughput', lesson: null },
  { key: 'validationData', lesson: null },
  { key: 'recall', lesson: null },
  { key: 'confusionMatrix', lesson: null },
  { key: 'standardDeviation', lesson: null, formula: '\\sigma = \\sqrt{\\sigma^2}', code: 'np.std(x)', mentioned: false, signs: ['σ', 'sigma'] },
  { key: 'he', lesson: 24, marked: false, formula: '\\sigma = \\sqrt{\\frac{2}{D}}', code: 'np.random.randn(D, M) * np.sqrt(2 / D)', mentioned: false },
  { key: 'xavier', lesson: null, formula: '\\sigma = \\sqrt{\\frac{1}{D}}', code: 'np.random.randn(D, M) / np.sqrt(D)', mentioned: false },
  { key: 'softmaxWithLoss', lesson: 19, marked: false, formula: '\\frac{\\partial L}{\\partial a} = y - t', mentioned: false },
  { key: 'identityWithLoss', lesson: 21, marked: false, formula: '\\frac{\\partial L}{\\partial a} = y - t', mentioned: false },
  { key: 'tanh', lesson: null, formula: 'y = \\tanh x', code: 'np.tanh(x)', mentioned: false },
  { key: 'adagrad', lesson: null, formula: 'h \\leftarrow h + dW^2', mentioned: false },
  { key: 'rmsprop', lesson: null, formula: 'h \\leftarrow \\rho\\,h + (1 - \\rho)\\,dW^2', mentioned: false },
  { key: 'epsilon', lesson: null, formula: '\\frac{1}{\\sqrt{h} + \\varepsilon}', mentioned: false, signs: ['ε'] },
  { key: 'weightDecay', lesson: null, formula: 'dW + \\lambda W', mentioned: false, signs: ['λ', 'lambda'] },
  { key: 'pace', lesson: null, mentioned: false },
  { key: 'sha256', lesson: null, code: 'hashlib.sha256(weights)', mentioned: false },
  { key: 'difference', lesson: 19, formula: 'y - t', marked: false, signs: ['y − t', 'y - t'] },
]

const byKey = new Map(terms.map(term => [term.key, term]))
export const isTerm = (key: string): boolean => byKey.has(key)
export const termOf = (key: string): Term => byKey.get(key)!

/** What a term is called in a language, the usual word first. */
export const wordsOf = (key: string, locale: Locale): readonly string[] => glossaryTexts[locale][key]!.words.split(' | ')

/** The usual word. */
export const nameOf = (key: string, locale: Locale): string => wordsOf(key, locale)[0]!

export const meaningOf = (key: string, locale: Locale): string => glossaryTexts[locale][key]!.meaning

/** Finds all words of the glossary, the longest first, so that "mini-batch" is not taken for "batch". */
const patterns = inEach((locale) => {
  const words = terms.filter(({ mentioned = true }) => mentioned).flatMap(({ key }) => wordsOf(key, locale).map(word => [word.toLowerCase(), key] as const)).sort(([a], [b]) => b.length - a.length)
  const { before, after } = languages[locale].termEdges
  return { keys: new Map(words), expression: new RegExp(`${before}(${words.map(([word]) => word).join('|')})${after}`, 'giu') }
})

/** A mention of a term in a text: from where to where. */
export interface Mention { readonly key: string, readonly from: number, readonly to: number }

/** All mentions of the glossary's terms, in their order. */
export function mentionsIn(text: string, locale: Locale): readonly Mention[] {
  const { keys, expression } = patterns[locale]
  return [...text.matchAll(expression)].map(match => ({ key: keys.get(match[1]!.toLowerCase())!, from: match.index, to: match.index + match[0].length }))
}

/** How many terms of earlier lessons a card marks, and how many terms in all, unless it teaches more */
const most = { earlier: 2, all: 4 } as const

/** The terms that are marked in each paragraph of a card and in each line to try. */
export interface Marks { readonly text: readonly string[], readonly tries: readonly (readonly string[])[] }

const proseOf = (text: string): string => text.replace(/\$+[^$]+\$+|`[^`]+`|\[\[[\w.]+\]\]/g, '0').replaceAll('**', '')

/** The terms mentioned in texts, each in the first that mentions it and only if it is among those wanted. */
function firstMentions(texts: readonly string[], locale: Locale, wanted: readonly string[]): readonly (readonly string[])[] {
  const left = new Set(wanted)
  return texts.map(text => [...new Set(mentionsIn(proseOf(text), locale).map(({ key }) => key))].filter(key => left.delete(key)))
}

/**
 * The terms that the cards of a lesson mark: each at its first mention in the lesson, if it is taught there or was before.
 * Questions mark none, so that no sentence of the glossary answers them.
 * @returns by the card's key
 */
export function marksOf({ number, cards, texts }: Lesson, locale: Locale): Readonly<Record<string, Marks>> {
  const marked = new Set<string>()
  return Object.fromEntries(cards.flatMap((card) => {
    if (card.kind === 'predict') return []
    const { text = [], tries = [] } = texts[locale].cards[card.key]!
    const all = [...text, ...tries]
    const found = firstMentions(all, locale, terms.filter(({ key, marked: isMarked = true }) => isMarked && !marked.has(key)).map(({ key }) => key)).flat().map(termOf)
    const own = found.filter(term => term.lesson === number)
    const earlier = found.filter(term => term.lesson !== null && term.lesson < number && !term.common).slice(0, Math.max(0, Math.min(most.earlier, most.all - own.length)))
    const keys = [...own, ...earlier].map(({ key }) => key)
    for (const key of keys) marked.add(key)
    const where = firstMentions(all, locale, keys)
    return [[card.key, { text: where.slice(0, text.length).flat(), tries: where.slice(text.length) }] as const]
  }))
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase()

/** How well a name answers a query, best first: the same, begins with it, has a word that does, contains it. */
function rankOf(name: string, query: string): number {
  if (name === query) return 0
  if (name.startsWith(query)) return 1
  return name.split(/[\s-]+/).some(word => word.startsWith(query)) ? 2 : 3
}

/** Terms whose names or signs contain every word of a query, in any language, those that answer it best first. */
export function findTerms(query: string): readonly Term[] {
  const whole = plain(query).trim()
  const wanted = whole.split(/\s+/).filter(Boolean)
  if (!wanted.length) return terms
  const found = terms.flatMap((term) => {
    const names = [...locales.flatMap(locale => wordsOf(term.key, locale)), ...term.signs ?? []].map(plain)
    return wanted.every(word => names.some(name => name.includes(word))) ? [{ term, rank: Math.min(...names.map(name => rankOf(name, whole))) }] : []
  })
  return found.sort((a, b) => a.rank - b.rank).map(({ term }) => term)
}
