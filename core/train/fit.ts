import type { Dataset } from '../data/dataset'
import { ConfigError, LabError } from '../errors'
import type { WeightsFile } from '../formats/weights'
import { type Architecture, countParameters, type OptimizerName, type RunConfig } from './config'

/** What a network's ends must agree with. */
export type DatasetEnds = Pick<Dataset, 'id' | 'rows' | 'columns' | 'classes'>

/** What one run may take: weights, gradients, their copies and a batch of activations. */
export const maxRunBytes = 2 ** 30

/**
 * Checks that a network takes the dataset's images and tells its classes apart.
 * @throws ConfigError config.ends naming the sizes
 */
export function checkEnds({ layers }: Pick<Architecture, 'layers'>, dataset: DatasetEnds): void {
  if (fits(layers, dataset)) return
  const wanted = endsOf(dataset)
  throw new ConfigError('config.ends', `a network for ${dataset.id} goes from ${wanted}, found ${layers.join('-')}`, { dataset: dataset.id, wanted, found: layers.join('-') })
}

/**
 * Checks that the network in a weights file belongs to the dataset.
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
export const memoryError = (bytes: number): LabError =>
  new LabError('train.memory', `the run takes ${megabytes(bytes)} MB`, { found: megabytes(bytes), max: megabytes(maxRunBytes) })

/** What an optimizer keeps for each weight. */
const keptPerWeight: Readonly<Record<OptimizerName, number>> = { sgd: 0, momentum: 1, adagrad: 1, rmsprop: 1, adam: 2 }

/** Weights four times (their gradients, what is kept, the evaluation's copy) and the optimizer's, activations four times (affine and ReLU, with gradients). */
export function runBytes({ layers, optimizer }: Pick<RunConfig, 'layers' | 'optimizer'>, rows: number): number {
  const units = layers.slice(1).reduce((sum, n) => sum + n, 0)
  return 4 * ((4 + keptPerWeight[optimizer]) * countParameters(layers) + rows * (layers[0]! + 4 * units))
}
