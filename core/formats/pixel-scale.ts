import { tensorsOf } from '../network/shapes'
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
 * The same network for pixels from 0 to 1: scale and shift go into its first affine layer,
 * x·W/deviation + (b − mean/deviation · Σᵢ W[i]).
 */
export function withUnitPixels(weights: WeightsFile, scale: PixelScale): WeightsFile {
  const { mean, deviation } = pixelScales[scale]
  if (mean === 0 && deviation === 1) return weights
  const [first] = weights.architecture.layers
  const [W, b, ...others] = weights.tensors
  if (first?.kind !== 'affine' || !W || !b) return weights
  const [D, M] = tensorsOf(weights.architecture)[0]!.shape as [number, number]
  const sums = new Float64Array(M)
  for (let i = 0; i < D; i++) for (let j = 0; j < M; j++) sums[j]! += W.data[i * M + j]!
  return { ...weights, tensors: [{ ...W, data: W.data.map(w => w / deviation) }, { ...b, data: b.data.map((value, j) => value - mean / deviation * sums[j]!) }, ...others] }
}
