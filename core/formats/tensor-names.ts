import type { Architecture } from '../config'
import { layerNumber } from '../layers/definition'
import type { LayerRegistry } from '../layers/registry'
import { planOf, type PlannedTensor, tensorsOf } from '../network/shapes'

/** A tensor of a network as a file names it. */
export interface NamedInFile {
  /** The lab's: 'affine1.W' */
  readonly path: string
  readonly name: string
  /** In the file */
  readonly shape: readonly number[]
  /** Whether the file has it as (out, in) */
  readonly transposed: boolean
}
export type Naming = (architecture: Architecture, registry?: LayerRegistry) => readonly NamedInFile[]

/** PyTorch's names and layout: affine1.weight (out, in), affine1.bias. */
export const pytorchNames: Naming = (architecture, registry) => tensorsOf(architecture, registry).map(({ path, storedPath, shape, transposed = false }) =>
  ({ path, name: storedPath, shape: transposed ? [...shape].reverse() : shape, transposed }))

/**
 * The book's names and layout: W1 (in, out), b1, gamma1, beta1, running_mean1, running_var1. The number is that of the affine layer
 * before, as in the book, where each kind has at most one layer behind it; in any other network it counts the layers of the kind.
 */
export const bookNames: Naming = (architecture, registry) => {
  const tensors = tensorsOf(architecture, registry)
  const numbers = affinesBefore(architecture, registry)
  const names = tensors.map(tensor => nameWith(tensor, numbers.get(layerOf(tensor)) ?? 0))
  const isClear = tensors.every(tensor => numbers.get(layerOf(tensor)) !== 0) && new Set(names).size === names.length
  return tensors.map((tensor, i) => ({ path: tensor.path, name: isClear ? names[i]! : nameWith(tensor, layerNumber(layerOf(tensor))), shape: tensor.shape, transposed: false }))
}

const layerOf = ({ path }: PlannedTensor): string => path.slice(0, path.indexOf('.'))
const nameWith = ({ name, stored, trained }: PlannedTensor, number: number): string => `${trained ? name : stored}${number}`

/** Number of affine layers up to each layer that has tensors. */
function affinesBefore(architecture: Architecture, registry?: LayerRegistry): ReadonlyMap<string, number> {
  let affines = 0
  return new Map(planOf(architecture, registry).map(({ name, spec }) => [name, affines += Number(spec.kind === 'affine')] as const))
}
