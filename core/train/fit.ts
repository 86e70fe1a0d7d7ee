import { type Dataset, type DatasetInfo, inputSize } from '../data/dataset'
import { isSameDataset } from '../data/dataset-mark'
import { takesSparse } from '../data/images'
import { ConfigError, LabError } from '../errors'
import type { WeightsFile } from '../formats/weights'
import type { Ops, ProductSize } from '../ops/ops'
import type { Architecture, NetworkSpec, Perceptron, RunConfig } from '../config'
import { at, checkParameters, outputOf, productsOf } from '../network/shapes'
import { layerDefinition } from '../layers/registry'
import { sizeOfShape } from '../layers/definition'
import { evaluationRows, runBlockSizes } from './parts'

/** The dataset's properties that determine a network's first and last layer. */
export type DatasetEnds = Pick<DatasetInfo, 'name' | 'shape' | 'classes' | 'sha256'>

/** Memory limit of one run. */
export const maxRunBytes = 2 ** 30

/** A network on a dataset's images. */
export const architectureOn = ({ layers, loss }: NetworkSpec, dataset: Pick<DatasetEnds, 'shape'>): Architecture => ({ input: [inputSize(dataset)], layers, loss })

/**
 * Checks that a perceptron goes from a dataset's pixels to its classes.
 * @throws ConfigError config.ends naming the sizes
 */
export function checkPerceptronEnds({ layers }: Pick<Perceptron, 'layers'>, dataset: DatasetEnds): void {
  if (layers[0] === inputSize(dataset) && layers.at(-1) === dataset.classes.length) return
  const wanted = endsOf(dataset)
  throw new ConfigError('config.ends', `a network for ${dataset.name} goes from ${wanted}, found ${layers.join('-')}`, { dataset: dataset.name, wanted, found: layers.join('-') })
}

/**
 * Checks that a network's layers fit together and end in one output per class.
 * @throws ConfigError network.* naming the layer; network.outputs
 */
export function checkEnds(network: NetworkSpec, dataset: DatasetEnds): void {
  const architecture = architectureOn(network, dataset)
  const [wanted, found] = [dataset.classes.length, sizeOfShape(outputOf(architecture))]
  if (found !== wanted) throw new ConfigError('network.outputs', `a network for ${dataset.name} ends in ${wanted} numbers, found ${found}`, { dataset: dataset.name, wanted, found })
  checkParameters(architecture)
}

/**
 * Checks that the network in a weights file fits the dataset, and was trained on no other one.
 * @param file its name, for the message
 * @throws LabError weights.dataset naming the sizes, weights.otherDataset naming the datasets
 */
export function checkWeightsFit({ architecture, dataset: trained }: Pick<WeightsFile, 'architecture' | 'dataset'>, dataset: DatasetEnds, file: string): void {
  const [wanted, found] = [endsOf(dataset), `${sizeOfShape(architecture.input)}-…-${sizeOfShape(outputOf(architecture))}`]
  if (wanted !== found) throw new LabError('weights.dataset', `${file}: a network for ${dataset.name} goes from ${wanted}, found ${found}`, { file, wanted, found })
  if (trained && !isSameDataset(trained, dataset)) throw new LabError('weights.otherDataset', `${file} was trained on ${trained.name}, wanted ${dataset.name}`, { file, wanted: dataset.name, found: trained.name })
}

const endsOf = (dataset: DatasetEnds): string => `${inputSize(dataset)}-…-${dataset.classes.length}`

/** @throws ConfigError network.batchSize naming the layer that cannot be trained with mini-batches of this size */
export function checkBatch({ layers }: NetworkSpec, batchSize: number): void {
  layers.forEach(({ kind }, i) => at(i, () => layerDefinition(kind).checkBatch?.(batchSize)))
}

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
  /** Sizes of the blocks that the run allocates in the backend's memory, in order */
  readonly blocks: readonly number[]
  /** The products of its steps and its evaluation, for `ops.reserve` */
  readonly products: readonly ProductSize[]
}

/**
 * Checks, without allocating, that a run fits the dataset and the memory.
 * @param max limit in bytes
 * @throws ConfigError config.ends
 * @throws LabError train.memory
 */
export function runMemory(config: RunConfig, dataset: Dataset, ops: Ops, max = maxRunBytes): RunMemory {
  checkEnds(config.network, dataset.info)
  const rows = Math.min(config.batchSize, dataset.train.count)
  checkBatch(config.network, rows)
  const architecture = architectureOn(config.network, dataset.info)
  const sparse = startsSparse(config.network) && takesSparse(ops, dataset)
  const measured = evaluationRows(architecture)
  const products = stepProducts(architecture, rows, measured, sparse)
  const tensors = runBlockSizes(architecture, config, rows, sparse)
  const blocks = [...tensors, ...ops.missingBlocks(products)]
  const images = sparse ? 4 * sizeOfShape(architecture.input) * (rows + measured) : 0 // expanded rows, which are not in the backend's memory
  const bytes = [...tensors, ...ops.workingBlocks(products)].reduce((sum, bytes) => sum + bytes, images)
  if (bytes > max) throw memoryError(bytes, max)
  return { rows, bytes, blocks, products }
}

/** Whether a network's first layer reads sparse rows. */
export const startsSparse = ({ layers: [first] }: NetworkSpec): boolean => first !== undefined && layerDefinition(first.kind).takesSparse

/** The products of a step with N rows, and those of an evaluation: forward only. */
function stepProducts(architecture: Architecture, N: number, measured: number, sparse: boolean): readonly ProductSize[] {
  return productsOf(architecture).flatMap(({ inputs: D, outputs: M, first }): readonly ProductSize[] => {
    const forward = { form: 'matmul', N: Math.max(N, measured), D, M, sparse: sparse && first } as const
    const toWeights = { form: 'matmulTN', N, D, M, sparse: sparse && first } as const
    return first ? [forward, toWeights] : [forward, toWeights, { form: 'matmulNT', N, D, M }]
  })
}
