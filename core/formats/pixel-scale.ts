import { epsilon } from '../layers/batch-normalization'
import { type LayerPlan, planOf } from '../network/shapes'
import type { WeightsFile } from './weights'

/**
 * How a network of another program may have got its pixels: input = (pixel − mean) / deviation, with pixels from 0 (paper) to 1 (ink).
 * @source the usual ones: divided by 255; bytes as they are; −1 to 1; the mean and standard deviation of MNIST's training images
 */
export const pixelScales = {
  unit: { mean: 0, deviation: 1 },
  bytes: { mean: 0, deviation: 1 / 255 },
  symmetric: { mean: 0.5, deviation: 0.5 },
  mnist: { mean: 0.1307, deviation: 0.3081 },
} as const
export type PixelScale = keyof typeof pixelScales

/**
 * The same network for pixels from 0 to 1. Scale and shift go into its first layer: x·W/deviation + (b − mean/deviation · Σᵢ W[i]), or
 * into the running statistics of a batch normalization; where its variance is smaller than ε in the new unit, it counts as 0.
 */
export function withUnitPixels(weights: WeightsFile, scale: PixelScale): WeightsFile {
  const { mean, deviation } = pixelScales[scale]
  if (mean === 0 && deviation === 1) return weights
  const { architecture, tensors } = weights
  const [first] = planOf(architecture) as [LayerPlan]
  const pathOf = (name: string): string => `${first.name}.${name}`
  const dataOf = (name: string): Float32Array => tensors.find(({ path }) => path === pathOf(name))!.data
  const changed = new Map(first.spec.kind === 'batchNormalization'
    ? [
        [pathOf('mean'), dataOf('mean').map(value => value * deviation + mean)],
        [pathOf('variance'), dataOf('variance').map(value => Math.max(0, deviation ** 2 * (value + epsilon) - epsilon))],
      ]
    : [
        [pathOf('W'), dataOf('W').map(w => w / deviation)],
        [pathOf('b'), withoutMean(dataOf('b'), dataOf('W'), mean / deviation)],
      ])
  return { ...weights, tensors: tensors.map(tensor => ({ ...tensor, data: changed.get(tensor.path) ?? tensor.data })) }
}

/** b − shift · Σᵢ W[i] */
function withoutMean(b: Float32Array, W: Float32Array, shift: number): Float32Array {
  const sums = new Float64Array(b.length)
  W.forEach((w, i) => { sums[i % b.length]! += w })
  return b.map((value, j) => value - shift * sums[j]!)
}
