import { beginUphill, buildModel, createReferenceOps, type ExplainedNetwork, ledger, logitsOf, readPixels, readWeights, saliency, setTensors, stepUphill, unitRange } from '@core'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { testDigits } from '../data/reader'
import { readGolden } from '../golden'
import { expectNear } from '../numbers'

/** Output of test/fixtures/golden/explain/generate.py: NumPy in float64, on the sample's weights and MNIST's test images. */
interface GoldenExplanations {
  readonly answers: readonly { readonly image: number, readonly logits: readonly number[], readonly answer: number, readonly products: readonly number[], readonly b: number, readonly gradient: readonly number[] }[]
  readonly changes: readonly { readonly image: number, readonly target: number, readonly steps: readonly { readonly answer: number, readonly size: number, readonly changed: number }[] }[]
}

const { answers, changes } = readGolden<GoldenExplanations>('explain/explain.json')
const weights = readWeights(readFileSync('electron/assets/sample.safetensors'), 'sample.safetensors')
const digits = testDigits()

// Logits of size 10 and gradients of size 1: float32 has 7 digits; in float64 the pixels are float32, 6e-8.
describe.each([['float64', 1e-6], ['float32', 1e-5]] as const)('the sample network in %s', (precision, tolerance) => {
  const model = buildModel(weights.architecture, { rows: 1, precision, inputGrad: true })
  setTensors(model, weights.tensors)
  const network: ExplainedNetwork = { model, ops: createReferenceOps(precision), normalization: unitRange }

  test.each(answers)('has NumPy\'s ledger and saliency for test image $image', ({ image, logits, answer, products, b, gradient }) => {
    const pixels = digits.image(image)
    readPixels(network, pixels)
    expectNear(logitsOf(model).data, logits, tolerance)
    const found = ledger(network, { class: answer })!
    expectNear(found.products, products, tolerance)
    expect(found.b).toBeCloseTo(b, 6)
    expect(Math.abs(found.products.reduce((sum, product) => sum + product, found.b) - logits[answer]!)).toBeLessThanOrEqual(1e-5)
    const { gradient: slopes, product } = saliency(network, { class: answer })
    expectNear(slopes, gradient, tolerance)
    expectNear(product, gradient.map((slope, i) => slope * pixels[i]!), tolerance)
  })

  test.each(changes)('needs NumPy\'s smallest changes from test image $image to a $target', ({ image, target, steps }) => {
    let now = beginUphill(network, digits.image(image), target)
    for (const { answer, size, changed } of steps) {
      now = stepUphill(network, now)
      expect(now).toMatchObject({ answer, changed })
      expect(Math.abs(now.size - size)).toBeLessThanOrEqual(10 * tolerance) // the errors of a few steps
    }
    expect(now.phase).toBe('reached')
  })
})
