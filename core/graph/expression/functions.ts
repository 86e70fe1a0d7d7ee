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

/** Functions of other tools which the lab does not have: their brackets are no product. */
const missing: readonly string[] = ('sin cos tan asin acos atan sinh cosh arcsin arccos arctan abs sign floor ceil round min mean avg var std argmax log2 log10 log1p expm1 '
  + 'pow power add sub subtract mul multiply div divide neg negative reciprocal relu6 elu gelu silu swish softplus leakyrelu hardtanh norm transpose reshape dropout batchnorm conv conv2d cbrt erf gamma '
  + 'lim int').split(' ')

/**
 * What somebody probably meant by a name before a bracket.
 * @param values how many stand in the bracket
 * @returns the function, null for one that the lab does not have; null altogether: the name of an input, which misses its operator
 */
export function calledBy(given: string, values: number): { readonly function: string | null } | null {
  const plain = given.toLowerCase().replaceAll('_', '')
  const usual = Object.hasOwn(elsewhere, plain) ? elsewhere[plain] : undefined
  if (usual !== undefined) return { function: usual }
  const near = nearest(given, functionNames) as FunctionName | undefined
  if (near !== undefined && (values !== 1 || signatures[near].length === 1 || near.toLowerCase() === plain)) return { function: near }
  return values !== 1 || missing.includes(plain) ? { function: null } : null
}
