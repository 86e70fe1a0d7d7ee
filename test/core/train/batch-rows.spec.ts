import { describe, expect, test } from 'vitest'
import { batchRows, Trainer, unitImageAt } from '../../../core'
import { changed, runConfig, type ShortConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'

const dataset = smallDataset()
const config = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 })
const learned = (changes: ShortConfig = {}, loss: 'softmaxWithLoss' | 'identityWithLoss' = 'softmaxWithLoss') => {
  const trainer = new Trainer({ ...changed(config, changes), network: { ...config.network, loss } }, dataset)
  trainer.learn()
  return trainer
}

describe('the images of the latest mini-batch', () => {
  test('come with the network’s answers, those with the largest loss first', () => {
    const trainer = learned()
    const { total, wrong, items } = batchRows(trainer, { first: 0, count: 100 })!
    expect([total, items.length, wrong]).toEqual([20, 20, items.filter(({ label, y }) => y[label] !== Math.max(...y)).length])
    expect(items.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...trainer.latestImages!].sort((a, b) => a - b))
    for (const [i, { index, label, predicted, loss, pixels, y }] of items.entries()) {
      expect(label).toBe(dataset.train.labels[index])
      expect(pixels).toEqual(unitImageAt(dataset.train, index))
      expect(y.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6)
      expect(y[predicted]).toBe(Math.max(...y))
      expect(loss).toBeCloseTo(-Math.log(y[label]!), 5)
      if (i > 0) expect(loss).toBeLessThanOrEqual(items[i - 1]!.loss)
    }
  })

  test('have the mean loss of the mini-batch, with either loss', () => {
    for (const loss of ['softmaxWithLoss', 'identityWithLoss'] as const) {
      const trainer = learned({}, loss)
      const { items } = batchRows(trainer, { first: 0, count: 100 })!
      expect(items.reduce((sum, item) => sum + item.loss, 0) / items.length, loss).toBeCloseTo(trainer.loss!, 5)
    }
  })

  test('are read page by page', () => {
    const trainer = learned()
    const all = batchRows(trainer, { first: 0, count: 100 })!
    expect(batchRows(trainer, { first: 8, count: 5 })).toEqual({ ...all, items: all.items.slice(8, 13) })
    expect(batchRows(trainer, { first: 20, count: 5 })!.items).toEqual([])
  })

  test('do not exist before the first mini-batch; a batch of one has one', () => {
    expect(batchRows(new Trainer(config, dataset), { first: 0, count: 5 })).toBeNull()
    expect(batchRows(learned({ batchSize: 1 }), { first: 0, count: 5 })!.total).toBe(1)
  })

  test('whose loss is not a number stand first', () => {
    const trainer = learned()
    const fine = batchRows(trainer, { first: 0, count: 100 })!.items
    const last = fine.at(-1)!
    const row = [...trainer.latestImages!].indexOf(last.index)
    trainer.model.out.value.data.fill(NaN, row * 6, (row + 1) * 6)
    expect(batchRows(trainer, { first: 0, count: 1 })!.items[0]!.index).toBe(last.index)
  })
})
