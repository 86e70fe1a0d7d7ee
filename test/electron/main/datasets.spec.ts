import type { SharedDataset } from '@contract'
import { LabError, markOf, mnist, writeWeights } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { announceMs } from '../../../electron/main/datasets'
import { infoOf } from '../../fixtures/dataset-info'
import { perceptron } from '../../fixtures/run-config'
import { StoredDatasets } from './stored-datasets'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

const hash = (digit: string): string => digit.repeat(64)
const bands = { ...infoOf({ id: 'bands-1', rows: 2, columns: 3, classes: 4, train: 70, test: 14 }), name: 'Bands', sha256: { trainImages: hash('a'), trainLabels: hash('b') } }
const entry = { id: bands.id, info: bands, problem: null }
const vanished = new LabError('dataset.vanished', 'gone', { name: 'Bands', file: 'train-images.idx' })

const file = (layers: readonly number[], dataset?: typeof bands) => ({
  name: 'a.safetensors', bytes: writeWeights({
    architecture: perceptron(layers, 'relu'), config: null, step: 3, metrics: {}, classes: [], version: '1', ...dataset && { dataset: markOf(dataset) },
    tensors: [{ path: 'affine1.W', data: new Float32Array(layers[0]! * layers[1]!) }, { path: 'affine1.b', data: new Float32Array(layers[1]!) }],
  }),
})

describe('loading', () => {
  test('MNIST takes the copy in memory, without the store', async () => {
    const stored = new StoredDatasets()
    expect(await stored.datasets.load('mnist')).toBe(await stored.datasets.mnist)
    expect(stored.loads).toEqual([])
  })

  test('is announced by name when it takes long, and when it is over, even by an error', async () => {
    const stored = new StoredDatasets([entry])
    expect((await stored.datasets.load('bands-1')).info).toEqual(bands)
    expect(stored.announced).toEqual([])
    let go = (): void => undefined
    stored.held = new Promise((_, fail) => { go = () => { fail(vanished) } })
    const loading = stored.datasets.load('bands-1').catch((cause: unknown) => cause)
    await vi.advanceTimersByTimeAsync(announceMs)
    expect(stored.announced).toEqual(['Bands'])
    go()
    expect(await loading).toBe(vanished)
    expect(stored.announced).toEqual(['Bands', null])
  })
})

describe('the dataset of a weights file', () => {
  const { datasets } = new StoredDatasets([entry])
  const renamed = { ...bands, id: 'other-2', name: 'Elsewhere' }

  test.each([
    ['is found by the hashes of its files, whatever it is called', file([6, 4], renamed), mnist, 'bands-1'],
    ['is the current one without looking at the disk', file([6, 4], renamed), { ...bands, id: 'now-3' }, 'now-3'],
    ['is MNIST for a file that names none', file([784, 10]), bands, 'mnist'],
    ['is the current one for a file that names none and fits it alone', file([6, 4]), bands, 'bands-1'],
    ['is MNIST for a file that names none and fits nothing, which the training thread then refuses', file([5, 5]), bands, 'mnist'],
  ])('%s', async (_, weights, current, wanted) => {
    expect(await datasets.trainedOn(weights, current)).toBe(wanted)
  })

  test('that is not on this computer is named, with its hash', async () => {
    const unknown = file([6, 4], { ...bands, name: 'Shoes', sha256: { trainImages: hash('c'), trainLabels: hash('b') } })
    await expect(datasets.trainedOn(unknown, mnist)).rejects.toMatchObject({ code: 'weights.unknownDataset', details: { file: 'a.safetensors', name: 'Shoes', sha256: hash('c') } })
  })

  test('of a damaged file is not looked for: the damage is reported', async () => {
    await expect(datasets.trainedOn({ name: 'x', bytes: new TextEncoder().encode('no weights') }, mnist)).rejects.toMatchObject({ code: 'safetensors.foreign' })
  })
})

test('a rejected MNIST rejects its load', async () => {
  const failed: Promise<SharedDataset> = Promise.reject(new LabError('dataset.missing', 'no', { file: 'x', found: 'y' }))
  failed.catch(() => undefined)
  const { datasets } = new StoredDatasets([entry], failed)
  await expect(datasets.load('mnist')).rejects.toMatchObject({ code: 'dataset.missing' })
})
