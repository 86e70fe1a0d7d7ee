import { readFileSync } from 'node:fs'
import { buildModel, createReferenceOps, digitOfStrokes, mnist, parseLayers, predictedClass, readPixels, readWeights, setTensors, initialize, unitRange } from '@core'
import type { DrawNetwork } from '../../../../renderer/stores/sketch/networks'
import type { Reading } from '../../../../renderer/stores/sketch/useReading'
import type { DrawingPrediction } from '../../../../renderer/draw/usePrediction'
import { writtenDigits } from '../../../fixtures/written-digits'

/** A written 7 as the network reads it. */
export const seven = digitOfStrokes(writtenDigits[7]!.map(stroke => stroke.map(([x, y]) => ({ x, y }))))!

/** The sample, as the window holds it. */
export function sampleNetwork(): DrawNetwork {
  const weights = readWeights(readFileSync('electron/assets/sample.safetensors'), 'sample.safetensors')
  const model = buildModel(weights.architecture, { rows: 1, inputGrad: true })
  setTensors(model, weights.tensors)
  return { source: 'sample', at: null, model, ops: createReferenceOps('float32'), normalization: unitRange }
}

/** A network with random weights. @param layers 'affine 20, relu, affine 10' */
export function randomNetwork(layers: string, loss: 'softmaxWithLoss' | 'identityWithLoss' = 'softmaxWithLoss'): DrawNetwork {
  const model = buildModel({ input: [784], layers: parseLayers(layers), loss }, { rows: 1, inputGrad: true })
  initialize(model, 'he', 3)
  return { source: 'sample', at: null, model, ops: createReferenceOps('float32'), normalization: unitRange }
}

/** @param meant class that a person has said */
export const readingOf = (pixels: Float32Array | null, meant: number | null = null): Reading => ({ pixels, meant, dataset: mnist, nameOf: (label: number) => mnist.classes[label]! }) as unknown as Reading

export function predictionOf(network: DrawNetwork, pixels: Float32Array): DrawingPrediction {
  readPixels(network, pixels)
  return { source: 'sample', at: null, label: predictedClass(network.model.out.value), outputs: Float32Array.from(network.model.out.value.data), areProbabilities: true, paperImage: null }
}
