import { nearest } from '../../nearest'
import { functionOf, functions } from '../operations'

/** Names of all functions. */
export const functionNames = (): readonly string[] => functions().map(({ name }) => name)

/** A function with its arguments: affine(x, W, b); for other names only the name. */
export function usageOf(name: string): string {
  const found = functionOf(name)
  return found ? `${name}(${found.syntax.args.join(', ')})` : name
}

/** Functions of other tools: a bracket after one of these names is a call, not a missing ×, even if the lab lacks the function. */
const foreignFunctions: readonly string[] = ('tan asin acos atan sinh cosh arcsin arccos arctan sign floor ceil round min avg var std argmax log2 log10 log1p expm1 '
  + 'pow power add sub subtract mul multiply div divide neg negative reciprocal relu6 elu gelu silu swish softplus leakyrelu hardtanh norm transpose reshape dropout batchnorm conv conv2d cbrt erf gamma '
  + 'lim int').split(' ')

/**
 * Interprets an unknown name before a bracket.
 * @param values number of arguments in the bracket
 * @returns the function that was probably meant, or null in it if the lab lacks that function; null for an input with a missing operator
 */
export function intendedFunction(given: string, values: number): { readonly function: string | null } | null {
  const plain = given.toLowerCase().replaceAll('_', '')
  const usual = functions().find(({ syntax }) => syntax.aliases?.includes(plain))
  if (usual) return { function: usual.name }
  const isElsewhere = foreignFunctions.includes(plain)
  const candidates = functions().filter(({ syntax }) => syntax.reserved || !isElsewhere) // cosh is not a misspelt cos
  const near = nearest(given, candidates.map(({ name }) => name))
  if (near !== undefined && (values !== 1 || functionOf(near)!.syntax.args.length === 1 || near.toLowerCase() === plain)) return { function: near }
  return values !== 1 || isElsewhere ? { function: null } : null
}
