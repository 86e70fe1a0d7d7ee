import type { DatasetMark } from '../data/dataset'
import { readDatasetMark } from '../data/dataset-mark'
import { ConfigError, FormatError } from '../errors'
import { foundText } from '../found'
import { activations, type Architecture, limits, type RunConfig } from '../config'
import { sizeOfShape } from '../layers/definition'
import { layerDefinition, type LayerRegistry } from '../layers/registry'
import { checkNetwork } from '../network/check'
import { checkPerceptron, expand } from '../network/perceptron'
import { checkParameters, countParameters, outputOf, planOf, tensorsOf } from '../network/shapes'
import { isCount, record } from '../untrusted'
import { checkRunConfig } from './run-config'
import { excerpt } from '../typed/excerpt'
import { readableDtype, readSafetensorsHeader, type SafetensorsHeader } from './safetensors-header'

export interface WeightsMetrics {
  /** 0 to 1 */
  readonly trainAccuracy?: number
  /** 0 to 1; left out without validation images */
  readonly validationAccuracy?: number
  /** 0 to 1 */
  readonly testAccuracy?: number
  /** Of the latest mini-batch */
  readonly loss?: number
}

/** Gaps in a weights file that the user must be told about: it names no activation, so ReLU is assumed; it does not contain the optimizer's state. */
export const weightsGaps = ['activation', 'optimizer'] as const
export type WeightsGap = (typeof weightsGaps)[number]

/** Everything in a weights file except the weights. */
export interface WeightsHeader {
  readonly architecture: Architecture
  /** Training settings; null when the file does not contain them */
  readonly config: RunConfig | null
  /** Number of mini-batches trained on */
  readonly step: number
  readonly metrics: WeightsMetrics
  readonly classes: readonly string[]
  /** The dataset that the network was trained on; left out: unknown */
  readonly dataset?: DatasetMark
  /** Version of the lab that wrote it */
  readonly version: string
  /** Hash of the parameters that the file states (`hashWeights`), not verified; left out: it states none */
  readonly weightsSha256?: string
  /** Information that the file lacks and that the user must be told about */
  readonly gaps?: readonly WeightsGap[]
}

/**
 * Reads the header of a weights file and checks that its tensors match its network. No tensor data is read.
 * @param start the file's first bytes: at least up to `safetensorsHeaderEnd`
 * @param file its name, for the message
 * @param fileBytes size of the whole file
 * @throws FormatError safetensors.* for damaged bytes; weights.* for an unsupported or inconsistent network
 */
export function readWeightsHeader(start: Uint8Array, file: string, fileBytes = start.length): WeightsHeader {
  return describeWeights(readSafetensorsHeader(start, file, fileBytes), file)
}

/** Metadata `kind` of a checkpoint, which has other tensors and other names than a weights file. */
export const checkpointKind = 'backprop-lab checkpoint'

/** The same for a safetensors header that has been read. @throws FormatError weights.*, safetensors.dtype */
export function describeWeights(header: SafetensorsHeader, file: string, registry?: LayerRegistry): WeightsHeader {
  if (header.metadata.get('kind') === checkpointKind) throw new FormatError('weights.checkpoint', `${file} is a checkpoint`, { file })
  const [declared, short] = [header.metadata.get('network'), header.metadata.get('architecture')]
  const architecture = declared !== undefined ? readNetwork(declared, file, registry) : short !== undefined ? readPerceptron(short, file) : architectureOf(header, file)
  checkTensors(header, architecture, file, registry)
  const training = record(readJson(header, 'training'))
  const config = readConfig(training.config, architecture, registry)
  const step = isCount(training.step) ? training.step : 0
  const lacks: Readonly<Record<WeightsGap, boolean>> = {
    activation: !describesItself(header) && architecture.layers.length > 1,
    optimizer: config !== null && config.optimizer.kind !== 'sgd' && step > 0,
  }
  const gaps = weightsGaps.filter(gap => lacks[gap])
  const dataset = readDatasetMark(readJson(header, 'dataset'), readJson(header, 'normalization'))
  const weightsSha256 = header.metadata.get('weightsSha256')
  return {
    architecture, config, step,
    metrics: readMetrics(readJson(header, 'metrics')),
    classes: readClasses(readJson(header, 'classes'), sizeOfShape(outputOf(architecture, registry))),
    version: readVersion(readJson(header, 'version')),
    ...dataset && { dataset },
    ...weightsSha256 !== undefined && { weightsSha256 },
    ...gaps.length > 0 && { gaps },
  }
}

