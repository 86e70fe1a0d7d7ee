import { BatchNormalization, type Pass, Tanh } from '@core'
import { describe, expect, test } from 'vitest'
import { machines } from '../golden'
import { expectNear } from '../numbers'
import { normalization, tanh } from '../ops/golden'

const training: Pass = { training: true, seed: 1, step: 0, tracking: true }
const evaluation: Pass = { ...training, training: false }

describe.each(machines)('on the %s', (_, ops, tolerance) => {
  test('the tanh layer gives PyTorch’s values and gradients', () => {
    const N = tanh.x.length
    const arena = ops.arena()
    const [layer, input] = [new Tanh('tanh1'), arena.slot([N, 1])]
    layer.build(input, arena)
    input.value.data.set(tanh.x)
    layer.forward(ops)
    layer.dout.data.set(tanh.dy)
    layer.backward(ops)
    expectNear(layer.out.data, tanh.y, tolerance)
    expectNear(input.grad.data, tanh.dx, tolerance)
  })

  test('the layer of batch normalization gives PyTorch’s values, gradients and running statistics over several batches', () => {
    const { columns: M, gamma, beta, batches } = normalization
    const arena = ops.arena()
    const [layer, input] = [new BatchNormalization('batchNormalization1'), arena.slot([7, M])]
    layer.build(input, arena)
    layer.initialize()
    layer.gamma.data.set(gamma)
    layer.beta.data.set(beta)
    for (const batch of batches) {
      const pass = batch.training ? training : evaluation
      input.setRows(batch.rows)
      layer.setRows(batch.rows)
      input.value.data.set(batch.x)
      layer.forward(ops, pass)
      layer.dout.data.set(batch.dy)
      layer.backward(ops, pass)
      expectNear(layer.out.data, batch.y, tolerance)
      expectNear(input.grad.data, batch.dx, tolerance)
      expectNear(layer.dgamma.data, batch.dgamma, tolerance)
      expectNear(layer.dbeta.data, batch.dbeta, tolerance)
      expectNear(layer.mean.data, batch.runningMean, tolerance)
      expectNear(layer.variance.data, batch.runningVariance, tolerance)
    }
    expect(batches.map(({ training }) => training)).toEqual([true, true, true, false])
  })
})
