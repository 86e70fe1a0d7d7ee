import { type Normalization, normalizeUnit } from '../data/dataset'
import { LabError } from '../errors'
import { inference, type Layer } from '../layers/layer'
import type { Model } from '../network/model'
import type { Ops } from '../ops/ops'
import type { Real, Tensor } from '../tensor'

/** A network whose answer is explained. */
export interface ExplainedNetwork {
  /** Of one row, with the gradient of its input (`inputGrad`) */
  readonly model: Model
  /** Of the model's memory */
  readonly ops: Ops
  readonly normalization: Normalization
}

/** What is explained: the logit of a class, or by how much it is above the logit of another class. */
export interface ExplainedClass {
  readonly class: number
  /** Left out or null: the class alone */
  readonly over?: number | null | undefined
}

/**
 * Computes the network's answer to an image. The other functions explain the answer that was computed last.
 * @param pixels one image, 0 (paper) to 1 (ink)
 */
export function read({ model, ops, normalization }: ExplainedNetwork, pixels: Float32Array): void {
  const { data } = model.input.value
  if (pixels.length !== data.length) throw new LabError('internal', `an image of this network has ${data.length} pixels, found ${pixels.length}`, { found: pixels.length })
  data.set(normalizeUnit(pixels, normalization))
  model.predict(ops)
}

/** The input of the loss (1,M): what softmax makes probabilities of; the outputs themselves of a network without softmax. */
export const logitsOf = ({ layers }: Model): Tensor => layers.at(-1)!.x

/** The explained number: z[class], or z[class] − z[over]. */
export const logitOf = (model: Model, { class: k, over }: ExplainedClass): number => {
  const { data: z } = logitsOf(model)
  return z[k]! - (over === undefined || over === null ? 0 : z[over]!)
}

/** Sets the derivatives of the explained number by the logits: 1 for the class, −1 for the other one. */
export function seed(dz: Real, { class: k, over }: ExplainedClass): void {
  dz.fill(0)
  dz[k] = 1
  if (over !== undefined && over !== null) dz[over]! -= 1
}

/**
 * Backpropagation of `inference` from the output of one layer to that of an earlier one. Dropout passes everything on, and batch
 * normalization has fixed statistics, as in the forward pass that gave the answer.
 * @param from index of the last layer, whose dout has been set
 * @param to index of the first layer
 */
export function backpropagate({ model: { layers }, ops }: Pick<ExplainedNetwork, 'model' | 'ops'>, from: number, to = 0): void {
  for (let i = from; i >= to; i--) {
    const layer = layers[i]!
    if (layer.backwardInput) layer.backwardInput(ops)
    else layer.backward(ops, inference)
  }
}

/** The gradient of the input. @throws LabError internal when the model was built without it */
export function inputGradient(model: Model): Tensor {
  if (!model.input.grad) throw new LabError('internal', 'the model has no gradient of its input')
  return model.input.grad
}

/** The slope of the input by a pixel: pixels are 0 to 1, whatever the normalization is. */
export const inputPerPixel = (normalization: Normalization): number => normalizeUnit(Float32Array.of(1), normalization)[0]!

/** Index of the last affine layer; −1 without one. */
export const lastAffine = (layers: readonly Layer[]): number => layers.findLastIndex(({ kind }) => kind === 'affine')