/** Whether the metadata says what the network is; files of other programs hold its tensors only. */
export const describesItself = ({ metadata }: SafetensorsHeader): boolean => metadata.has('network') || metadata.has('architecture')

/** The activation of a network that does not describe itself, until a person chooses another. */
export const assumedActivation = activations[0]

/** Limit for the pixels of an image */
const maxInputs = 2 ** 20

/** Reads the network that the metadata declares. */
function readNetwork(text: string, file: string, registry?: LayerRegistry): Architecture {
  const value = record(parseJson(text))
  const { input } = value
  try {
    if (!Array.isArray(input) || input.length < 1 || input.length > 3 || !input.every(isCount) || sizeOfShape(input) < 1 || sizeOfShape(input) > maxInputs)
      throw new ConfigError('network.input', `the input is ${foundText(input)}`, { found: foundText(input) })
    const architecture = { input, ...checkNetwork(value, registry) }
    checkParameters(architecture, registry) // also checks that the layers fit together
    return architecture
  }
  catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    throw new FormatError('weights.network', `${file}: ${cause.message}`, { file, layer: cause.details.layer ?? '–', found: excerpt(String(cause.details.found ?? '–')) }, { cause })
  }
}

/** The network in the metadata of earlier versions: sizes and one activation. */
function readPerceptron(text: string, file: string): Architecture {
  const { layers, activation } = record(parseJson(text))
  try { return expand(checkPerceptron({ layers, activation })) }
  catch (cause) {
    const found = typeof activation === 'string' && !isActivation(activation) && isPerceptron({ layers, activation: activations[0] }) ? activation : null
    if (found !== null) throw new FormatError('weights.activation', `${file}: the activation ${found} is unknown`, { file, wanted: activations.join(', '), found: excerpt(found) })
    throw new FormatError('weights.foreign', `${file}: not a network of the lab: ${cause instanceof Error ? excerpt(cause.message) : ''}`, { file, wanted: 'architecture, affine1.weight, affine1.bias', found: excerpt(text) || '–' })
  }
}

/** Derives the network from the shapes of affine1.weight, affine2.weight, …, with ReLU between them: PyTorch's files name no activation. */
function architectureOf(header: SafetensorsHeader, file: string): Architecture {
  const { tensors } = header
  const layers: number[] = []
  for (let i = 1; tensors.has(`affine${i}.weight`); i++) {
    const tensor = `affine${i}.weight`
    const { shape } = tensors.get(tensor)!
    const [M, D, ...more] = shape
    const wanted = `(…, ${layers.at(-1) ?? '…'})`
    if (M === undefined || D === undefined || more.length > 0 || (layers.length > 0 && D !== layers.at(-1)))
      throw new FormatError('weights.shape', `${file}: ${tensor} is ${shapeText(shape)}, wanted ${wanted}`, { file, tensor, wanted, found: excerpt(shapeText(shape)) })
    layers.push(...layers.length === 0 ? [D, M] : [M])
  }
  if (layers.length === 0) throw new FormatError('weights.foreign', `${file}: not a network of the lab`, { file, wanted: 'affine1.weight, affine1.bias, …', found: namesIn(header) || '–' })
  const perceptron = { layers, activation: assumedActivation }
  if (isPerceptron(perceptron)) return expand(perceptron)
  throw new FormatError('weights.size', `${file}: ${layers.join('-')} exceeds the limits`, {
    file, found: excerpt(layers.join('-')), parameters: countParameters(expand(perceptron)), maxLayers: limits.hiddenLayers, maxUnits: limits.units, maxParameters: limits.parameters,
  })
}

