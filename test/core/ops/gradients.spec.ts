import { type Architecture, buildModel, copyTensors, createBackend, createReferenceOps, fillImages, fillTarget, initialize, type Model, numericalGradient, sparseInput, Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { inkyDataset } from '../../fixtures/inky-dataset'
import { modules } from './fast'
import { perceptron } from '../../fixtures/run-config'

const exact = createReferenceOps('float64')
const dataset = inkyDataset({ rows: 28, columns: 28, train: 100 })
const few = inkyDataset({ rows: 3, columns: 4, classes: 5, train: 40, ink: 0.3 })

describe.each(modules)('%s', (_, bytes) => {
  const { ops } = createBackend({ bytes })

  /** The same network and mini-batch on the kernels in float32 and on the reference in float64. */
  function twins({ architecture, rows, data, sparse }: { architecture: Architecture, rows: number, data: typeof dataset, sparse: boolean }): { fast: Model, slow: Model } {
    const arena = ops.arena()
    const fast = buildModel(architecture, { rows, arena, input: sparse ? sparseInput(ops, data, rows, arena) : undefined })
    const slow = buildModel(architecture, { rows, precision: 'float64' })
    initialize(fast, 'he', 5)
    for (const { path, slot } of fast.params) if (path.endsWith('.b')) slot.value.data.fill(0.01)
    copyTensors(slow, fast) // the same float32 numbers in both
    const indices = Array.from({ length: rows }, (_, i) => i)
    for (const model of [fast, slow]) {
      fillImages(model.input.value, data.train, indices, 0, rows)
      fillTarget(model.target.value, data.train, indices, 0, rows)
    }
    slow.input.value.data.set(fast.input.value.data) // pixels are rounded to float32 as well
    return { fast, slow }
  }

  /** Within a thousandth of the element, or of a thousandth of the tensor's largest element where rounding dominates. */
  function expectNearly(found: Tensor, wanted: ArrayLike<number>, path: string): void {
    const largest = Array.from(wanted).reduce((max, x) => Math.max(max, Math.abs(x)), 0)
    expect(largest, path).toBeGreaterThan(0)
    for (let i = 0; i < found.size; i++) {
      const [f, w] = [found.data[i]!, wanted[i]!]
      if (!(Math.abs(f - w) <= 1e-3 * Math.max(Math.abs(w), 1e-3 * largest))) expect.fail(`${path}[${i}]: ${f}, wanted ${w}`)
    }
  }

  test.each([
    ['the book\'s network on sparse rows', perceptron([784, 50, 10], 'relu'), 100, true],
    ['the book\'s network on dense rows', perceptron([784, 50, 10], 'relu'), 100, false],
    ['a deep one', perceptron([784, 61, 37, 23, 10], 'relu'), 37, true],
    ['one of sigmoids', perceptron([784, 53, 10], 'sigmoid'), 100, true],
    ['a single image', perceptron([784, 50, 10], 'relu'), 1, true],
  ] as const)('the gradients of %s agree with float64 to a thousandth', (_, architecture, rows, sparse) => {
    const { fast, slow } = twins({ architecture, rows, data: dataset, sparse })
    expect(Math.abs(fast.forward(ops) / slow.forward(exact) - 1)).toBeLessThan(1e-5)
    fast.backward(ops)
    slow.backward(exact)
    fast.params.forEach(({ path, slot }, i) => { expectNearly(slot.grad, slow.params[i]!.slot.grad.data, path) })
  })

  // central differences of the float64 loss have an error of 1e-8 for numbers around 0.1 (gradient-check.spec.ts)
  test.each(['relu', 'sigmoid'] as const)('and with the numeric gradients in float64, in a %s network', (activation) => {
    const { fast, slow } = twins({ architecture: perceptron([12, 7, 6, 5], activation), rows: 40, data: few, sparse: true })
    fast.forward(ops)
    fast.backward(ops)
    fast.params.forEach(({ path, slot: { grad } }, i) => {
      expectNearly(grad, numericalGradient(() => slow.forward(exact), slow.params[i]!.slot.value.data), path)
    })
  })
})
