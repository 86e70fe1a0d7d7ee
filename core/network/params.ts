import type { Init } from '../config'
import { LabError } from '../errors'
import type { AffineParams } from '../layers/affine'
import { Random, seedOf } from '../random'

/** The parameters of one affine layer, with its name: 'affine1'. */
export interface NamedParams extends AffineParams {
  readonly name: string
}

/**
 * Draws the initial weights from a normal distribution, by layer, row by row; biases are 0. Draws in double precision and rounds
 * on storing, so that float32 and float64 models start from the same weights.
 * @param init standard deviation: 0.01 (small), √(1/D) (xavier) or √(2/D) (he), D being the layer's number of inputs
 * @param seed of the run
 * @source Deep Learning from Scratch, 6.2
 */
export function initParams(params: readonly NamedParams[], init: Init, seed: number): void {
  const random = new Random(seedOf(seed, 0))
  for (const { W: { value: W }, b: { value: b } } of params) {
    const D = W.rows
    const deviation = { small: 0.01, xavier: Math.sqrt(1 / D), he: Math.sqrt(2 / D) }[init]
    for (let i = 0; i < W.size; i++) W.data[i] = deviation * random.normal()
    b.data.fill(0)
  }
}

/** Copies weights and biases, not gradients, between models of the same architecture but any precision. @throws LabError internal */
export function copyParams(to: readonly NamedParams[], from: readonly NamedParams[]): void {
  setParams(to, from.map(({ name, W, b }) => ({ name, W: W.value.data, b: b.value.data })))
}

/** Weights and biases of a layer, with its name. */
export interface LayerNumbers {
  readonly name: string
  readonly W: ArrayLike<number>
  readonly b: ArrayLike<number>
}

/** Sets all weights and biases. @throws LabError internal when a layer is missing or a length is wrong */
export function setParams(to: readonly NamedParams[], from: readonly LayerNumbers[]): void {
  for (const { name, W, b } of to) {
    const given = from.find(layer => layer.name === name)
    if (!given || given.W.length !== W.value.size || given.b.length !== b.value.size) throw new LabError('internal', `no weights for ${name}`, { found: name })
    W.value.data.set(given.W)
    b.value.data.set(given.b)
  }
}
