import { type Tensor, Trainer, unitImageAt, unitLook } from '@core'
import { describe, expect, test } from 'vitest'
import { fastOps } from '../../fixtures/fast-ops'
import { configOf, dataset } from '../../fixtures/training'

const ops = fastOps()
const { train } = dataset

function learned(layers: string, steps = 3, more: object = {}): Trainer {
  const trainer = new Trainer(configOf(layers, more), dataset, { ops })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}
const columnOf = ({ data, rows, columns }: Tensor, column: number): number[] => Array.from({ length: rows }, (_, n) => data[n * columns + column]!)

/** Input of a unit of the first activation layer for a training image: x·W + b in float64 */
function inputOf(trainer: Trainer, index: number, unit: number): number {
  const W = columnOf(trainer.model.tensor('affine1.W')!, unit)
  const { divideBy } = train.normalization
  return W.reduce((sum, w, d) => sum + w * train.images[index * W.length + d]! / divideBy, trainer.model.tensor('affine1.b')!.data[unit]!)
}

describe('a unit of the first hidden layer', () => {
  const trainer = learned('affine 8, relu, affine 6')
  const look = unitLook(trainer, 'relu1', 5)

  test('is shown the training images with the largest input, in descending order', () => {
    const all = Array.from({ length: train.count }, (_, index) => ({ index, x: inputOf(trainer, index, 5) })).toSorted((a, b) => b.x - a.x)
    expect(look.images).toBe(230)
    expect(look.above).toBe(all.filter(({ x }) => x > 0).length)
    expect(look.most).toHaveLength(12)
    look.most.forEach(({ index, label, pixels, x }, i) => {
      expect(x).toBeCloseTo(all[i]!.x, 5) // float32 against float64
      expect(x).toBeCloseTo(inputOf(trainer, index, 5), 5)
      expect([label, pixels]).toEqual([train.labels[index], unitImageAt(train, index)])
    })
  })

  test('has its column of W and its bias', () => {
    const { incoming } = look
    expect(incoming).toMatchObject({ layer: 'affine1', ofPixels: true, bias: trainer.model.tensor('affine1.b')!.data[5] })
    expect([...incoming!.weights]).toEqual(columnOf(trainer.model.tensor('affine1.W')!, 5))
  })

  test('has woken for images of the latest mini-batch, as it was learned', () => {
    const x = columnOf(trainer.model.tensor('relu1.x')!, 5)
    const row = x.indexOf(Math.max(...x))
    expect(look.latest).toMatchObject({ rows: 30, above: x.filter(value => value > 0).length, most: { x: x[row], index: trainer.latestImages![row] } })
  })

  test('disturbs nothing: the run learns on, bit for bit', () => {
    const other = learned('affine 8, relu, affine 6')
    unitLook(other, 'relu1', 0)
    expect(other.learn()).toBe(learned('affine 8, relu, affine 6', 4).loss)
  })
})

test('a unit that never fires is woken by no image', () => {
  const trainer = learned('affine 8, relu, affine 6', 0)
  trainer.model.tensor('affine1.b')!.data[2] = -1000
  trainer.learn()
  const { above, latest, most } = unitLook(trainer, 'relu1', 2)
  expect([above, latest!.above, most[0]!.x < 0]).toEqual([0, 0, true])
})

test('a unit behind batch normalization and dropout has the weights before both; deeper ones are no pixels', () => {
  const trainer = learned('affine 9, batchNormalization, dropout 0.3, relu, affine 8, tanh, affine 6')
  expect(unitLook(trainer, 'relu1', 4).incoming!.weights).toEqual(Float32Array.from(columnOf(trainer.model.tensor('affine1.W')!, 4)))
  expect(unitLook(trainer, 'tanh1', 7).incoming).toMatchObject({ layer: 'affine2', ofPixels: false, weights: { length: 9 } })
})

test('before the first mini-batch there is no latest one; a layer of pixels alone has no weights', () => {
  const look = unitLook(learned('relu, affine 6', 0), 'relu1', 11)
  expect([look.latest, look.incoming]).toEqual([null, null])
})

test('images that are set aside for validation are not among them', () => {
  const trainer = learned('affine 8, relu, affine 6', 1, { validation: 0.5 })
  expect(unitLook(trainer, 'relu1', 0).images).toBe(115)
})

test.each([['relu2', 0], ['relu1', 8], ['affine1', 0]])('%s[%i] is refused where the network has no such unit', (layer, unit) => {
  expect(() => unitLook(learned('affine 8, relu, affine 6', 1), layer, unit)).toThrow(expect.objectContaining({ code: 'train.noTensor' }) as Error)
})
