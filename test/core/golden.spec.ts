import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Activation, buildModel, createReferenceOps, type Model, type Precision, Sgd } from '@core'
import { describe, expect, test } from 'vitest'

/** What generate.py wrote: PyTorch's autograd in float64, tensors flattened under the lab's paths. */
interface Golden {
  readonly layers: readonly number[]
  readonly activation: Activation
  readonly lossLayer: 'softmaxWithLoss' | 'identityWithLoss'
  readonly rows: number
  readonly learningRate: number
  readonly x: readonly number[]
  readonly t: readonly number[]
  readonly params: Tensors
  readonly loss: number
  readonly values: Tensors
  readonly gradients: Tensors
  /** Before each of ten SGD steps */
  readonly losses: readonly number[]
  /** After them */
  readonly trained: Tensors
}
type Tensors = Readonly<Record<string, readonly number[]>>

const folder = resolve(import.meta.dirname, '../fixtures/golden')
const names = readdirSync(folder).filter(name => name.endsWith('.json'))

// Float64 leaves some 1e-15 of rounding, float32 some 1e-7, over ten steps of numbers around 1
const tolerances: Record<Precision, number> = { float64: 1e-10, float32: 1e-5 }

test('there are golden numbers of five networks', () => {
  expect(names).toHaveLength(5)
})

describe.each(names)('%s', (name) => {
  const golden = JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as Golden

  describe.each(['float64', 'float32'] as const)('in %s', (precision) => {
    const tolerance = tolerances[precision]
    const ops = createReferenceOps(precision)

    const build = (): Model => {
      const model = buildModel(golden, { rows: golden.rows, precision, inputGrad: true, loss: golden.lossLayer })
      model.input.value.data.set(golden.x)
      model.target.value.data.set(golden.t)
      for (const [path, values] of Object.entries(golden.params)) model.tensor(path)!.data.set(values)
      return model
    }
    const expectTensors = (model: Model, tensors: Tensors): void => {
      for (const [path, wanted] of Object.entries(tensors)) {
        const found = model.tensor(path)
        expect(found?.size, path).toBe(wanted.length)
        wanted.forEach((number, i) => expect(Math.abs(found!.data[i]! - number), `${path}[${i}]`).toBeLessThanOrEqual(tolerance))
      }
    }

    test('forward gives PyTorch\'s loss and intermediate values', () => {
      const model = build()
      expect(Math.abs(model.forward(ops) - golden.loss)).toBeLessThanOrEqual(tolerance)
      expectTensors(model, golden.values)
    })

    test('backward gives PyTorch\'s gradient of every parameter and every value', () => {
      const model = build()
      model.forward(ops)
      model.backward(ops)
      expectTensors(model, golden.gradients)
    })

    test('ten steps of SGD lead to PyTorch\'s weights', () => {
      const model = build()
      const sgd = new Sgd(golden.learningRate)
      for (const loss of golden.losses) {
        expect(Math.abs(model.forward(ops) - loss)).toBeLessThanOrEqual(tolerance)
        model.backward(ops)
        sgd.step(ops, model.params)
      }
      expectTensors(model, golden.trained)
    })
  })
})
