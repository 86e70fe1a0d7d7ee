import { backpropagate, type ExplainedClass, type ExplainedNetwork, inputGradient, inputPerPixel, seed } from './explained'

/** How a logit depends on each pixel of the image that was answered last. */
export interface Saliency {
  /** The logit's derivative by the pixel (0 paper, 1 ink): what a little more ink there would do */
  readonly gradient: Float64Array
  /** Gradient × pixel: what the ink that is there does, to first order */
  readonly product: Float64Array
}

/**
 * Backpropagation from a logit to the pixels. It begins at the logit, not at softmax's probability: where the network is certain,
 * the probability is flat and its gradient almost 0 everywhere.
 * @source Simonyan, Vedaldi and Zisserman 2013; Shrikumar et al. 2016 for gradient × input
 */
export function saliency({ model, ops, normalization }: ExplainedNetwork, explained: ExplainedClass): Saliency {
  const last = model.layers.length - 2
  const dx = inputGradient(model)
  seed(model.layers[last]!.dout.data, explained)
  backpropagate({ model, ops }, last)
  const scale = inputPerPixel(normalization)
  const x = model.input.value.data
  return { gradient: Float64Array.from(dx.data, dx => dx * scale), product: Float64Array.from(dx.data, (dx, i) => dx * x[i]!) }
}
