import type { Dataset } from '../data/dataset'
import { takesSparse } from '../data/images'
import { ConfigError, LabError } from '../errors'
import type { WeightsFile } from '../formats/weights'
import type { Ops } from '../ops/ops'
import type { Architecture, RunConfig } from '../config'
import { evaluationRows, runBlockSizes } from './parts'

/** The dataset's properties that determine a network's first and last layer. */
export type DatasetEnds = Pick<Dataset, 'id' | 'rows' | 'columns' | 'classes'>

/** Memory limit of one run. */
export const maxRunBytes = 2 ** 30

/**
 * Checks that a network has one input per pixel and one output per class.
 * @throws ConfigError config.ends naming the sizes
 */
export function checkEnds({ layers }: Pick<Architecture, 'layers'>, dataset: DatasetEnds): void {
  if (fits(layers, dataset)) return
  const wanted = endsOf(dataset)
  throw new ConfigError('config.ends', `a network for ${dataset.id} goes from ${wanted}, found ${layers.join('-')}`, { dataset: dataset.id, wanted, found: layers.join('-') })
}

/**
 * Checks that the network in a weights file fits the dataset.
 * @param file its name, for the message
 * @throws LabError weights.dataset naming the sizes
 */
export function checkWeightsFit({ architecture: { layers } }: WeightsFile, dataset: DatasetEnds, file: string): void {
  if (fits(layers, dataset)) return
  const wanted = endsOf(dataset)
  throw new LabError('weights.dataset', `${file}: a network for ${dataset.id} goes from ${wanted}, found ${layers.join('-')}`, { file, wanted, found: layers.join('-') })
}

const fits = (layers: readonly number[], { rows, columns, classes }: DatasetEnds): boolean => layers[0] === rows * columns && layers.at(-1) === classes
const endsOf = ({ rows, columns, classes }: DatasetEnds): string => `${rows * columns}-…-${classes}`

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)
export const memoryError = (bytes: number, max = maxRunBytes): LabError =>
  new LabError('train.memory', `the run takes ${megabytes(bytes)} MB`, { found: megabytes(bytes), max: megabytes(max) })

/** Runs an allocation. @param bytes estimated size, for the message @throws LabError train.memory when the memory is full */
export function withinMemory<T>(bytes: number, allocate: () => T): T {
  try { return allocate() }
  catch (cause) { throw cause instanceof RangeError ? memoryError(bytes) : cause } // typed arrays and arenas throw RangeError
}

/** Memory of a run, including its evaluation and the working memory of its products. */
export interface RunMemory {
  /** Rows of its mini-batches */
  readonly rows: number
  /** Total size */
  readonly bytes: number
  /** Sizes of the blocks in the backend's memory, in the order of allocation */
  readonly blocks: readonly number[]
}

/**
 * Checks, without allocating, that a run fits the dataset and the memory.
 * @param max limit in bytes
 * @throws ConfigError config.ends
 * @throws LabError train.memory
 */
export function runMemory(config: RunConfig, dataset: Dataset, ops: Ops, max = maxRunBytes): RunMemory {
  checkEnds(config, dataset)
  const rows = Math.min(config.batchSize, dataset.train.count)
  const sparse = takesSparse(ops, dataset)
  const measured = evaluationRows(config)
  const products = productsOf(config.layers, rows, measured, sparse).map(([I, K, J]) => ops.productBytes(I, K, J))
  const blocks = [...runBlockSizes(config, rows, sparse), Math.max(...products)]
  const images = sparse ? 4 * config.layers[0]! * (rows + measured) : 0 // expanded rows, which are not in the backend's memory
  const bytes = blocks.reduce((sum, bytes) => sum + bytes, images)
  if (bytes > max) throw memoryError(bytes, max)
  return { rows, bytes, blocks }
}

/** The products (I,K)·(K,J) of a step with N rows, and those of an evaluation: forward only. */
function productsOf(layers: readonly number[], N: number, measured: number, sparse: boolean): readonly (readonly [I: number, K: number, J: number])[] {
  return layers.slice(1).flatMap((M, i) => {
    const D = layers[i]!
    const [forward, toWeights, toInput] = [[Math.max(N, measured), D, M], [D, N, M], [N, M, D]] as const
    if (i > 0) return [forward, toWeights, toInput]
    return sparse ? [toWeights] : [forward, toWeights]
  })
}
