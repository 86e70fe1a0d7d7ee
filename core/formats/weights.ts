import { FormatError } from '../errors'
import { type Architecture, checkArchitecture, checkRunConfig, type RunConfig } from '../train/config'
import { excerpt } from './excerpt'
import { parseSafetensors, type Safetensors, writeSafetensors } from './safetensors'

/** One affine layer's numbers in the lab's layout. */
export interface LayerWeights {
  /** 'affine1' */
  readonly name: string
  /** (in, out), row-major */
  readonly W: Float32Array
  /** (out) */
  readonly b: Float32Array
}

export interface WeightsMetrics {
  /** 0 to 1 */
  readonly trainAccuracy?: number
  readonly testAccuracy?: number
  readonly loss?: number
}

/** A network's weights with what is needed to go on using or training them. */
export interface WeightsFile {
  readonly architecture: Architecture
  /** How it was trained; null when the file does not say */
  readonly config: RunConfig | null
  /** Mini-batches learned */
  readonly step: number
  readonly params: readonly LayerWeights[]
  readonly metrics: WeightsMetrics
  readonly classes: readonly string[]
  /** The lab's, that wrote it */
  readonly version: string
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
  const metadata = new Map(Object.entries({
    'format': 'pt',
    'architecture': JSON.stringify({ ...weights.architecture, output: 'softmax' }),
    'normalization': JSON.stringify({ divideBy: 255 }),
    'classes': JSON.stringify(weights.classes),
    'training': JSON.stringify({ config: weights.config, step: weights.step }),
    'metrics': JSON.stringify(weights.metrics),
    'version': JSON.stringify(weights.version),
  }))
  return writeSafetensors(tensors, metadata)
}

/**
 * Reads a weights file that the lab wrote.
 * @param file its name, for the message
 * @throws FormatError safetensors.* for damaged bytes; weights.* for a network that is not ours or does not fit together
 */
export function readWeights(bytes: Uint8Array, file: string): WeightsFile {
  const stored = parseSafetensors(bytes, file)
  const architecture = readArchitecture(stored, file)
  const { layers } = architecture
  const params = layers.slice(1).map((M, i): LayerWeights => {
    const D = layers[i]!
    const name = `affine${i + 1}`
    return {
      name,
      W: transpose(numbers(stored, file, `${name}.weight`, [M, D]), M, D), // stored (out,in)
      b: numbers(stored, file, `${name}.bias`, [M]),
    }
  })
  const extra = [...stored.tensors.keys()].find(name => !params.some(layer => name === `${layer.name}.weight` || name === `${layer.name}.bias`))
  if (extra !== undefined) throw new FormatError('weights.foreign', `${file}: ${extra} belongs to no layer`, { file, wanted: layers.join('-'), found: excerpt(extra) })
  const training = record(readJson(stored, 'training'))
  return {
    architecture,
    config: readConfig(training.config, architecture),
    step: isCount(training.step) ? training.step : 0,
    params,
    metrics: readMetrics(readJson(stored, 'metrics')),
    classes: readClasses(readJson(stored, 'classes'), layers.at(-1)!),
    version: readVersion(readJson(stored, 'version')),
  }
}

function readArchitecture(stored: Safetensors, file: string): Architecture {
  const found = stored.metadata.has('architecture') ? excerpt(stored.metadata.get('architecture')!) : namesIn(stored)
  const value = readJson(stored, 'architecture')
  try { return checkArchitecture(record(value)) }
  catch (cause) {
    throw new FormatError('weights.foreign', `${file}: no network of the lab's: ${cause instanceof Error ? cause.message : ''}`, { file, wanted: 'architecture, affine1.weight, affine1.bias', found: found || '–' })
  }
}

/** A training configuration that no longer holds is left out: the weights are still good. */
function readConfig(value: unknown, architecture: Architecture): RunConfig | null {
  try { return checkRunConfig({ ...record(value), ...architecture }) }
  catch { return null }
}

function numbers(stored: Safetensors, file: string, tensor: string, wanted: readonly number[]): Float32Array {
  const found = stored.tensors.get(tensor)
  if (!found) throw new FormatError('weights.missing', `${file}: no ${tensor}`, { file, tensor, wanted: shape(wanted), found: namesIn(stored) || '–' })
  if (found.shape.join() !== wanted.join())
    throw new FormatError('weights.shape', `${file}: ${tensor} is ${shape(found.shape)}, wanted ${shape(wanted)}`, { file, tensor, wanted: shape(wanted), found: excerpt(shape(found.shape)) })
  const values = found.data instanceof Float32Array ? found.data : new Float32Array(found.data)
  const bad = values.find(value => !Number.isFinite(value))
  if (bad !== undefined) throw new FormatError('weights.nonFinite', `${file}: ${tensor} holds ${bad}`, { file, tensor, found: String(bad) })
  return values
}

/** (rows, columns) → (columns, rows) */
function transpose(from: Float32Array, rows: number, columns: number): Float32Array {
  const to = new Float32Array(from.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) to[c * rows + r] = from[r * columns + c]!
  return to
}

/** Ours are a few hundred characters long: a long one is somebody else's, and not worth the memory. */
const maxJsonLength = 1_000_000

function readJson({ metadata }: Safetensors, key: string): unknown {
  const text = metadata.get(key) ?? 'null'
  if (text.length > maxJsonLength) return null
  try { return JSON.parse(text) }
  catch { return null }
}

function readMetrics(value: unknown): WeightsMetrics {
  const { trainAccuracy, testAccuracy, loss } = record(value)
  const share = (x: unknown) => typeof x === 'number' && x >= 0 && x <= 1 ? x : undefined
  const known = { trainAccuracy: share(trainAccuracy), testAccuracy: share(testAccuracy), loss: typeof loss === 'number' && Number.isFinite(loss) ? loss : undefined }
  return Object.fromEntries(Object.entries(known).filter(([, x]) => x !== undefined))
}

const readClasses = (value: unknown, count: number): readonly string[] =>
  Array.isArray(value) && value.length === count && value.every(name => typeof name === 'string') ? value as string[] : Array.from({ length: count }, (_, i) => String(i))

const readVersion = (value: unknown): string => typeof value === 'string' ? value : ''
const namesIn = ({ tensors }: Safetensors): string => excerpt([...tensors.keys()].slice(0, 6).join(', '))
const record = (value: unknown): Record<string, unknown> => typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const shape = (dims: readonly number[]): string => `(${dims.join(', ')})`
