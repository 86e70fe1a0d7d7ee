import { unitRange } from '../data/dataset'
import { FormatError } from '../errors'
import { readTensor, writeSafetensors } from './safetensors'
import { readSafetensorsHeader, type SafetensorsHeader } from './safetensors-header'
import { describeWeights, type WeightsHeader } from './weights-header'

/** The parameters of one affine layer, in the lab's layout. */
export interface LayerWeights {
  /** 'affine1' */
  readonly name: string
  /** (in, out), row-major */
  readonly W: Float32Array
  /** (out) */
  readonly b: Float32Array
}

/** A network's weights, with everything needed to use it or continue training. */
export interface WeightsFile extends WeightsHeader {
  readonly params: readonly LayerWeights[]
}

/** Writes weights as a safetensors file with PyTorch's names and layout. */
export function writeWeights(weights: WeightsFile): Uint8Array<ArrayBuffer> {
  const { layers } = weights.architecture
  const tensors = new Map<string, { shape: readonly number[], data: Float32Array }>()
  weights.params.forEach(({ name, W, b }, i) => {
    const [D, M] = [layers[i]!, layers[i + 1]!]
    tensors.set(`${name}.weight`, { shape: [M, D], data: transpose(W, D, M) })
    tensors.set(`${name}.bias`, { shape: [M], data: b })
  })
  const { normalization = unitRange, ...dataset } = weights.dataset ?? {}
  const metadata = new Map(Object.entries({
    'format': 'pt',
    'architecture': JSON.stringify({ ...weights.architecture, output: 'softmax' }),
    'normalization': JSON.stringify(normalization),
    'classes': JSON.stringify(weights.classes),
    ...weights.dataset && { dataset: JSON.stringify(dataset) },
    'training': JSON.stringify({ config: weights.config, step: weights.step }),
    'metrics': JSON.stringify(weights.metrics),
    'version': JSON.stringify(weights.version),
  }))
  return writeSafetensors(tensors, metadata)
}

/**
 * Reads a weights file from the lab, or one with the same tensor names. Tensor data is read last, after all other checks.
 * @param file its name, for the message
 * @throws FormatError safetensors.* for damaged bytes; weights.* for an unsupported or inconsistent network
 */
export function readWeights(bytes: Uint8Array, file: string): WeightsFile {
  const stored = readSafetensorsHeader(bytes, file)
  const header = describeWeights(stored, file)
  const { layers } = header.architecture
  const params = layers.slice(1).map((M, i): LayerWeights => {
    const D = layers[i]!
    const name = `affine${i + 1}`
    return {
      name,
      W: transpose(numbers(bytes, stored, `${name}.weight`, file), M, D), // stored as (out,in)
      b: numbers(bytes, stored, `${name}.bias`, file),
    }
  })
  return { ...header, params }
}

function numbers(bytes: Uint8Array, { tensors }: SafetensorsHeader, tensor: string, file: string): Float32Array {
  const { data } = readTensor(bytes, tensor, tensors.get(tensor)!, file)
  const values = data instanceof Float32Array ? data : new Float32Array(data)
  const bad = values.find(value => !Number.isFinite(value))
  if (bad !== undefined) throw new FormatError('weights.nonFinite', `${file}: ${tensor} holds ${bad}`, { file, tensor, found: String(bad) })
  return values
}

function transpose(from: Float32Array, rows: number, columns: number): Float32Array {
  const to = new Float32Array(from.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) to[c * rows + r] = from[r * columns + c]!
  return to
}
