import type { Model } from '../network/model'
import type { Tensor } from '../tensor'

/** A copy of the latest step's tensors, which a view may show: activations, gradients, and the parameters before its update. */
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
 * Copies a step into another model of the same network; if the model has fewer rows, only the step's first ones.
 * @param model its number of rows is set, to at most the step's
 */
export function putStep({ numbers }: LatestStep, model: Model): void {
  for (const [i, { data }] of tensorsOfStep(model).entries()) data.set(numbers[i]!.subarray(0, data.length))
}