function checkTensors(header: SafetensorsHeader, architecture: Architecture, file: string, registry?: LayerRegistry): void {
  const wanted = new Map(tensorsOf(architecture, registry).map(({ storedPath, shape, transposed }) => [storedPath, transposed ? [...shape].reverse() : shape]))
  for (const [tensor, shape] of wanted) {
    const found = header.tensors.get(tensor)
    if (!found) throw new FormatError('weights.missing', `${file}: no ${tensor}`, { file, tensor, wanted: shapeText(shape), found: namesIn(header) || '–' })
    if (found.shape.join() !== shape.join())
      throw new FormatError('weights.shape', `${file}: ${tensor} is ${excerpt(shapeText(found.shape))}, wanted ${shapeText(shape)}`, { file, tensor, wanted: shapeText(shape), found: excerpt(shapeText(found.shape)) })
  }
  // unexpected tensors are reported before an unsupported dtype
  const ignored = ignoredOf(architecture, registry)
  const extra = [...header.tensors.keys()].find(name => !wanted.has(name) && !ignored.has(name))
  if (extra !== undefined) throw new FormatError('weights.foreign', `${file}: ${excerpt(extra)} does not belong to a layer`, { file, wanted: [...wanted.keys()].join(', '), found: excerpt(extra) })
  for (const tensor of wanted.keys()) readableDtype(tensor, header.tensors.get(tensor)!.dtype, file)
}

/** Tensors of PyTorch's files that the lab has no use for. */
const ignoredOf = (architecture: Architecture, registry?: LayerRegistry): ReadonlySet<string> =>
  new Set(planOf(architecture, registry).flatMap(({ name, spec }) => (layerDefinition(spec.kind, registry).ignored ?? []).map(tensor => `${name}.${tensor}`)))

/** Returns null for invalid training settings: the weights are still usable. */
function readConfig(value: unknown, architecture: Architecture, registry?: LayerRegistry): RunConfig | null {
  const given = record(value)
  const { layers, loss } = architecture
  try { return checkRunConfig({ ...given, network: { layers, loss } }, registry) }
  catch { return null }
}

/** Our metadata is a few hundred characters long: anything much longer is foreign, and not worth the memory. */
const maxJsonLength = 1_000_000

const readJson = ({ metadata }: SafetensorsHeader, key: string): unknown => parseJson(metadata.get(key) ?? 'null')

function parseJson(text: string): unknown {
  if (text.length > maxJsonLength) return null
  try { return JSON.parse(text) }
  catch { return null }
}

function readMetrics(value: unknown): WeightsMetrics {
  const { trainAccuracy, validationAccuracy, testAccuracy, loss } = record(value)
  const share = (x: unknown) => typeof x === 'number' && x >= 0 && x <= 1 ? x : undefined
  const known = { trainAccuracy: share(trainAccuracy), validationAccuracy: share(validationAccuracy), testAccuracy: share(testAccuracy), loss: typeof loss === 'number' && Number.isFinite(loss) ? loss : undefined }
  return Object.fromEntries(Object.entries(known).filter(([, x]) => x !== undefined))
}

const readClasses = (value: unknown, count: number): readonly string[] =>
  Array.isArray(value) && value.length === count && value.every(name => typeof name === 'string') ? value as string[] : Array.from({ length: count }, (_, i) => String(i))

function isPerceptron(value: { layers?: unknown, activation?: unknown }): boolean {
  try { return Boolean(checkPerceptron(value)) }
  catch { return false }
}

const isActivation = (name: string): boolean => (activations as readonly string[]).includes(name)
const readVersion = (value: unknown): string => typeof value === 'string' ? value : ''
const namesIn = ({ tensors }: SafetensorsHeader): string => excerpt([...tensors.keys()].slice(0, 6).sort().join(', '))
const shapeText = (dims: readonly number[]): string => `(${dims.slice(0, 20).join(', ')})`
