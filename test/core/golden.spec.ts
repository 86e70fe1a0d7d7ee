import { describe, expect, test } from 'vitest'
import { buildGolden, expectTensors, goldenNames, machines, readGolden } from './golden'
import { optimizerFor } from '../fixtures/optimizer'

test('there are golden numbers of five networks', () => {
  expect(goldenNames).toHaveLength(5)
})

describe.each(goldenNames)('%s', (name) => {
  const golden = readGolden(name)

  describe.each(machines)('on the %s', (_, ops, tolerance) => {
    test('forward gives PyTorch\'s loss and intermediate values', () => {
      const model = buildGolden(golden, ops)
      expect(Math.abs(model.forward(ops) - golden.loss)).toBeLessThanOrEqual(tolerance)
      expectTensors(model, golden.values, tolerance)
    })

    test('backward gives PyTorch\'s gradient of every parameter and every value', () => {
      const model = buildGolden(golden, ops)
      model.forward(ops)
      model.backward(ops)
      expectTensors(model, golden.gradients, tolerance)
    })

    test('ten steps of SGD lead to PyTorch\'s weights', () => {
      const model = buildGolden(golden, ops)
      const sgd = optimizerFor('sgd', golden.learningRate, model, ops.arena())
      for (const loss of golden.losses) {
        expect(Math.abs(model.forward(ops) - loss)).toBeLessThanOrEqual(tolerance)
        model.backward(ops)
        sgd.step(ops)
      }
      expectTensors(model, golden.trained, tolerance)
    })
  })
})
