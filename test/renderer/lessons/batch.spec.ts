import { buildModel, createReferenceOps, defaultConfig, fillLabels, initParams, MiniBatches, readTensor, Tensor, tensorAt } from '@core'
import { afterEach, expect, test, vi } from 'vitest'
import { expressionOf, loadBatch } from '../../../renderer/lessons/batch'
import { fakeMain, runState } from '../lab'

afterEach(() => vi.unstubAllGlobals())

const config = { ...defaultConfig, layers: [6, 5, 4, 3], activation: 'sigmoid', batchSize: 4, seed: 3 } as const
const count = 10
const image = (index: number) => Float32Array.from({ length: 6 }, (_, i) => ((index * 7 + i * 3) % 10) / 10)
const label = (index: number) => index % 3

/** The Lab's network as the training thread would have it, in float64. */
function network(rows: number) {
  const model = buildModel(config, { rows, precision: 'float64' })
  initParams(model.params, config.init, config.seed)
  for (const { W, b } of model.params) for (const { value } of [W, b]) value.data.set(value.data.map(Math.fround)) // as it crosses the thread's border
  return model
}

test('the expression is the network’s chain of layers', () => {
  expect(expressionOf(config)).toBe('a1 = affine(X, W1, b1); z1 = sigmoid(a1); a2 = affine(z1, W2, b2); z2 = sigmoid(a2); a3 = affine(z2, W3, b3); L = softmaxWithLoss(a3, T)')
  expect(expressionOf({ ...config, layers: [6, 3] })).toBe('a1 = affine(X, W1, b1); L = softmaxWithLoss(a1, T)')
})

test('the graph computes what the Lab learns next: the same images, loss and gradients', async () => {
  const lab = network(4)
  fakeMain({
    'data:image': ({ split, index }) => {
      expect(split).toBe('train')
      return { image: image(index), label: label(index) }
    },
    'probe:tensor': ({ path, ...window }) => ({ runId: 1, step: 5, path, ...readTensor(tensorAt(lab, path), window), data: Float32Array.from(readTensor(tensorAt(lab, path), window).data) }),
  })
  const { trace, rows, of, labels, step } = await loadBatch(runState({ config, step: 5 }), count)

  const { indices } = new MiniBatches(count, 4, 3).at(5) // an epoch has three steps, of 4, 4 and 2 images: this one is short
  expect([rows, of, step]).toEqual([2, 2, 5])
  expect(labels).toEqual(Array.from(indices, label))
  const truth = network(2)
  const ops = createReferenceOps('float64')
  truth.input.value.data.set(Array.from(indices).flatMap(index => [...image(index)]))
  fillLabels(truth.target.value, { count, images: new Uint8Array(), labels: Uint8Array.from({ length: count }, (_, i) => label(i)) }, indices, 0, 2)
  const loss = truth.forward(ops)
  truth.backward(ops)
  expect(trace.forward.values.get('L')!.data[0]).toBeCloseTo(loss, 12)
  for (const [path, name] of [['affine1.dW', 'W1'], ['affine2.db', 'b2'], ['affine3.dW', 'W3']] as const) {
    const { data } = truth.tensor(path)!
    trace.backward.gradients.get(name)!.data.forEach((d, i) => expect(d).toBeCloseTo(data[i]!, 12))
  }
  expect([...trace.updated.keys()]).toEqual(['W1', 'b1', 'W2', 'b2', 'W3', 'b3'])
})

test('a tensor too large for one answer is read page by page', async () => {
  const wide = { ...config, layers: [1000, 300, 3], batchSize: 1 } as const
  const W = Tensor.from(Float32Array.from({ length: 300_000 }, (_, i) => i), [1000, 300])
  const main = fakeMain({
    'data:image': ({ index }) => ({ image: new Float32Array(1000), label: label(index) }),
    'probe:tensor': ({ path, ...window }) => {
      const tensor = path === 'affine1.W' ? W : Tensor.zeros(path.endsWith('b') ? [path.includes('1') ? 300 : 3] : [300, 3])
      return { runId: 1, step: 0, path, ...readTensor(tensor, window) }
    },
  })
  const { trace } = await loadBatch(runState({ config: wide, step: 0 }), count)
  expect(main.asked('probe:tensor').filter(query => (query as { path: string }).path === 'affine1.W')).toHaveLength(2)
  expect(trace.forward.values.get('W1')!.data[299_999]).toBe(299_999)
  expect(trace.forward.values.get('W1')!.data[300 + 262]).toBe(562)
})
