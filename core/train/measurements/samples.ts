import { unitImageAt } from '../../data/images'
import { LabError } from '../../errors'
import type { Tensor } from '../../tensor'
import type { BatchRow } from '../batch-rows'
import { predictedClass } from '../split-counter'
import type { Trainer } from '../trainer'

/**
 * The gradients gᵢ of the images of a mini-batch, whose mean ḡ is the gradient of its loss.
 * @source McCandlish et al. 2018, "An Empirical Model of Large-Batch Training", section 2.2: the trace of the gradient's covariance
 */
export interface GradientSpread {
  /** ‖gᵢ‖ of each image (N) */
  readonly norms: Float32Array
  /** ‖ḡ‖ */
  readonly mean: number
  /** √(Σ ‖gᵢ − ḡ‖² / (N − 1)): how far an image's gradient is from the mean one, root mean square; null for a single image */
  readonly deviation: number | null
  /** ‖ḡ‖ / (deviation / √N): how far the mean stands above its own noise, about 1 if there is nothing but noise; null where it is not known */
  readonly signalToNoise: number | null
}

/** An image of a mini-batch with the norm of its gradient. */
export interface SampleImage extends Omit<BatchRow, 'y'> { readonly norm: number }

/** The gradients of the images of the latest mini-batch, each by itself. */
export interface SampleGradients {
  /** The mini-batch's images, by their index in the training images (N) */
  readonly images: Uint32Array
  /** Of each layer's weights and biases together */
  readonly layers: readonly (GradientSpread & { readonly layer: string })[]
  /** Of all these layers together */
  readonly whole: GradientSpread
  /** The images with the largest gradients of all layers, in descending order */
  readonly largest: readonly SampleImage[]
}

/** Images that come with it */
const largestImages = 12

/**
 * Gradients of the images of the latest mini-batch, from activations and gradients that the step has computed anyway.
 * @throws LabError measure.noStep before the first mini-batch, measure.underway while a step is computed layer by layer,
 * measure.mixedRows where the network has a layer in which the images of a mini-batch depend on each other
 */
export function sampleGradients(trainer: Pick<Trainer, 'model' | 'latestImages' | 'hasBegun' | 'dataset'>): SampleGradients {
  const { model, latestImages, hasBegun, dataset: { train } } = trainer
  const mixed = model.layers.find((_, at) => model.definitions[at]!.mixesRows)
  if (mixed) throw new LabError('measure.mixedRows', `in ${mixed.name} the images of a mini-batch depend on each other`)
  if (hasBegun) throw new LabError('measure.underway', 'a step is being computed')
  if (!latestImages) throw new LabError('measure.noStep', 'no mini-batch has been learned yet')
  const N = latestImages.length
  const measured = model.layers.flatMap((layer, at) => {
    const shares = model.definitions[at]!.rowSquares?.(layer)
    if (!shares) return []
    const mean = layer.params.reduce((sum, { slot: { grad } }) => sum + squaresOf(grad), 0)
    return [{ layer: layer.name, squares: shares.map(square => N * N * square), mean }] // the loss divides by N
  })
  const squares = Float64Array.from({ length: N }, (_, n) => measured.reduce((sum, { squares }) => sum + squares[n]!, 0))
  const whole = spreadOf(squares, measured.reduce((sum, { mean }) => sum + mean, 0))
  const rank = (row: number): number => Number.isNaN(squares[row]!) ? Infinity : squares[row]!
  const rows = Array.from(latestImages, (_, row) => row).toSorted((a, b) => rank(a) === rank(b) ? a - b : rank(b) - rank(a))
  return {
    images: latestImages.slice(), layers: measured.map(({ layer, squares, mean }) => ({ layer, ...spreadOf(squares, mean) })), whole,
    largest: rows.slice(0, largestImages).map((row) => {
      const index = latestImages[row]!
      return { index, label: train.labels[index]!, predicted: predictedClass(model.out.value, row), loss: model.lossOf(row), pixels: unitImageAt(train, index), norm: whole.norms[row]! }
    }),
  }
}

function squaresOf({ data }: Tensor): number {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i]! * data[i]!
  return sum
}

/** @param squares ‖gᵢ‖² of each image @param meanSquare ‖ḡ‖² */
function spreadOf(squares: Float64Array, meanSquare: number): GradientSpread {
  const N = squares.length
  const mean = Math.sqrt(meanSquare)
  const sum = squares.reduce((sum, square) => sum + square, 0)
  const deviation = N === 1 ? null : Math.sqrt(Math.max(0, sum - N * meanSquare) / (N - 1)) // Σ ‖gᵢ − ḡ‖² = Σ ‖gᵢ‖² − N · ‖ḡ‖²
  return { norms: Float32Array.from(squares, Math.sqrt), mean, deviation, signalToNoise: deviation ? mean * Math.sqrt(N) / deviation : null }
}
