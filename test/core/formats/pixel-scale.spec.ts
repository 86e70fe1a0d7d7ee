import { type Architecture, buildModel, createReferenceOps, parseLayers, Random, savedTensors, setTensors, type WeightsFile } from '@core'
import { expect, test } from 'vitest'
import { type PixelScale, pixelScales, withUnitPixels } from '../../../core/formats/pixel-scale'

const ops = createReferenceOps('float32')
const chain = (layers: string): Architecture => ({ input: [6], layers: parseLayers(layers), loss: 'softmaxWithLoss' })

function outputs({ architecture, tensors }: WeightsFile, x: readonly number[]): readonly number[] {
  const model = buildModel(architecture, { rows: 1 })
  setTensors(model, tensors)
  model.input.value.data.set(x)
  model.predict(ops)
  return [...model.out.value.data]
}

test.each([
  ['affine 4, relu, affine 3'], ['batchNormalization, affine 4, tanh, affine 3'],
])('%s answers pixels from 0 to 1 as it answered those of its own scale', (layers) => {
  const random = new Random(3)
  const architecture = chain(layers)
  const tensors = savedTensors(buildModel(architecture, { rows: 1 })).map(({ path, tensor }) => ({ path, data: Float32Array.from(tensor.data, () => path.endsWith('variance') ? 2e4 * (1 + random.next()) : random.normal()) }))
  const file: WeightsFile = { architecture, tensors, config: null, step: 0, metrics: {}, classes: ['a', 'b', 'c'], version: '' }
  const pixels = Array.from({ length: 6 }, () => random.next())
  for (const [scale, { mean, deviation }] of Object.entries(pixelScales)) {
    const [theirs, ours] = [outputs(file, pixels.map(pixel => (pixel - mean) / deviation)), outputs(withUnitPixels(file, scale as PixelScale), pixels)]
    ours.forEach((value, i) => { expect(value, scale).toBeCloseTo(theirs[i]!, 4) })
  }
})
