import { LabError, meanImage, unitImageAt } from '@core'
import { expect, test } from 'vitest'
import { NeighbourSearch } from '../../../electron/worker/neighbours'
import { infoOf } from '../../fixtures/dataset-info'
import { smallDataset } from '../../fixtures/small-dataset'

const dataset = smallDataset()
const other = { ...smallDataset({ seed: 2 }), info: infoOf({ id: 'other', rows: 4, columns: 3, classes: 6, train: 230, test: 90 }) }
const ask = { nearest: 3, means: [4, 1] }

test('a training image is its own nearest; mean images come in the order that they were asked for', () => {
  const found = new NeighbourSearch(dataset).find({ ...ask, pixels: unitImageAt(dataset.train, 17) })
  expect(found.nearest[0]).toEqual({ index: 17, label: dataset.train.labels[17], distance: 0, image: unitImageAt(dataset.train, 17) })
  expect(found.nearest).toHaveLength(3)
  expect(found.means).toEqual([4, 1].map(label => ({ label, image: meanImage(dataset.train, label) })))
})

test('a class without images has no mean', () => {
  expect(new NeighbourSearch(dataset).find({ ...ask, means: [99], pixels: unitImageAt(dataset.train, 0) }).means).toEqual([])
})

test('another dataset is searched when it is given, and the first one again afterwards', () => {
  const search = new NeighbourSearch(dataset)
  const pixels = unitImageAt(other.train, 5)
  expect(search.find({ ...ask, pixels }, other).nearest[0]).toMatchObject({ index: 5, distance: 0 })
  expect(search.find({ ...ask, pixels }).nearest[0]!.distance).toBeGreaterThan(0)
})

test('an image of another size is refused', () => {
  expect(() => new NeighbourSearch(dataset).find({ ...ask, pixels: new Float32Array(11) })).toThrow(expect.objectContaining({ code: 'ipc.schema', details: { found: 11 } }) as LabError)
})
