import { readPixels, unitRows, unitTrace } from '@core'
import { expect, test } from 'vitest'
import { chains, imageOf, networkOf } from './network'

test('the rows are the outputs of the layers between the affine ones, and the logits', () => {
  const network = networkOf(chains[5])
  readPixels(network, imageOf(1))
  const rows = unitRows(network)
  expect(rows.map(({ layer, shown, kinds }) => [layer, shown, kinds.join(' ')])).toEqual([
    ['affine1', 'dropout1', 'affine batchNormalization relu dropout'], ['affine2', 'tanh1', 'affine tanh'], ['affine3', 'sigmoid1', 'affine sigmoid'], ['affine4', 'affine4', 'affine'],
  ])
  for (const { shown, values } of rows) expect([...values]).toEqual([...network.model.tensor(`${shown}.out`)!.data])
})

test('a unit\'s inputs, weights and bias add up to its sum, and the layers after it make its output of it', () => {
  const network = networkOf(chains[5])
  readPixels(network, imageOf(1))
  for (const [layer, from, shown] of [['affine1', 'batchNormalization1', 'dropout1'], ['affine2', 'dropout1', 'tanh1'], ['affine3', 'tanh1', 'sigmoid1'], ['affine4', 'sigmoid1', null]] as const) {
    const found = unitTrace(network, layer, 2)!
    expect(found.from).toBe(from)
    expect(found.x.reduce((sum, x, i) => sum + x * found.W[i]!, found.b)).toBeCloseTo(found.sum, 12)
    if (shown) expect(found.after.at(-1)).toEqual({ layer: shown, kind: shown.replace('1', ''), value: network.model.tensor(`${shown}.out`)!.data[2] })
    else expect(found.after).toEqual([])
  }
})

test('in a first layer on pixels, the derivatives by the pixels are the weights', () => {
  const network = networkOf(chains[0])
  readPixels(network, imageOf(1))
  const { pixels, W, x, from } = unitTrace(network, 'affine1', 8)!
  expect(from).toBeNull()
  expect([...pixels]).toEqual([...W])
  expect([...x]).toEqual([...imageOf(1)])
})

test('there is no trace of a unit that is not there', () => {
  const network = networkOf(chains[0])
  readPixels(network, imageOf(1))
  expect([unitTrace(network, 'affine1', 9), unitTrace(network, 'affine1', -1), unitTrace(network, 'relu1', 0), unitTrace(network, 'affine3', 0)]).toEqual([null, null, null, null])
})
