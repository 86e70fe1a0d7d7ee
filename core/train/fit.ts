import { type Dataset, type DatasetInfo, inputSize } from '../data/dataset'
import { isSameDataset } from '../data/dataset-mark'
import { sparseInput, takesSparse } from '../data/images'
import { learnedCount, orderBytes } from '../data/mini-batches'
import { densityOf, sparseBytes } from '../data/sparse'
import { ConfigError, LabError } from '../errors'
import type { WeightsFile } from '../formats/weights'
import type { Ops, ProductSize } from '../ops/ops'
import type { Architecture, NetworkSpec, Perceptron, RunConfig } from '../config'
import { at, checkParameters, outputOf, productsOf } from '../network/shapes'
import { layerDefinition, type LayerRegistry } from '../layers/registry'
import { sizeOfShape } from '../layers/definition'
import type { Arena } from '../tensor'
import { allocationOf, evaluationRows } from './parts'
import { largestProduct } from './threads'

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
export function checkEnds(network: NetworkSpec, dataset: DatasetEnds, registry?: LayerRegistry): void {
  const architecture = architectureOn(network, dataset)
  const [wanted, found] = [dataset.classes.length, sizeOfShape(outputOf(architecture, registry))]
  if (found !== wanted) throw new ConfigError('network.outputs', `a network for ${dataset.name} ends in ${wanted} numbers, found ${found}`, { dataset: dataset.name, wanted, found })
  checkParameters(architecture, registry)
}

/**
 * Checks that the network in a weights file fits the dataset, and was trained on no other one.
 * @param file its name, for the message
 * @throws LabError weights.dataset naming the sizes, weights.otherDataset naming the datasets
 */
export function checkWeightsFit({ architecture, dataset: trained }: Pick<WeightsFile, 'architecture' | 'dataset'>, dataset: DatasetEnds, file: string, registry?: LayerRegistry): void {
  const [wanted, found] = [endsOf(dataset), `${sizeOfShape(architecture.input)}-…-${sizeOfShape(outputOf(architecture, registry))}`]
  if (wanted !== found) throw new LabError('weights.dataset', `${file}: a network for ${dataset.name} goes from ${wanted}, found ${found}`, { file, wanted, found })
  if (trained && !isSameDataset(trained, dataset)) throw new LabError('weights.otherDataset', `${file} was trained on ${trained.name}, wanted ${dataset.name}`, { file, wanted: dataset.name, found: trained.name })
}

const endsOf = (dataset: DatasetEnds): string => `${inputSize(dataset)}-…-${dataset.classes.length}`

/** @throws ConfigError network.batchSize naming the layer that cannot be trained with mini-batches of this size */
export function checkBatch({ layers }: NetworkSpec, batchSize: number, registry?: LayerRegistry): void {
  layers.forEach(({ kind }, i) => at(i, () => layerDefinition(kind, registry).checkBatch?.(batchSize)))
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)
export const memoryError = (bytes: number, max = maxRunBytes): LabError =>
  new LabError('train.memory', `the run takes ${megabytes(bytes)} MB`, { found: megabytes(bytes), max: megabytes(max) })

/** Runs an allocation. @param bytes estimated size, for the message @throws LabError train.memory when the memory is full */
export function withinMemory<T>(bytes: number, allocate: () => T): T {
  try { return allocate() }
  catch (cause) { throw cause instanceof RangeError ? memoryError(bytes) : cause } // typed arrays and arenas throw RangeError
}

/** Rows of a run's mini-batches: the batch size, or all images that are learned from if there are fewer. @param images of the training split */
export const batchRows = ({ batchSize, validation }: Pick<RunConfig, 'batchSize' | 'validation'>, images: number): number => Math.min(batchSize, learnedCount(images, validation))

/** Memory of a run, including its evaluation and the working memory of its products. */
export interface RunMemory {
  /** Rows of its mini-batches */
  readonly rows: number
  /** Approximate multiply-adds of a step's largest product, which determines the number of threads */
  readonly work: number
  /**
   * Total size, with the working memory of all threads that the run gets, the dataset's sparse rows, which other runs on the
   * same dataset share, and the copy of its state
   */
  readonly bytes: number
  /** Whether its first layer reads the dataset's sparse rows */
  readonly sparse: boolean
  /** Sizes in bytes of the blocks that the run allocates in the backend's memory, in order; sparse rows are not among them */
  readonly blocks: readonly number[]
  /** The products of its steps and its evaluation, for `ops.reserve` */
  readonly products: readonly ProductSize[]
}

