import type { OperationName } from '@core'

/** What stands in an operation's circle, as the book draws it. */
const symbols: Readonly<Record<OperationName, string>> = {
  add: '+', sub: '−', mul: '×', div: '/', pow: 'xⁿ', neg: '×−1', dot: '·', reciprocal: '1/x', perRow: '/N',
  exp: 'exp', log: 'log', relu: 'ReLU', tanh: 'tanh', max: 'max', sqrt: '√', square: 'x²', sum: 'Σ',
  rowMax: 'max', rowSum: 'Σ', logProbability: 'log', timesTarget: '×',
  sigmoid: 'sigmoid', softmax: 'softmax', affine: 'Affine', softmaxWithLoss: 'Softmax-with-Loss', identityWithLoss: 'Identity-with-Loss',
}

export const symbolOf = (operation: OperationName): string => symbols[operation]

/** Large signs are drawn larger than words. */
export const isSign = (operation: OperationName): boolean => symbolOf(operation).length === 1

const ordered: ReadonlySet<OperationName> = new Set(['sub', 'div', 'pow', 'dot'])
/** Whether a turned order of its arguments would be read as another operation. */
export const isOrdered = (operation: OperationName): boolean => ordered.has(operation)
