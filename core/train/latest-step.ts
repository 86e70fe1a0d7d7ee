import type { Model } from '../network/model'
import type { Tensor } from '../tensor'

/** A copy of what a view may ask about the latest step: activations, gradients, and the parameters before its update. */
export interface LatestStep {
  /** Rows of its mini-batch */
  readonly rows: number
  /** Numbers of the tensors, in the order of {@link tensorsOfStep} */
  readonly numbers: readonly Float32Array[]
}

/** The tensors of a step, besides its input and target. Their rows may be fewer than allocated. */
function tensorsOfStep({ layers, params }: Model): readonly Tensor[] {
  const ofLayers = layers.flatMap(({ output: { value, grad } }) => grad ? [value, grad] : [value])
  return [...ofLayers, ...params.flatMap(({ slot: { grad, before } }) => before ? [grad, before] : [grad])]
}

/** Copies the latest step of a model. */
export const copyStep = (model: Model): LatestStep =>
  ({ rows: model.input.value.rows, numbers: tensorsOfStep(model).map(({ data }) => Float32Array.from(data)) })

/**
 * Puts a step into another model of the same network, whose rows have been set: of a longer mini-batch, its first rows.
 * @param model with as many rows as the step, or fewer
 */
export function putStep({ numbers }: LatestStep, model: Model): void {
  for (const [i, { data }] of tensorsOfStep(model).entries()) data.set(numbers[i]!.subarray(0, data.length))
}
