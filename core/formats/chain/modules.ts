import { excerpt } from '../../typed/excerpt'
import { fault, shapeText } from '../fault'

/** A tensor of a file: its name there and its shape. */
export interface FoundTensor {
  readonly name: string
  readonly shape: readonly number[]
}

/** Whether a matrix lies as (in, out), as in the book and in Keras, or as (out, in), as in PyTorch. */
export type MatrixLayout = 'inOut' | 'outIn'

/** What the tensors of one module share of their names: 'net.0.' of net.0.weight and net.0.bias; '1' of W1 and b1. */
interface ModuleName {
  readonly key: string
  /** The numbers in it: [0] */
  readonly numbers: readonly number[]
}
/** A matrix with its bias: an affine layer. */
export interface FoundAffine extends ModuleName {
  readonly matrix: FoundTensor
  /** null: the layer has none, which is a bias of 0 */
  readonly bias: FoundTensor | null
  /** As its name says; null: it says nothing */
  readonly layout: MatrixLayout | null
}
/** Running statistics with scale and shift: a batch normalization. */
export interface FoundNormalization extends ModuleName {
  readonly mean: FoundTensor
  readonly variance: FoundTensor
  /** null: the layer has none, which is a scale of 1 */
  readonly gamma: FoundTensor | null
  readonly beta: FoundTensor | null
}
export interface Modules {
  readonly affines: readonly FoundAffine[]
  readonly normalizations: readonly FoundNormalization[]
  /** Vectors that no name joins to a module */
  readonly vectors: readonly FoundTensor[]
}

type Role = 'weight' | 'W' | 'kernel' | 'bias' | 'gamma' | 'beta' | 'mean' | 'variance'
/** The last word of a tensor's name, as PyTorch, Keras and the book call it. */
const roles: readonly (readonly [word: RegExp, role: Role])[] = [
  [/^weights?$/i, 'weight'], [/^w$/i, 'W'], [/^kernel$/i, 'kernel'], [/^(?:bias|biases|b)$/i, 'bias'], [/^(?:gamma|scale)$/i, 'gamma'], [/^beta$/i, 'beta'],
  [/^(?:running|moving)_mean$/i, 'mean'], [/^(?:running_var|running_variance|moving_variance)$/i, 'variance'],
]
/** A name: what comes before its last word, the word, and a number behind it, as in W1. */
const named = /^(?<before>|.*?[./_\-\d])(?<word>(?:running|moving)_(?:mean|variance|var)|[a-z]+)_?(?<number>\d*)(?::0)?$/i
const layouts: Readonly<Partial<Record<Role, MatrixLayout>>> = { weight: 'outIn', W: 'inOut', kernel: 'inOut' }
/** PyTorch counts the batches that a running mean has seen. */
const counter = /(?:^|\.)num_batches_tracked$/

interface Part extends FoundTensor { readonly role: Role | null, readonly key: string }

/**
 * Groups the tensors of a file into modules by their names.
 * @throws FormatError weights.foreign for a tensor that belongs to no layer of the lab, weights.missing
 */
export function modulesIn(tensors: readonly FoundTensor[], file: string): Modules {
  const parts = tensors.filter(({ name }) => !counter.test(name)).map(partOf)
  const groups = new Map<string, Part[]>()
  for (const part of parts) groups.set(part.key, [...groups.get(part.key) ?? [], part])
  const [affines, normalizations, vectors]: [FoundAffine[], FoundNormalization[], FoundTensor[]] = [[], [], []]
  for (const [key, group] of groups) {
    const name: ModuleName = { key, numbers: numbersIn(key) }
    const matrices = group.filter(({ role, shape }) => shape.length === 2 && (role === null || layouts[role]))
    const isPlain = matrices.length > 0 // weight and bias are those of a matrix, or else scale and shift
    const take = (...roles: readonly Role[]): Part | null => group.find(({ role, shape }) => role !== null && roles.includes(role) && shape.length === 1) ?? null
    const bias = isPlain ? take('bias') : null
    const [mean, variance] = [take('mean'), take('variance')]
    const [gamma, beta] = isPlain ? [take('gamma'), take('beta')] : [take('gamma', 'weight'), take('beta', 'bias')]
    const normalizes = mean ?? variance ?? (beta && gamma)
    if (normalizes) {
      if (!mean || !variance) throw fault(file, 'weights.missing', { tensor: excerpt(besides(normalizes, mean ? 'running_var' : 'running_mean')), wanted: shapeText(normalizes.shape), found: namesText(group) })
      normalizations.push({ ...name, mean, variance, gamma, beta })
    }
    const [matrix, second] = matrices
    if (second) throw fault(file, 'weights.foreign', { wanted: 'weight, bias', found: excerpt(`${second.name} ${shapeText(second.shape)}`) })
    if (matrix) affines.push({ ...name, matrix, bias, layout: matrix.role === null ? null : layouts[matrix.role] ?? null })
    const used = new Set<Part | null>([bias, mean, variance, ...normalizes ? [gamma, beta] : [], matrix ?? null])
    for (const part of group) {
      if (used.has(part)) continue
      if (part.shape.length !== 1 || (part.role !== null && part.role !== 'bias')) throw fault(file, 'weights.foreign', { wanted: 'weight, bias, W1, b1, running_mean, …', found: excerpt(`${part.name} ${shapeText(part.shape)}`) })
      vectors.push(part)
    }
  }
  if (affines.length === 0) throw fault(file, 'weights.foreign', { wanted: 'affine1.weight, affine1.bias, …', found: namesText(tensors) })
  return { affines, normalizations, vectors }
}

function partOf({ name, shape }: FoundTensor): Part {
  const { before = '', word = '', number = '' } = named.exec(name)?.groups ?? {}
  const role = roles.find(([pattern]) => pattern.test(word))?.[1] ?? null
  return { name, shape, role, key: role === null ? name : number === '' ? before : `${before}${number}` }
}

/** The name that another tensor of the same module would have. */
const besides = ({ name }: FoundTensor, word: string): string => name.replace(named, (...groups) => {
  const { before, number } = groups.at(-1) as { before: string, number: string }
  return `${before}${word}${number}`
})

export const numbersIn = (name: string): readonly number[] => Array.from(name.replace(/:0$/, '').matchAll(/\d+/g), ([digits]) => Number(digits))
export const namesText = (tensors: readonly FoundTensor[]): string => excerpt(tensors.slice(0, 6).map(({ name }) => name).sort().join(', ')) || '–'
