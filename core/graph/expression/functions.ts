import { nearest } from '../../nearest'
import { functionOf, functions } from '../operations'

/** Functions that are written by their name. */
export const functionNames = (): readonly string[] => functions().map(({ name }) => name)

/** As a person writes it: affine(x, W, b); the name alone when it is no function. */
export function usageOf(name: string): string {
  const found = functionOf(name)
  return found ? `${name}(${found.syntax.args.join(', ')})` : name
}

/** Functions of other tools: a bracket after one of these words is a call and never a missing ×, whether or not the lab has the function. */
const elsewhere: readonly string[] = ('sin cos tan asin acos atan sinh cosh arcsin arccos arctan abs sign floor ceil round min mean avg var std argmax log2 log10 log1p expm1 '
  + 'pow power add sub subtract mul multiply div divide neg negative reciprocal relu6 elu gelu silu swish softplus leakyrelu hardtanh norm transpose reshape dropout batchnorm conv conv2d cbrt erf gamma '
  + 'lim int').split(' ')

/**
 * What somebody probably meant by a name before a bracket.
 * @param values how many stand in the bracket
 * @returns the function, null for one that the lab does not have; null altogether for the name of an input, where an operator is missing
 */
export function calledBy(given: string, values: number): { readonly function: string | null } | null {
  const plain = given.toLowerCase().replaceAll('_', '')
  const usual = functions().find(({ syntax }) => syntax.aliases?.includes(plain))
  if (usual) return { function: usual.name }
  const isElsewhere = elsewhere.includes(plain)
  const candidates = functions().filter(({ syntax }) => syntax.reserved || !isElsewhere) // cosh is no misspelt cos
  const near = nearest(given, candidates.map(({ name }) => name))
  if (near !== undefined && (values !== 1 || functionOf(near)!.syntax.args.length === 1 || near.toLowerCase() === plain)) return { function: near }
  return values !== 1 || isElsewhere ? { function: null } : null
}
