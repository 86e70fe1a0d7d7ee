import { ConfigError } from './errors'
import { foundText } from './found'

export const activations = ['relu', 'sigmoid'] as const
/** Standard deviation of the initial weights: 'small' is 0.01; Xavier and He depend on the number n of inputs: √(1/n), √(2/n). */
export const inits = ['small', 'xavier', 'he'] as const
export const optimizers = ['sgd', 'momentum', 'adagrad', 'rmsprop', 'adam'] as const

/** The usual learning rate of each optimizer for a network like this one: a hint for the user, never set automatically. */
export const usualLearningRates: Readonly<Record<OptimizerName, number>> = { sgd: 0.1, momentum: 0.01, adagrad: 0.01, rmsprop: 0.001, adam: 0.001 }

export type Activation = (typeof activations)[number]
export type Init = (typeof inits)[number]
export type OptimizerName = (typeof optimizers)[number]

/** A network: an MLP that ends in Softmax-with-Loss. */
export interface Architecture {
  /** Number of units in each layer, from input to output: [784, 50, 10] */
  readonly layers: readonly number[]
  readonly activation: Activation
}

/** Everything that determines a run: the same config gives the same weights, bit for bit. */
export interface RunConfig extends Architecture {
  /** Name of the dataset: 'mnist' */
  readonly dataset: string
  readonly init: Init
  readonly optimizer: OptimizerName
  readonly learningRate: number
  /** Number of samples in a mini-batch */
  readonly batchSize: number
  /** 0 to 2³² − 1; determines the initial weights and the order of images in each epoch */
  readonly seed: number
}

export const defaultConfig: RunConfig = {
  dataset: 'mnist', layers: [784, 50, 10], activation: 'relu', init: 'he', optimizer: 'sgd', learningRate: 0.1, batchSize: 100, seed: 1,
}

export const limits = {
  hiddenLayers: 8,
  units: 4096,
  /** Limit for weights and biases together: 20 million float32 take 80 MB, and gradients as much again. */
  parameters: 20_000_000,
  learningRate: 100,
  batchSize: 10_000,
  seed: 2 ** 32 - 1,
  iterations: 100_000_000,
} as const

const isCount = (value: unknown, max: number, min = 1): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max

/** Number of weights and biases of an architecture. */
export const countParameters = (layers: readonly number[]): number =>
  layers.slice(1).reduce((sum, units, i) => sum + (layers[i]! + 1) * units, 0)

/**
 * Checks an architecture from a form, a flag or a file.
 * @throws ConfigError naming the field, the allowed values and the value found
 */
export function checkArchitecture(value: { layers?: unknown, activation?: unknown }): Architecture {
  const { layers, activation } = value
  if (!Array.isArray(layers) || layers.length < 2 || layers.length > limits.hiddenLayers + 2)
    throw new ConfigError('config.layers', `layers: 2 to ${limits.hiddenLayers + 2} sizes, found ${foundText(layers)}`, { found: foundText(layers), max: limits.units, maxLayers: limits.hiddenLayers })
  for (const units of layers as unknown[]) {
    if (!isCount(units, limits.units))
      throw new ConfigError('config.layers', `layers: whole numbers from 1 to ${limits.units}, found ${foundText(units)}`, { found: foundText(units), max: limits.units, maxLayers: limits.hiddenLayers })
  }
  const parameters = countParameters(layers as number[])
  if (parameters > limits.parameters)
    throw new ConfigError('config.parameters', `at most ${limits.parameters} parameters, found ${parameters}`, { found: parameters, max: limits.parameters })
  return { layers: [...layers as number[]], activation: oneOf(activations, activation, 'config.activation') }
}

/**
 * Checks a whole configuration; unknown fields are dropped.
 * @throws ConfigError naming the field, the allowed values and the value found
 */
export function checkRunConfig(value: unknown): RunConfig {
  const v = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const architecture = checkArchitecture(v)
  const { learningRate, batchSize, seed } = v
  if (typeof learningRate !== 'number' || !(learningRate > 0) || learningRate > limits.learningRate)
    throw new ConfigError('config.learningRate', `learning rate: above 0, at most ${limits.learningRate}, found ${foundText(learningRate)}`, { found: foundText(learningRate), max: limits.learningRate })
  if (!isCount(batchSize, limits.batchSize))
    throw new ConfigError('config.batchSize', `batch size: a whole number from 1 to ${limits.batchSize}, found ${foundText(batchSize)}`, { found: foundText(batchSize), max: limits.batchSize })
  if (!isCount(seed, limits.seed, 0))
    throw new ConfigError('config.seed', `seed: a whole number from 0 to ${limits.seed}, found ${foundText(seed)}`, { found: foundText(seed), max: limits.seed })
  return {
    dataset: oneOf(['mnist'], v.dataset, 'config.dataset'),
    ...architecture,
    init: oneOf(inits, v.init, 'config.init'),
    optimizer: oneOf(optimizers, v.optimizer, 'config.optimizer'),
    learningRate, batchSize, seed,
  }
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown, code: `config.${'activation' | 'init' | 'optimizer' | 'dataset'}`): T {
  if ((allowed as readonly unknown[]).includes(value)) return value as T
  throw new ConfigError(code, `${code}: one of ${allowed.join(', ')}, found ${foundText(value)}`, { found: foundText(value), allowed: allowed.join(', ') })
}
