import { unitRange } from '../data/dataset'
import { FormatError } from '../errors'
import type { LayerRegistry } from '../layers/registry'
import type { TensorNumbers } from '../network/params'
import { perceptronOf } from '../network/perceptron'
import { tensorsOf } from '../network/shapes'
import { readTensor, writeSafetensors } from './safetensors'
import { readSafetensorsHeader, type SafetensorsHeader } from './safetensors-header'
import { describeWeights, type WeightsHeader } from './weights-header'

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
  const { architecture, config, step } = weights
  const data = new Map(weights.tensors.map(tensor => [tensor.path, tensor.data]))
  const tensors = new Map(tensorsOf(architecture, registry).map(({ path, storedPath, shape, transposed }) => {
    const values = data.get(path)!
    if (!transposed) return [storedPath, { shape, data: values }] as const
    const [D, M] = shape as [number, number]
    return [storedPath, { shape: [M, D], data: transpose(values, D, M) }] as const
  }))
  const { normalization = unitRange, ...dataset } = weights.dataset ?? {}
  const short = perceptronOf(architecture)
  const metadata = new Map(Object.entries({
    'format': 'pt',
    ...short && { architecture: JSON.stringify({ ...short, output: 'softmax' }) }, // for earlier versions of the lab
    'network': JSON.stringify(architecture),
    'normalization': JSON.stringify(normalization),
    'classes': JSON.stringify(weights.classes),
    ...weights.dataset && { dataset: JSON.stringify(dataset) },
    'training': JSON.stringify({ config, step }),
    'metrics': JSON.stringify(weights.metrics),
    'version': JSON.stringify(weights.version),
    ...weights.weightsSha256 !== undefined && { weightsSha256: weights.weightsSha256 },
  }))
  return writeSafetensors(tensors, metadata)
}

/**
 * Reads a weights file from the lab, or one with the same tensor names. Tensor data is read last, after all other checks.
 * @param file its name, for the message
 * @param registry kinds of layers; left out: the registered ones
 * @throws FormatError safetensors.* for damaged bytes; weights.* for an unsupported or inconsistent network
 */
export function readWeights(bytes: Uint8Array, file: string, registry?: LayerRegistry): WeightsFile {
  const stored = readSafetensorsHeader(bytes, file)
  const header = describeWeights(stored, file, registry)
  const tensors = tensorsOf(header.architecture, registry).map(({ path, storedPath, shape, transposed }): SavedTensor => {
    const data = numbers(bytes, stored, storedPath, file)
    return { path, data: transposed ? transpose(data, shape[1]!, shape[0]!) : data } // stored as (out,in)
  })
  return { ...header, tensors }
}

function numbers(bytes: Uint8Array, { tensors }: SafetensorsHeader, tensor: string, file: string): Float32Array {
  const { data } = readTensor(bytes, tensor, tensors.get(tensor)!, file)
  const values = data instanceof Float32Array ? data : new Float32Array(data)
  const bad = values.find(value => !Number.isFinite(value))
  if (bad !== undefined) throw new FormatError('weights.nonFinite', `${file}: ${tensor} holds ${bad}`, { file, tensor, found: String(bad) })
  return values
}

/** @param from (rows, columns), row-major @returns (columns, rows) */
export function transpose(from: Float32Array, rows: number, columns: number): Float32Array {
  const to = new Float32Array(from.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) to[c * rows + r] = from[r * columns + c]!
  return to
}
