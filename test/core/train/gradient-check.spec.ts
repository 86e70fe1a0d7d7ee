import { type Activation, buildModel, createReferenceOps, gradientCheck, gradientCheckSteps, initialize, type Model, numericalGradient, type Ops, Random } from '@core'
import { describe, expect, test } from 'vitest'
import { expectNear } from '../numbers'
import { perceptron } from '../../fixtures/run-config'

const ops = createReferenceOps('float64')

/** Rows in which a fifth of the pixels has ink, as in MNIST. */
function filled(layers: readonly number[], activation: Activation, rows: number): Model {
  const model = buildModel(perceptron(layers, activation), { rows, precision: 'float64' })
  initialize(model, 'he', 1)
  const random = new Random(2)
  const [x, t] = [model.input.value.data, model.target.value.data]
  for (let i = 0; i < x.length; i++) x[i] = random.next() < 0.19 ? random.next() : 0
  for (let n = 0; n < rows; n++) t[n] = random.integer(layers.at(-1)!)
  return model
}

describe('a numeric gradient', () => {
  test('of x₀² + x₁² at (3, 4) is (6, 8), and x is restored', () => {
    const x = Float64Array.of(3, 4)
    // a parabola has no third derivative: only rounding remains, 1e-15 · 25 / 1e-4
    expectNear(numericalGradient(() => x[0]! ** 2 + x[1]! ** 2, x), [6, 8], 1e-9)
    expect([...x]).toEqual([3, 4])
  })

  test('has an error of h²/6 times the third derivative, which for exp at 0 is 1', () => {
    const x = Float64Array.of(0)
    const error = (h: number): number => numericalGradient(() => Math.exp(x[0]!), x, h)[0]! - 1
    expect(error(1e-2)).toBeCloseTo(1e-4 / 6, 9)
    expect(error(1e-3)).toBeCloseTo(1e-6 / 6, 11)
  })
})

describe('the gradient check', () => {
  // MNIST's inputs and classes on a narrow layer; npm run test:long checks the book's own 784-50-10. The lesson requires 1e-7 on average, and 1e-9 is the error of a central difference.
  test('of 784-10-10 with 3 images passes for every parameter', { timeout: 120_000 }, () => {
    const checks = gradientCheck(filled([784, 10, 10], 'relu', 3), ops)
    expect(checks.map(({ path, checked, kinks }) => [path, checked + kinks])).toEqual([['affine1.W', 7840], ['affine1.b', 10], ['affine2.W', 100], ['affine2.b', 10]])
    for (const { path, mean, max, checked, kinks } of checks) {
      expect(mean, path).toBeLessThanOrEqual(1e-9)
      expect(max, path).toBeLessThanOrEqual(1e-8)
      expect(checked, path).toBeGreaterThan(kinks)
    }
  })

  test.each(['relu', 'sigmoid'] as const)('of a deep %s network passes', (activation) => {
    for (const { path, max } of gradientCheck(filled([8, 7, 6, 5], activation, 4), ops)) expect(max, path).toBeLessThanOrEqual(1e-8)
  })

  test('detects a wrong backward: a missing division by the batch', () => {
    const wrong: Ops = {
      ...ops,
      softmaxLossBackward(dx, y, t) {
        ops.softmaxLossBackward(dx, y, t)
        for (let i = 0; i < dx.size; i++) dx.data[i]! *= y.rows
      },
    }
    const checks = gradientCheck(filled([8, 6, 5], 'sigmoid', 4), wrong)
    for (const { path, mean } of checks) expect(mean, path).toBeGreaterThan(1e-4)
  })

  test('counts entries that cross a ReLU’s corner, and reports them separately', () => {
    const model = filled([2, 2, 2], 'relu', 1)
    model.input.value.data.set([1, 0])
    model.tensor('affine1.W')!.data.set([0.3, 0.5, 0.1, 0.1])
    model.tensor('affine1.b')!.data.set([-0.3 + 4e-5, 0]) // unit 0 is above zero by 4e-5, less than h = 1e-4
    const [weights, biases, ...above] = gradientCheck(model, ops)
    expect([weights!.kinks, weights!.checked]).toEqual([1, 3]) // W[0][0] moves unit 0; W[1][0] multiplies an input of 0
    expect([biases!.kinks, biases!.checked]).toEqual([1, 1])
    for (const { kinkMax, max } of [weights!, biases!]) {
      expect(kinkMax).toBeGreaterThan(1e-3) // an error of nearly a third of the slope: not a bug, but a corner
      expect(max).toBeLessThanOrEqual(1e-8)
    }
    expect(above.map(({ kinks }) => kinks)).toEqual([0, 0])
  })

  test('reports a unit at exactly 0 as a kink, not as an error', () => {
    const model = filled([2, 2, 2], 'relu', 1)
    model.tensor('affine1.W')!.data.fill(0)
    model.input.value.data.set([1, 1])
    const [weights, biases] = gradientCheck(model, ops)
    expect([weights!.kinks, weights!.checked, weights!.mean]).toEqual([4, 0, 0])
    expect(biases!.kinks).toBe(2)
  })

  test('reports its progress, and leaves the model unchanged, finished or stopped half-way', () => {
    const state = (model: Model): number[][] => [
      ...model.params.map(({ slot }) => [...slot.value.data]),
      ...model.layers.map(({ out }) => [...out.data]), [model.loss],
    ]
    const model = filled([5, 4, 3], 'relu', 2)
    model.forward(ops)
    const before = state(model)

    const seen = [...gradientCheckSteps(model, ops)]
    expect(seen).toHaveLength(5 * 4 + 4 + 4 * 3 + 3)
    expect(seen.at(0)).toMatchObject({ latest: { path: 'affine1.W', index: 0, isKink: false }, done: 1, total: 39 })
    expect(seen.at(-1)).toMatchObject({ latest: { path: 'affine2.b', index: 2 }, done: 39, total: 39 })
    expect(seen.map(({ latest: { path, index, backprop } }) => backprop === model.params.find(param => param.path === path)!.slot.grad.data[index])).not.toContain(false)
    expect(state(model)).toEqual(before)

    for (const { done } of gradientCheckSteps(model, ops)) if (done === 7) break
    expect(state(model)).toEqual(before)
  })
})
