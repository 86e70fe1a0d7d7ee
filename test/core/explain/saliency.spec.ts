import { type ExplainedClass, type ExplainedNetwork, logitOf, readPixels, saliency, unitTrace } from '@core'
import { describe, expect, test } from 'vitest'
import { chains, classes, imageOf, inputs, longEnds, networkOf } from './network'

const h = 1e-5

/** Whether the inputs of layers with a kink have the same signs as before. */
const signs = ({ model: { layers, definitions } }: ExplainedNetwork) => layers.flatMap(({ x }, i) => definitions[i]!.kinkAtZero ? Array.from(x.data, x => x > 0) : []).join()

/** The numeric derivatives of a number by each input of the network; null at a kink. */
function numeric(network: ExplainedNetwork, of: () => number): readonly (number | null)[] {
  const { model, ops } = network
  const x = model.input.value.data
  model.predict(ops)
  const before = signs(network)
  const at = (i: number, value: number) => {
    const kept = x[i]!
    x[i] = value
    model.predict(ops)
    const found = { value: of(), isKink: signs(network) !== before }
    x[i] = kept
    return found
  }
  return Array.from(x, (xi, i) => {
    const [above, below] = [at(i, xi + h), at(i, xi - h)]
    return above.isKink || below.isKink ? null : (above.value - below.value) / (2 * h)
  })
}

/** To 1e-4 relative; the numeric gradient itself has a rounding error of about 1e-15 / h = 1e-10. */
function expectGradient(found: Float64Array, wanted: readonly (number | null)[]): void {
  expect(found).toHaveLength(wanted.length)
  expect(wanted.filter(number => number === null).length).toBeLessThan(wanted.length / 2)
  wanted.forEach((number, i) => { if (number !== null) expect(Math.abs(found[i]! - number), `pixel ${i}: ${found[i]} and ${number}`).toBeLessThanOrEqual(1e-4 * Math.abs(number) + 1e-9) })
}

describe.each([...chains, ...longEnds])('through %s', (layers) => {
  test.each(['softmaxWithLoss', 'identityWithLoss'] as const)('saliency is the numeric gradient of each logit, with %s', (loss) => {
    const network = networkOf(layers, { loss })
    for (let seed = 1; seed <= 3; seed++) {
      for (const explained of [...Array.from({ length: classes }, (_, k): ExplainedClass => ({ class: k })), { class: 2, over: 5 }]) {
        readPixels(network, imageOf(seed))
        const wanted = numeric(network, () => logitOf(network.model, explained))
        readPixels(network, imageOf(seed))
        expectGradient(saliency(network, explained).gradient, wanted)
      }
    }
  })

  test('the derivatives of a unit\'s sum by the pixels are the numeric ones', () => {
    const network = networkOf(layers)
    readPixels(network, imageOf(4))
    for (const { name, kind } of network.model.layers) {
      if (kind !== 'affine') continue
      const wanted = numeric(network, () => network.model.tensor(`${name}.out`)!.data[3]!)
      readPixels(network, imageOf(4))
      expectGradient(unitTrace(network, name, 3)!.pixels, wanted)
    }
  })
})

test('both are per unit of ink, whatever the normalization: the same network on pixels divided by 51 has 5 as large gradients and the same products', () => {
  const [plain, scaled] = [networkOf('affine 6'), networkOf('affine 6', { normalization: { divideBy: 51 } })]
  for (const network of [plain, scaled]) readPixels(network, imageOf(1))
  const [a, b] = [saliency(plain, { class: 1 }), saliency(scaled, { class: 1 })]
  a.gradient.forEach((slope, i) => { expect(b.gradient[i]! / slope).toBeCloseTo(5, 6) })
  const W = plain.model.tensor('affine1.W')!.data
  imageOf(1).forEach((pixel, i) => {
    expect(a.product[i]).toBeCloseTo(pixel * W[i * classes + 1]!, 6)
    expect(b.product[i]).toBeCloseTo(5 * pixel * W[i * classes + 1]!, 5)
  })
})

test('gradient × pixel is 0 where there is no ink, and adds up to the logit without its biases where the network is linear', () => {
  const network = networkOf('affine 9, dropout 0.2, affine 6')
  const image = imageOf(2)
  image[0] = 0
  readPixels(network, image)
  const { product } = saliency(network, { class: 0 })
  expect(Math.abs(product[0]!)).toBe(0)
  const withInk = logitOf(network.model, { class: 0 })
  readPixels(network, new Float32Array(inputs))
  expect(product.reduce((sum, product) => sum + product, 0)).toBeCloseTo(withInk - logitOf(network.model, { class: 0 }), 6) // pixels are float32
})
