import type { WeightsEntry } from '@contract'
import { type Architecture, LabError, tensorsOf, type WeightsFile, writeWeights } from '@core'
import { flushPromises } from '@vue/test-utils'
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import WeightsPage from '../../../renderer/files/weights/WeightsPage.vue'
import { tensorFacts } from '../../../renderer/files/weights/tensor-facts'
import { useDatasets } from '../../../renderer/stores/datasets'
import { useNotices } from '../../../renderer/stores/notices'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { useWeightsPage } from '../../../renderer/stores/weights-page'
import { infoOf } from '../../fixtures/dataset-info'
import { perceptron, runConfig } from '../../fixtures/run-config'
import { fakeMain, runState, show, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

/** Numbers −1, −1 + 1/8, … in each tensor: all are exact in float32 */
function fileOf(architecture: Architecture, patch: Partial<WeightsFile> = {}): WeightsFile {
  return {
    architecture, config: null, step: 7, metrics: {}, classes: ['0', '1'], version: '1.2',
    tensors: tensorsOf(architecture).map(({ path, shape }) => ({ path, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => -1 + i % 16 / 8) })), ...patch,
  }
}
const entry: WeightsEntry = { handle: 'a', kind: 'file', name: 'mine.safetensors', folder: '/home/me', savedAt: Date.UTC(2026, 10, 24, 3), bytes: 160_000, summary: null, problem: null, runId: null }
/** 20×30 images of 7 classes, as an MLP with batch normalization reads them */
const bands = { ...infoOf({ id: 'bands-1', rows: 20, columns: 30, classes: 7, train: 700, test: 70 }), name: 'Bands' }
const bandNetwork: Architecture = { input: [600], layers: [{ kind: 'affine', units: 5 }, { kind: 'batchNormalization' }, { kind: 'relu' }, { kind: 'affine', units: 7 }], loss: 'softmaxWithLoss' }

async function page(weights: WeightsFile, answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain({ 'weights:bytes': () => ({ name: 'mine.safetensors', bytes: writeWeights(weights) }), 'weights:list': () => [], 'run:read': () => soFar(runState({ runId: 1 })), 'data:list': () => [], 'weights:open': () => runState({ runId: 2 }), ...answers })
  useRoom().go('files')
  await useWeightsPage().open(entry)
  const view = await show(WeightsPage, { file: useWeightsPage().file! })
  await Promise.all([useRun().load(), useDatasets().refresh()])
  await flushPromises()
  return { main, view, facts: () => Object.fromEntries(view.findAll('dl > div').map(fact => [fact.get('dt').text(), fact.get('dd').text()])), rows: () => view.findAll('li').map(row => row.findAll(':scope > span').map(cell => cell.text())) }
}

test('says what is in the file: network, size, dataset, input, settings, last values, when and by whom', async () => {
  const mark = { id: 'bands-1', name: 'Bands', shape: bands.shape, normalization: { divideBy: 255 }, preprocessing: 'resize', counts: { train: 700, test: 70 }, sha256: bands.sha256 } as const
  const weights = fileOf(bandNetwork, {
    dataset: mark, classes: ['a', 'b', 'c', 'd', 'e', 'f', '긴 것'], metrics: { testAccuracy: 0.9, validationAccuracy: 0.85, trainAccuracy: 0.95, loss: 0.25 },
    config: { ...runConfig({ batchSize: 50 }), network: { layers: bandNetwork.layers, loss: bandNetwork.loss } },
  })
  const { facts } = await page(weights, { 'data:list': () => [{ id: bands.id, info: bands, problem: null }] })
  // 600·5 + 5, two times 5 for γ and β, 5·7 + 7
  expect(facts()).toMatchObject({
    'Network': expect.stringContaining('Affine 5, Batch Norm, ReLU, Affine 7') as string, 'Weights and biases': '3,057', 'Dataset': 'Bands · on this computer',
    'Input': '20×30 pixels · pixels divided by 255', 'Classes': 'a, b, c, d, e, f, 긴 것', 'Learned': 'step 7 · test 90.0% · validation 85.0% · training 95.0% · loss 0.250', 'Settings': expect.stringContaining('50') as string,
    'Saved': expect.stringMatching(/2026.*160 kB.*by Backprop Lab 1\.2/) as string,
  })
})

test('shows the hash of the weights, and copies it', async () => {
  const weights = fileOf(perceptron([4, 2]))
  const writeText = vi.fn(() => Promise.resolve())
  const { facts, view } = await page(weights)
  vi.stubGlobal('navigator', { clipboard: { writeText } })
  const wanted = createHash('sha256')
  for (const { data } of weights.tensors) wanted.update(new Uint8Array(data.buffer))
  const hash = wanted.digest('hex')
  expect(facts()['SHA-256']).toBe(hash)
  await view.get('.sha').trigger('click')
  expect(writeText).toHaveBeenCalledWith(hash)
})

