import { unitRange } from '../data/dataset'
import { FormatError } from '../errors'
import { sizeOfShape } from '../layers/definition'
import type { LayerRegistry } from '../layers/registry'
import type { TensorNumbers } from '../network/params'
import { perceptronOf } from '../network/perceptron'
import { tensorsOf } from '../network/shapes'
import { type LocatedNetwork, locateWeights, safetensorsReading } from './locate-weights'
import { readTensor, writeSafetensors } from './safetensors'
import { readSafetensorsHeader } from './safetensors-header'
import { type NamedInFile, pytorchNames } from './tensor-names'
import type { WeightsHeader } from './weights-header'

/** A saved tensor in the lab's layout. */
export interface SavedTensor extends TensorNumbers {
  /** Row-major; W is (in, out) */
  readonly data: Float32Array
}

/** A network's weights, with everything needed to use it or continue training. */
export interface WeightsFile extends WeightsHeader {
  /** Parameters and buffers, in the network's order */
  readonly tensors: readonly SavedTensor[]
}

/** Writes weights as a safetensors file with PyTorch's names and layout. @param registry kinds of layers; left out: the registered ones */
export function writeWeights(weights: WeightsFile, registry?: LayerRegistry): Uint8Array<ArrayBuffer> {
  const data = new Map(weights.tensors.map(tensor => [tensor.path, tensor.data]))
  const tensors = new Map(pytorchNames(weights.architecture, registry).map(({ path, name, shape, transposed }) => {
    return [name, { shape, data: inFile(data.get(path)!, { shape, transposed }) }] as const
  }))
  const short = perceptronOf(weights.architecture)
  const forOlderVersions = short ? [['architecture', JSON.stringify({ ...short, output: 'softmax' })]] as const : []
  return writeSafetensors(tensors, new Map([['format', 'pt'], ...forOlderVersions, ...metadataOf(weights)]))
}

/** What a file says of its network besides the numbers, each as JSON; the hash as it is. */
export function metadataOf({ architecture, config, step, classes, metrics, version, weightsSha256, ...weights }: WeightsFile): ReadonlyMap<string, string> {
  const { normalization = unitRange, ...dataset } = weights.dataset ?? {}
  return new Map(Object.entries({
    network: JSON.stringify(architecture),
    normalization: JSON.stringify(normalization),
    classes: JSON.stringify(classes),
    ...weights.dataset && { dataset: JSON.stringify(dataset) },
    training: JSON.stringify({ config, step }),
    metrics: JSON.stringify(metrics),
    version: JSON.stringify(version),
    ...weightsSha256 !== undefined && { weightsSha256 },
  }))
}

/**
 * Reads a weights file from the lab, or the chain of affine layers and batch normalizations that another program stored. Tensor
 * data is read last, after all other checks.
 * @param file its name, for the message
 * @param registry kinds of layers; left out: the registered ones
 * @throws FormatError safetensors.* for damaged bytes; weights.*, chain.* for an unsupported or inconsistent network
 */
export function readWeights(bytes: Uint8Array, file: string, registry?: LayerRegistry): WeightsFile {
  const stored = readSafetensorsHeader(bytes, file)
  const located = locateWeights(stored, file, { ...safetensorsReading, registry })
  return withNumbers(located, name => readTensor(bytes, name, stored.tensors.get(name)!, file).data, file, registry)
}

/** Reads the numbers of a network that was found in a file. @param numbersOf a tensor's, by its name in the file @throws FormatError weights.nonFinite */
export function withNumbers({ header, sources }: LocatedNetwork, numbersOf: (name: string) => ArrayLike<number>, file: string, registry?: LayerRegistry): WeightsFile {
  const tensors = tensorsOf(header.architecture, registry).map(({ path, shape }): SavedTensor => {
    const { name, fill, transposed } = sources.get(path)!
    if (name === null) return { path, data: new Float32Array(sizeOfShape(shape)).fill(fill) }
    const data = finite(numbersOf(name), name, file)
    return { path, data: transposed ? transpose(data, shape[1]!, shape[0]!) : data } // stored as (out,in)
  })
  return { ...header, tensors }
}

function finite(numbers: ArrayLike<number>, tensor: string, file: string): Float32Array {
  const values = numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
  const bad = values.find(value => !Number.isFinite(value))
  if (bad !== undefined) throw new FormatError('weights.nonFinite', `${file}: ${tensor} holds ${bad}`, { file, tensor, found: String(bad) })
  return values
}

/** @param from (rows, columns), row-major @returns (columns, rows) */
/** Numbers of the lab in a file's layout. */
export const inFile = (data: Float32Array, { shape, transposed }: Pick<NamedInFile, 'shape' | 'transposed'>): Float32Array => transposed ? transpose(data, shape[1]!, shape[0]!) : data

export function transpose(from: Float32Array, rows: number, columns: number): Float32Array {
  const to = new Float32Array(from.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) to[c * rows + r] = from[r * columns + c]!
  return to
}
