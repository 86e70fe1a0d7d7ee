export const activations = ['relu', 'sigmoid'] as const
/** Standard deviation of the initial weights: 'small' is 0.01; Xavier and He depend on the number n of inputs: √(1/n), √(2/n). */
export const inits = ['small', 'xavier', 'he'] as const
export const optimizers = ['sgd', 'momentum', 'adagrad', 'rmsprop', 'adam'] as const
export const losses = ['softmaxWithLoss', 'identityWithLoss'] as const

export type Activation = (typeof activations)[number]
export type Init = (typeof inits)[number]
export type OptimizerName = (typeof optimizers)[number]
export type LossName = (typeof losses)[number]

/** One layer as data: its kind, and its settings by name: `{ kind: 'affine', units: 50 }`. */
export interface LayerSpec {
  readonly kind: string
  readonly [setting: string]: string | number
}

/** A network as data: a chain of layers that ends in a loss. Its input comes from the dataset. */
export interface NetworkSpec {
  readonly layers: readonly LayerSpec[]
  readonly loss: LossName
}

/** A network with the shape of its input, for one image: [784]. */
export interface Architecture extends NetworkSpec {
  readonly input: readonly number[]
}

/** The chapter's kind of network in short: affine layers with one activation between them. */
export interface Perceptron {
  /** Number of units in each layer, from input to output: [784, 50, 10] */
  readonly layers: readonly number[]
  readonly activation: Activation
}

/** An optimizer as data: its learning rate and its other rates by name: `{ kind: 'momentum', learningRate: 0.01, momentum: 0.9 }`. */
export interface OptimizerSpec {
  readonly kind: OptimizerName
  readonly learningRate: number
  readonly [rate: string]: string | number
}

/** Everything that determines a run: the same config gives the same weights, bit for bit. */
export interface RunConfig {
  readonly version: 2
  /** Name of the dataset: 'mnist' */
  readonly dataset: string
  readonly network: NetworkSpec
  readonly init: Init
  readonly optimizer: OptimizerSpec
  /** λ: adds λ·W to the gradient of W; Adam subtracts η·λ·W from W instead (AdamW) */
  readonly weightDecay: number
  /** Number of samples in a mini-batch */
  readonly batchSize: number
  /** 0 to 2³² − 1; determines the initial weights, dropout's masks and, without an `orderSeed`, the order of images in each epoch */
  readonly seed: number
  readonly orderSeed?: number
  /** Share of the training images that is not learned from, 0 to 0.5 */
  readonly validation: number
}

export const limits = {
  hiddenLayers: 8,
  units: 4096,
  /** Layers of a network, without its loss */
  layers: 40,
  /** Largest input: 128×128 pixels */
  inputs: 16_384,
  /** Limit for weights and biases together: 20 million float32 take 80 MB, and gradients as much again. */
  parameters: 20_000_000,
  learningRate: 100,
  weightDecay: 10,
  validation: 0.5,
  batchSize: 10_000,
  seed: 2 ** 32 - 1,
  iterations: 100_000_000,
} as const

/** An id is also a folder's name: lower-case letters, digits and single hyphens. */
export const isDatasetId = (value: unknown): value is string => typeof value === 'string' && value.length <= 64 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value)

export const defaultConfig: RunConfig = {
  version: 2,
  dataset: 'mnist',
  network: { layers: [{ kind: 'affine', units: 50 }, { kind: 'relu' }, { kind: 'affine', units: 10 }], loss: 'softmaxWithLoss' },
  init: 'he',
  optimizer: { kind: 'sgd', learningRate: 0.1 },
  weightDecay: 0,
  batchSize: 100,
  seed: 1,
  validation: 0,
}
