import { buildModel, createReferenceOps, type ExplainedNetwork, initialize, type LossName, type Normalization, parseLayers, type Precision, Random, unitRange } from '@core'

/** Chains of every kind of hidden layer before the last affine one, on 12 pixels. */
export const chains = [
  'affine 9, relu, affine 6',
  'affine 9, sigmoid, affine 6',
  'affine 9, tanh, affine 6',
  'affine 9, dropout 0.4, affine 6',
  'affine 9, relu, batchNormalization, affine 6',
  'batchNormalization, affine 9, batchNormalization, relu, dropout 0.3, affine 8, tanh, affine 7, sigmoid, affine 6',
  'affine 6',
] as const
/** Chains with layers between the last affine one and the loss */
export const longEnds = ['affine 9, relu, affine 6, batchNormalization', 'affine 9, tanh, affine 6, dropout 0.5', 'affine 6, relu', 'affine 9, relu, affine 6, sigmoid'] as const

export const inputs = 12
export const classes = 6

interface NetworkOptions { readonly precision?: Precision, readonly loss?: LossName, readonly normalization?: Normalization, readonly seed?: number }

/** A network with random weights, biases and running statistics. */
export function networkOf(layers: string, { precision = 'float64', loss = 'softmaxWithLoss', normalization = unitRange, seed = 1 }: NetworkOptions = {}): ExplainedNetwork {
  const model = buildModel({ input: [inputs], layers: parseLayers(layers), loss }, { rows: 1, precision, inputGrad: true })
  initialize(model, 'xavier', seed)
  const random = new Random(seed + 100)
  for (const { path, slot: { value: { data } } } of model.params) if (!path.endsWith('.W')) for (let i = 0; i < data.length; i++) data[i] = data[i]! + 0.3 * random.normal()
  for (const { path, tensor: { data } } of model.buffers) for (let i = 0; i < data.length; i++) data[i] = path.endsWith('variance') ? 0.5 + random.next() : 0.3 * random.normal()
  return { model, ops: createReferenceOps(precision), normalization }
}

/** An image of ink and paper, and shades between them. */
export function imageOf(seed: number, pixels = inputs): Float32Array {
  const random = new Random(seed)
  return Float32Array.from({ length: pixels }, () => Math.max(0, Math.min(1, 1.4 * random.next() - 0.2)))
}
