import { beginUphill, buildModel, createReferenceOps, type ExplainedNetwork, parseLayers, predictedClass, readPixels, readWeights, setTensors, stepUphill, unitRange, uphill, uphillStep } from '@core'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { testDigits } from '../data/reader'
import { chains, classes, imageOf, networkOf } from './network'

const length = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.sqrt(Array.from(a, (x, i) => (x - b[i]!) ** 2).reduce((sum, x) => sum + x, 0))
const readAs = (network: ExplainedNetwork, pixels: Float32Array): number => {
  readPixels(network, pixels)
  return predictedClass(network.model.out.value)
}

/** Two classes and two pixels: z0 = 0, z1 = w·x + b. */
function twoPixels(w: readonly [number, number], b: number): ExplainedNetwork {
  const model = buildModel({ input: [2], layers: parseLayers('affine 2'), loss: 'softmaxWithLoss' }, { rows: 1, precision: 'float64', inputGrad: true })
  model.tensor('affine1.W')!.data.set([0, w[0], 0, w[1]])
  model.tensor('affine1.b')!.data.set([0, b])
  return { model, ops: createReferenceOps('float64'), normalization: unitRange }
}

describe('with a straight boundary, worked out by hand', () => {
  test('one step goes straight over it, with 2 % to spare', () => {
    // z1 = 3x + 4y − 1.85 at (0.3, 0.2) is −0.15: the boundary is 0.15 / 5 = 0.03 away along (0.6, 0.8)
    const network = twoPixels([3, 4], -1.85)
    const end = stepUphill(network, beginUphill(network, Float32Array.of(0.3, 0.2), 1))
    expect(end).toMatchObject({ phase: 'reached', answer: 1, steps: 1, changed: 0 })
    expect(end.size).toBeCloseTo(0.03 * 1.02, 6)
    expect(end.pixels[0]).toBeCloseTo(0.3 + 0.0306 * 0.6, 6)
    expect(end.pixels[1]).toBeCloseTo(0.2 + 0.0306 * 0.8, 6)
  })

  test('a pixel that is full already leaves its part to the others', () => {
    // z1 = 3x + 4y − 4.6 at (0, 0.95) is −0.8; 2 % more is 0.816. y gives 0.2 and is full, so that x gives 0.616 = 3 · 0.2053
    const network = twoPixels([3, 4], -4.6)
    const end = uphill(network, Float32Array.of(0, 0.95), 1)
    expect(end.phase).toBe('reached')
    expect(end.pixels[1]).toBe(1)
    expect(end.pixels[0]).toBeCloseTo((0.8 * 1.02 - 0.2) / 3, 2)
    expect(end.changed).toBe(1)
  })
})

describe.each(chains)('on %s', (layers) => {
  test('it ends as the target or says that it cannot get there; pixels stay from 0 to 1, and the drawing itself is left as it was', () => {
    const network = networkOf(layers)
    let reached = 0
    for (let seed = 1; seed <= 6; seed++) {
      for (let target = 0; target < classes; target++) {
        const origin = imageOf(seed)
        let image = beginUphill(network, origin, target)
        expect(image).toMatchObject({ steps: 0, size: 0, changed: 0, answer: readAs(network, origin) })
        while (image.phase === 'moving') {
          image = stepUphill(network, image)
          expect(image.pixels.every(pixel => pixel >= 0 && pixel <= 1)).toBe(true)
          expect(image.size).toBeCloseTo(length(image.pixels, origin), 6)
          expect(image.changed).toBe([...image.pixels].filter((pixel, i) => Math.abs(pixel - origin[i]!) > 0.1).length)
        }
        expect([...origin]).toEqual([...imageOf(seed)])
        expect(image.phase === 'reached').toBe(readAs(network, image.pixels) === target)
        if (image.phase === 'reached') reached++
        expect(stepUphill(network, image)).toBe(image)
      }
    }
    expect(reached).toBeGreaterThan(6) // more than the images that are read as their target at once
  })
})

test('a step in parts is the same step, whatever else the network reads between them', () => {
  const network = networkOf(chains[0])
  const begun = beginUphill(network, imageOf(2), (readAs(network, imageOf(2)) + 1) % classes)
  const whole = stepUphill(network, begun)
  const parts = uphillStep(network, begun)
  let [part, count] = [parts.next(), 1]
  for (; !part.done; part = parts.next(), count++) readPixels(network, imageOf(count + 7))
  expect(part.value).toEqual(whole)
  expect(count).toBe(6) // five rivals and the move
})

test('an image that is read as the target is there already', () => {
  const network = networkOf(chains[0])
  const origin = imageOf(1)
  expect(uphill(network, origin, readAs(network, origin))).toMatchObject({ phase: 'reached', steps: 0, size: 0, pixels: origin })
})

// the step had nothing to change, and called that stuck
test('with other weights since the last step, an image that is read as the target now is there without a change', () => {
  const network = networkOf(chains[0])
  const origin = imageOf(1)
  const target = (readAs(network, origin) + 1) % classes
  const begun = beginUphill(network, origin, target)
  network.model.tensor('affine2.b')!.data[target]! += 100
  expect(stepUphill(network, begun)).toMatchObject({ phase: 'reached', answer: target, size: 0, steps: 0 })
})

test('where no pixel makes a difference, or the numbers are none, it says at once that it cannot get there', () => {
  const flat = networkOf('affine 9, relu, affine 6')
  flat.model.tensor('affine1.W')!.data.fill(0)
  const origin = imageOf(1)
  const other = (readAs(flat, origin) + 1) % classes
  expect(uphill(flat, origin, other)).toMatchObject({ phase: 'stuck', size: 0 })
  const broken = networkOf('affine 9, relu, affine 6')
  broken.model.tensor('affine2.b')!.data.fill(NaN)
  expect(uphill(broken, origin, other)).toMatchObject({ phase: 'stuck', size: 0 })
})

test('where all ink is not enough, it stops after a bound', () => {
  const network = twoPixels([3, 4], -8) // at most 7 − 8
  expect(uphill(network, Float32Array.of(0, 0), 1)).toMatchObject({ phase: 'stuck', answer: 0 })
})

describe('on the sample network', () => {
  const weights = readWeights(readFileSync('electron/assets/sample.safetensors'), 'sample.safetensors')
  const model = buildModel(weights.architecture, { rows: 1, inputGrad: true })
  setTensors(model, weights.tensors)
  const network: ExplainedNetwork = { model, ops: createReferenceOps('float32'), normalization: unitRange }
  const digits = testDigits()

  test('each of the first 20 test digits becomes each other digit, by a change that is small beside the digit', () => {
    const sizes: number[] = []
    for (const image of Array.from({ length: 20 }, (_, n) => digits.image(n))) {
      for (let target = 0; target < 10; target++) {
        const { phase, size, steps } = uphill(network, image, target)
        expect(phase).toBe('reached')
        expect(steps).toBeLessThan(20)
        expect(size).toBeLessThan(0.7 * length(image, new Float32Array(784)))
        if (steps > 0) sizes.push(size / length(image, new Float32Array(784)))
      }
    }
    expect(sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)]).toBeLessThan(0.25)
  })

  test('nothing near is much smaller: 80 % of the change are never enough along its own line', () => {
    for (let n = 0; n < 10; n++) {
      const image = digits.image(n)
      for (let target = 0; target < 10; target++) {
        const { steps, pixels } = uphill(network, image, target)
        if (steps > 0) expect(readAs(network, image.map((x, i) => x + 0.8 * (pixels[i]! - x))), `image ${n} as ${target}`).not.toBe(target)
      }
    }
  })
})
