import { batchUnits, maxReadNumbers, parseLayers, type RunConfig, Tensor, Trainer } from '@core'
import { describe, expect, test } from 'vitest'
import { fastOps } from '../../fixtures/fast-ops'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'

const ops = fastOps()
const configOf = (layers: string, batchSize: number): RunConfig => ({ ...runConfig({ batchSize, learningRate: 0.3 }), network: { layers: parseLayers(layers), loss: 'softmaxWithLoss' } })
function learned(layers: string, { steps = 3, batchSize = 20 } = {}): Trainer {
  const trainer = new Trainer(configOf(layers, batchSize), smallDataset(), { ops })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}
/** Rows of a tensor */
function rowsOf(trainer: Trainer, path: string): number[][] {
  const { data, rows, columns } = trainer.model.tensor(path) as Tensor
  return Array.from({ length: rows }, (_, n) => Array.from(data.subarray(n * columns, (n + 1) * columns)))
}

describe('the units of a ReLU layer', () => {
  test('fire where x is above 0: counted by unit, and marked in the mask', () => {
    const trainer = learned('affine 8, relu, affine 6')
    const x = rowsOf(trainer, 'relu1.x')
    const { layer, rows, fired, saturatedShare, mask } = batchUnits(trainer, 'relu1')!
    expect({ layer, rows, saturatedShare }).toEqual({ layer: 'relu1', rows: 20, saturatedShare: null })
    expect(fired).toEqual(Array.from({ length: 8 }, (_, unit) => x.filter(row => row[unit]! > 0).length))
    expect([...mask!]).toEqual(x.flat().map(value => Number(value > 0)))
  })

  test('are dead where none of the rows is above 0', () => {
    const trainer = learned('affine 8, relu, affine 6', { steps: 0 })
    trainer.model.tensor('affine1.b')!.data.fill(-100, 0, 3)
    trainer.learn()
    const { fired } = batchUnits(trainer, 'relu1')!
    expect(fired!.slice(0, 3)).toEqual([0, 0, 0])
    expect(fired!.slice(3).some(count => count > 0)).toBe(true)
  })

  test('are counted in the rows of a short mini-batch', () => {
    const { rows, mask, fired } = batchUnits(learned('affine 8, relu, affine 6', { steps: 7, batchSize: 37 }), 'relu1')! // 230 = 6 · 37 + 8
    expect([rows, mask!.length]).toEqual([8, 64])
    expect(Math.max(...fired!)).toBeLessThanOrEqual(8)
  })
})

describe.each([['sigmoid', 4], ['tanh', 2]] as const)('the units of a %s layer', (kind, limit) => {
  test(`are saturated where |x| is beyond ${limit}`, () => {
    const trainer = learned(`affine 8, ${kind}, affine 6`, { steps: 0 })
    trainer.model.tensor('affine1.b')!.data.set([9, -9, 0, 0, 0, 0, 0, 0])
    trainer.learn()
    const x = rowsOf(trainer, `${kind}1.x`).flat()
    const beyond = x.filter(value => Math.abs(value) > limit).length
    expect(beyond).toBeGreaterThanOrEqual(20)
    expect(batchUnits(trainer, `${kind}1`)).toEqual({ layer: `${kind}1`, rows: 20, fired: null, saturatedShare: beyond / x.length, mask: null })
  })
})

describe('a dropout layer', () => {
  /** 1 where dropout's output is not 0, for an input without zeros. */
  const kept = (trainer: Trainer) => rowsOf(trainer, 'dropout1.out').flat().map(value => Number(value !== 0))

  test('has the mask of the latest step', () => {
    const trainer = learned('affine 8, dropout 0.4, affine 6', { steps: 5 })
    expect(rowsOf(trainer, 'dropout1.x').flat().every(value => value !== 0)).toBe(true)
    const { mask, fired, saturatedShare } = batchUnits(trainer, 'dropout1')!
    expect([...mask!]).toEqual(kept(trainer))
    expect(new Set(mask)).toEqual(new Set([0, 1]))
    expect([fired, saturatedShare]).toEqual([null, null])
  })

  test('keeps it when the rate changes, until the next step', () => {
    const trainer = learned('affine 8, dropout 0.4, affine 6', { steps: 5 })
    const before = kept(trainer)
    const changed = trainer.change({ layers: { dropout1: { rate: 0.9 } } })
    expect([...batchUnits(changed, 'dropout1')!.mask!]).toEqual(before)
    changed.learn()
    expect([...batchUnits(changed, 'dropout1')!.mask!]).toEqual(kept(changed))
    expect(kept(changed)).not.toEqual(before)
  })
})

test('other layers, and the loss, tell their rows only', () => {
  const trainer = learned('affine 8, relu, affine 6')
  for (const layer of ['affine1', 'softmaxWithLoss']) expect(batchUnits(trainer, layer)).toEqual({ layer, rows: 20, fired: null, saturatedShare: null, mask: null })
})

test('there is nothing to count before the first mini-batch, after a rewind, and of an unknown layer', () => {
  const trainer = learned('affine 8, relu, affine 6', { steps: 0 })
  expect(batchUnits(trainer, 'relu1')).toBeNull()
  trainer.learn()
  trainer.rewind()
  expect(batchUnits(trainer, 'relu1')).toBeNull()
  expect(() => batchUnits(trainer, 'relu2')).toThrow(expect.objectContaining({ code: 'train.noTensor', details: { found: 'relu2' } }) as Error)
})

test('a mask has as many whole rows as fit; all rows are counted', () => {
  const trainer = learned('affine 4096, relu, affine 6', { steps: 1, batchSize: 100 })
  const { rows, fired, mask } = batchUnits(trainer, 'relu1')!
  expect([rows, fired!.length, mask!.length]).toEqual([100, 4096, maxReadNumbers]) // 64 rows
  expect(fired!.reduce((sum, count) => sum + count, 0)).toBe(rowsOf(trainer, 'relu1.x').flat().filter(value => value > 0).length)
})
