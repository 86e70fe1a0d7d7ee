import type { LayerRegistry } from '../layers/registry'
import { excerpt } from '../typed/excerpt'
import type { NumberArray } from './array-numbers'
import { fault } from './fault'
import { locateWeights } from './locate-weights'
import { writeNpy } from './npy'
import { readNpzArrays } from './npz-arrays'
import { bookNames } from './tensor-names'
import { metadataOf, type WeightsFile, withNumbers } from './weights'
import { writeZip } from './zip'
import { maxComment } from './zip-layout'

/** A network of 20 million float64 numbers, with room for buffers */
const maxBytes = 200_000_000
const floats: readonly string[] = ['f2', 'f4', 'f8']

/**
 * Writes weights as `np.savez` does, with the book's names: W1 (in, out), b1, gamma1, beta1, running_mean1, running_var1. What else a
 * file says of its network is the comment of the zip, which NumPy passes over.
 */
export function writeNpz(weights: WeightsFile, registry?: LayerRegistry): Uint8Array<ArrayBuffer> {
  const data = new Map(weights.tensors.map(tensor => [tensor.path, tensor.data]))
  const comment = new TextEncoder().encode(JSON.stringify(Object.fromEntries(metadataOf(weights))))
  return writeZip(bookNames(weights.architecture, registry).map(({ path, name, shape }) => [`${name}.npy`, writeNpy(shape, data.get(path)!)] as const), comment.length <= maxComment ? comment : undefined)
}

/**
 * Reads a network from an .npz: the lab's own, the book's, or another program's.
 * @param file its name, for the message
 * @throws FormatError zip.*, npy.*, npz.*; weights.*, chain.* for an unsupported or inconsistent network
 */
export function readNpz(bytes: Uint8Array, file: string, registry?: LayerRegistry): WeightsFile {
  const { arrays, comment } = readNpzArrays(bytes, file, maxBytes)
  return networkOf(arrays, metadataIn(comment), file, registry)
}

/** A network from arrays of NumPy. @param metadata what the file says of it; empty: nothing @throws FormatError weights.*, chain.*, npy.type */
export function networkOf(arrays: ReadonlyMap<string, NumberArray>, metadata: ReadonlyMap<string, string>, file: string, registry?: LayerRegistry): WeightsFile {
  const checkType = (name: string, type: string): void => {
    if (!floats.includes(type)) throw fault(file, 'npy.type', { at: excerpt(name), wanted: floats.join(', '), found: type })
  }
  const tensors = new Map([...arrays].map(([name, { shape, type }]) => [name, { shape, dtype: type }]))
  return withNumbers(locateWeights({ tensors, metadata }, file, { naming: bookNames, checkType, registry }), name => arrays.get(name)!.data, file, registry)
}

/** The comment of the lab's own file: text by key; none in any other file. */
function metadataIn(comment: Uint8Array): ReadonlyMap<string, string> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(comment))
    return new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  }
  catch { return new Map() }
}
