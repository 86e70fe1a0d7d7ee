import { nearest } from '../../nearest'
import type { TypedOperation } from '../types'

/** Functions that are written by their name, with the names of their arguments. */
export const signatures = {
  exp: ['x'],
  log: ['x'],
  relu: ['x'],
  sigmoid: ['x'],
  tanh: ['x'],
  max: ['a', 'b'],
  sqrt: ['x'],
  square: ['x'],
  dot: ['x', 'W'],
  sum: ['x'],
  softmax: ['x'],
  affine: ['x', 'W', 'b'],
  softmaxWithLoss: ['x', 't'],
  identityWithLoss: ['y', 't'],
} as const satisfies Partial<Record<TypedOperation, readonly string[]>>

export type FunctionName = keyof typeof signatures

export const functionNames = Object.keys(signatures) as FunctionName[]
export const isFunction = (name: string): name is FunctionName => Object.hasOwn(signatures, name)

/** As a person writes it: affine(x, W, b). */
export const usageOf = (name: FunctionName): string => `${name}(${signatures[name].join(', ')})`

/** What other tools call them. */
const elsewhere: Readonly<Record<string, FunctionName>> = {
  ln: 'log', matmul: 'dot', mm: 'dot', linear: 'affine', dense: 'affine', logistic: 'sigmoid', expit: 'sigmoid', maximum: 'max',
  crossentropy: 'softmaxWithLoss', mse: 'identityWithLoss', sqr: 'square', inner: 'dot',
}

/** The function that somebody probably meant; undefined when none is near. */
export function similarFunction(given: string): string | undefined {
  const plain = given.toLowerCase().replaceAll('_', '')
  return Object.hasOwn(elsewhere, plain) ? elsewhere[plain] : nearest(given, functionNames)
}
