import type { Prediction } from '@contract'
import { lossDefinition, normalizeUnit, predictedClass } from '@core'
import type { DrawNetwork, NetworkChoice } from '../stores/sketch/networks'

/** A network's answer to one image. */
export interface Answer extends Omit<Prediction, 'source'> {
  readonly source: NetworkChoice
}

/**
 * A network's answer to one image; null if the image does not have the network's input size.
 * @param pixels 0 (paper) to 1 (ink)
 */
export function predictWith({ source, at, model, ops, normalization }: DrawNetwork, pixels: Float32Array): Answer | null {
  const { data, columns } = model.input.value
  if (pixels.length !== columns) return null
  data.set(normalizeUnit(pixels, normalization))
  model.predict(ops)
  const { value } = model.out
  return { source, at, label: predictedClass(value), outputs: Float32Array.from(value.data), areProbabilities: lossDefinition(model.architecture.loss).probabilities }
}