test('says what a foreign file leaves out', async () => {
  const { facts, view } = await page(fileOf(perceptron([4, 3, 2]), { version: '', gaps: ['activation'] }), { 'weights:bytes': () => {
    const weights = fileOf(perceptron([4, 3, 2]), { version: '', step: 0 })
    return { name: 'mine.safetensors', bytes: writeWeights(weights) }
  } })
  expect(facts()).toMatchObject({ Dataset: 'dataset not named', Input: '4 inputs · pixels divided by 255, as the file names no other', Settings: 'not in the file', Saved: expect.stringContaining('by another program') as string })
  expect(facts()['Learned']).toContain('the file does not say how many steps')
  expect(view.text()).not.toContain('undefined')
})

test('a dataset that is not here says so', async () => {
  const mark = { id: 'bands-1', name: 'Bands', shape: bands.shape, normalization: { divideBy: 255 }, preprocessing: 'resize', counts: { train: 700, test: 70 }, sha256: bands.sha256 } as const
  const { facts } = await page(fileOf(bandNetwork, { dataset: mark, classes: [...'abcdefg'] }))
  expect(facts()['Dataset']).toBe('Bands · not on this computer')
})

test('lists the tensors with the lab’s shapes, the file’s where they differ, and their ranges, also running means; arrow keys choose one', async () => {
  const { rows, view } = await page(fileOf(bandNetwork, { classes: [...'abcdefg'] }))
  expect(rows()[0]).toEqual(['W1', '600 × 5', '−1 … 0.875', 'affine1.weight (5 × 600)'])
  expect(rows().map(row => row.at(-1))).toEqual(['affine1.weight (5 × 600)', 'affine1.bias', 'batchNormalization1.weight', 'batchNormalization1.bias', 'batchNormalization1.running_mean', 'batchNormalization1.running_var', 'affine2.weight (7 × 5)', 'affine2.bias'])
  await view.get('[role=listbox]').trigger('keydown', { key: 'End' })
  await flushPromises()
  expect([view.get('[aria-selected=true]').text(), document.activeElement?.getAttribute('aria-selected')]).toEqual([expect.stringContaining('affine2.bias'), 'true'])
  expect(view.get('.figure h2').text()).toBe('b2 7')
})

test('opens the file in Train and leaves', async () => {
  const { main, view } = await page(fileOf(perceptron([4, 2])))
  await view.get('.primary').trigger('click')
  await flushPromises()
  expect([main.asked('weights:open'), useWeightsPage().isShown]).toEqual([[{ handle: 'a' }], false])
})

test('a file whose weights have changed is not shown, and says why', async () => {
  fakeMain({ 'weights:bytes': () => { throw new LabError('weights.changed', '', { file: 'mine.safetensors', wanted: '0f', found: '1e' }) } })
  await useWeightsPage().open(entry)
  expect([useWeightsPage().isShown, useNotices().notices.map(({ key }) => key)]).toEqual([false, ['errors.weights.changed']])
})

describe('the images of the first layer', () => {
  const tileOf = (architecture: Architecture, dataset?: WeightsFile['dataset']) => tensorFacts({ ...fileOf(architecture), ...dataset && { dataset } })[0]!.tile
  test.each<[string, Architecture, readonly number[] | null, { rows: number, columns: number } | null]>([
    ['as its dataset says', bandNetwork, [1, 20, 30], { rows: 20, columns: 30 }],
    ['as its own input says', { ...bandNetwork, input: [1, 30, 20] }, null, { rows: 30, columns: 20 }],
    ['square ones', perceptron([784, 10]), null, { rows: 28, columns: 28 }],
    ['square ones where the dataset has other images', perceptron([784, 10]), [1, 20, 30], { rows: 28, columns: 28 }],
    ['none where no image has so many pixels', perceptron([600, 10]), null, null],
    ['none of four numbers', perceptron([4, 2]), null, null],
  ])('are %s', (_, architecture, shape, tile) => {
    if (architecture.input.length === 3) return expect(tensorFacts({ architecture, tensors: tensorsOf({ ...architecture, input: [600] }).map(({ path, shape }) => ({ path, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) })) })[0]!.tile).toEqual(tile)
    expect(tileOf(architecture, shape ? { id: 'b', name: 'b', shape: shape as [number, number, number], normalization: { divideBy: 255 }, preprocessing: 'resize', counts: { train: 1, test: 1 }, sha256: {} } : undefined)).toEqual(tile)
  })

  test('only the first layer has them', () => {
    expect(tensorFacts(fileOf(perceptron([784, 100, 10]))).map(({ tile }) => tile !== null)).toEqual([true, false, false, false])
  })
})
