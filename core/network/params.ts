import type { Init } from '../config'
import { LabError } from '../errors'
import type { Layer, ModelTensors } from '../layers/layer'
import { Random, seedOf } from '../random'
import type { Tensor } from '../tensor'

/**
 * Sets the initial values of all layers in order, from one generator. Draws in double precision and rounds on storing, so that
 * float32 and float64 models start from the same weights.
 * @param seed of the run
 */
export function initialize({ layers }: { readonly layers: readonly Layer[] }, init: Init, seed: number): void {
  const random = new Random(seedOf(seed, 0))
  for (const layer of layers) layer.initialize?.(random, init)
}

/** The numbers of a saved tensor, with its path. */
export interface TensorNumbers {
  /** 'affine1.W' */
  readonly path: string
  readonly data: ArrayLike<number>
}

/** All saved tensors of a model: its parameters, then its buffers. */
export const savedTensors = ({ params, buffers }: ModelTensors): readonly { readonly path: string, readonly tensor: Tensor }[] =>
  [...params.map(({ path, slot }) => ({ path, tensor: slot.value })), ...buffers]

/** Copies parameters and buffers, not gradients, between models of the same architecture but any precision. @throws LabError internal */
export function copyTensors(to: ModelTensors, from: ModelTensors): void {
  setTensors(to, savedTensors(from).map(({ path, tensor }) => ({ path, data: tensor.data })))
}

/** Sets all parameters and buffers. @throws LabError internal when a tensor is missing or a length is wrong */
export function setTensors(to: ModelTensors, numbers: readonly TensorNumbers[]): void {
  const given = new Map(numbers.map(({ path, data }) => [path, data]))
  for (const { path, tensor } of savedTensors(to)) {
    const data = given.get(path)
    if (data?.length !== tensor.size) throw new LabError('internal', `no numbers for ${path}`, { found: path })
    tensor.data.set(data)
  }
}
