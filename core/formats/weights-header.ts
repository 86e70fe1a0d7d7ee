import { activations, type Architecture, type RunConfig } from '../config'
import type { DatasetMark } from '../data/dataset'
import { markOf, readDatasetMark } from '../data/dataset-mark'
import { mnist } from '../data/mnist'
import { sizeOfShape } from '../layers/definition'
import type { LayerRegistry } from '../layers/registry'
import { outputOf } from '../network/shapes'
import { isCount, record } from '../untrusted'
import { checkRunConfig } from './run-config'

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

/**
 * Gaps in a weights file that the user must be told about: it names no activation, so ReLU is assumed; it does not say how its network
 * got the pixels, so 0 to 1 is assumed; it does not contain the optimizer's state.
 */
export const weightsGaps = ['activation', 'normalization', 'optimizer'] as const
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

/** The tensors of a file of any format, without their numbers, and what its metadata says. */
export interface StoredNetwork {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[], readonly dtype: string }>
  readonly metadata: ReadonlyMap<string, string>
}

/** What a file says of its network. */
export function describe(header: StoredNetwork, architecture: Architecture, registry?: LayerRegistry): WeightsHeader {
  const training = record(readJson(header, 'training'))
  const config = readConfig(training.config, architecture, registry)
  const step = isCount(training.step) ? training.step : 0
  const isForeign = !describesItself(header)
  const lacks: Readonly<Record<WeightsGap, boolean>> = {
    normalization: isForeign,
    activation: isForeign && architecture.layers.some(({ kind }) => kind === assumedActivation),
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
const describesItself = ({ metadata }: Pick<StoredNetwork, 'metadata'>): boolean => metadata.has('network') || metadata.has('architecture')

/** The activation of a network that does not describe itself, until a person chooses another. */
export const assumedActivation = activations[0]

/** Returns null for invalid training settings: the weights are still usable. */
function readConfig(value: unknown, architecture: Architecture, registry?: LayerRegistry): RunConfig | null {
  const given = record(value)
  const { layers, loss } = architecture
  try { return checkRunConfig({ ...given, network: { layers, loss } }, registry) }
  catch { return null }
}

/** Our metadata is a few hundred characters long: anything much longer is foreign, and not worth the memory. */
const maxJsonLength = 1_000_000

const readJson = ({ metadata }: StoredNetwork, key: string): unknown => parseJson(metadata.get(key) ?? 'null')

export function parseJson(text: string): unknown {
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

const readVersion = (value: unknown): string => typeof value === 'string' ? value : ''

/** The dataset that a network has learned; files of earlier versions have MNIST's in their settings alone. Null: the file does not say it. */
export const learnedDataset = ({ dataset, config }: Pick<WeightsHeader, 'dataset' | 'config'>): DatasetMark | null => dataset ?? (config?.dataset === mnist.id ? markOf(mnist) : null)