export interface RunMemoryOptions {
  /** Limit in bytes; left out: 1 GB */
  readonly max?: number | undefined
  /** Kinds of layers; left out: the registered ones */
  readonly registry?: LayerRegistry | undefined
}

/**
 * Checks, without allocating, that a run fits the dataset and the memory.
 * @throws ConfigError network.* when the network does not fit the dataset or its batch size
 * @throws LabError train.memory
 */
export function runMemory(config: RunConfig, dataset: Dataset, ops: Ops, { max = maxRunBytes, registry }: RunMemoryOptions = {}): RunMemory {
  const { network } = config
  checkEnds(network, dataset.info, registry)
  const rows = batchRows(config, dataset.train.count)
  checkBatch(network, rows, registry)
  const architecture = architectureOn(network, dataset.info)
  const sparse = startsSparse(network, registry) && takesSparse(ops, dataset)
  const measured = evaluationRows(architecture, registry)
  const products = stepProducts(architecture, { N: rows, measured, sparse, registry })
  const work = largestProduct(architecture, rows, sparse ? densityOf(dataset.train) : 1, registry)
  const threads = ops.threadsFor(work)
  const { blocks, copy } = allocationOf(architecture, config, { rows, sparse, registry })
  const expanded = 4 * sizeOfShape(architecture.input) * (rows + measured) // sparse rows as numbers, for views
  const images = sparse ? sparseBytes(dataset.train) + sparseBytes(dataset.test) + expanded : 0
  const bytes = [...blocks, ...ops.workingBlocks(products, threads)].reduce((sum, bytes) => sum + bytes, copy + images + orderBytes(dataset.train.count, config.validation))
  if (bytes > max) throw memoryError(bytes, max)
  return { rows, work, bytes, sparse, blocks: [...blocks, ...ops.missingBlocks(products, threads)], products }
}

/**
 * Makes sure that a run's memory will suffice once other arenas are disposed; does not change these arenas.
 * @returns a function that releases the reservation
 * @throws LabError train.memory
 */
export function reserveMemory({ bytes, blocks, sparse }: Pick<RunMemory, 'bytes' | 'blocks' | 'sparse'>, { dataset, ops, instead, max }: { readonly dataset: Dataset, readonly ops: Ops, readonly instead: readonly Arena[], readonly max?: number | undefined }): () => void {
  const arena = ops.arena()
  try {
    if (sparse) sparseInput(ops, dataset, 1, arena) // also allocates the packed images, which the next run shares
    arena.reserve(blocks, instead)
  }
  catch (cause) {
    arena.dispose()
    throw cause instanceof RangeError ? memoryError(bytes, max) : cause
  }
  return () => arena.dispose()
}

/** How one run is replaced by another. */
export interface Replacement<T> {
  /** Whether the memory suffices for both at once */
  readonly bothFit: boolean
  /** Reserves the new run's memory while the old one still exists, as {@link reserveMemory} does. */
  reserve(): () => void
  /** Disposes of the old run. */
  dispose(): void
  /** Builds the new run. */
  build(): T
}

/**
 * Builds a new run before disposing of the old one if the memory suffices for both, otherwise afterwards.
 * @throws LabError train.memory, in which case the old run is untouched
 */
export function replaceWithin<T>({ bothFit, reserve, dispose, build }: Replacement<T>): T {
  if (bothFit) {
    const next = build()
    dispose()
    return next
  }
  const release = reserve()
  dispose()
  try { return build() }
  finally { release() }
}

/** Whether a network's first layer reads sparse rows. */
export const startsSparse = ({ layers: [first] }: NetworkSpec, registry?: LayerRegistry): boolean => first !== undefined && layerDefinition(first.kind, registry).takesSparse

/** The products of a step with N rows and of an evaluation, which is forward only. */
function stepProducts(architecture: Architecture, { N, measured, sparse, registry }: { readonly N: number, readonly measured: number, readonly sparse: boolean, readonly registry: LayerRegistry | undefined }): readonly ProductSize[] {
  return productsOf(architecture, registry).flatMap(({ inputs: D, outputs: M, first }): readonly ProductSize[] => {
    const forward = { form: 'matmul', N: Math.max(N, measured), D, M, sparse: sparse && first } as const
    const toWeights = { form: 'matmulTN', N, D, M, sparse: sparse && first } as const
    return first ? [forward, toWeights] : [forward, toWeights, { form: 'matmulNT', N, D, M }]
  })
}
