import { Trainer } from '@core'
import { expect, test } from 'vitest'
import { Xray } from '../../../electron/worker/xray'
import { fastOps } from '../../fixtures/fast-ops'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'

const address = { block: 'affine1', part: 'dW', row: 3, column: 2 }
function trained(steps = 3) {
  const trainer = new Trainer(runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 }), smallDataset(), { ops: fastOps() })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}

test('a step is kept while the run learns on, until it is closed', () => {
  const [xray, trainer] = [new Xray(() => 2 ** 30), trained()]
  const { id, step, rows, images, blocks } = xray.open(trainer, { image: null })
  expect([step, rows, images.length, blocks.map(({ name }) => name)]).toEqual([3, 20, 10, ['affine1', 'relu1', 'affine2', 'softmaxWithLoss']])
  const { value } = xray.cell({ id, ...address })
  trainer.learn()
  expect(xray.cell({ id, ...address }).value).toBe(value)
  xray.close()
  expect(() => xray.cell({ id, ...address })).toThrow(expect.objectContaining({ code: 'xray.gone' }) as Error)
})

test('a cell of an earlier step is refused, so that two steps are never joined', () => {
  const [xray, trainer] = [new Xray(() => 2 ** 30), trained()]
  const { id } = xray.open(trainer, { image: null })
  trainer.learn()
  expect(xray.open(trainer, { image: null })).toMatchObject({ id: id + 1, step: 4 })
  expect(() => xray.cell({ id, ...address })).toThrow(expect.objectContaining({ code: 'xray.gone' }) as Error)
})

test('a test image goes alone; an image that is not there is refused', () => {
  const [xray, trainer] = [new Xray(() => 2 ** 30), trained()]
  expect(xray.open(trainer, { image: { split: 'test', index: 89 } })).toMatchObject({ rows: 1, optimizer: null, images: [{ label: trainer.dataset.test.labels[89] }] })
  expect(() => xray.open(trainer, { image: { split: 'test', index: 90 } })).toThrow(expect.objectContaining({ code: 'ipc.schema' }) as Error)
})
