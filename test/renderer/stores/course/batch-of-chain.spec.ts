import { createReferenceOps, graphNamesOf, imagesAt, parseLayers, registerLayer, type RunConfig, Trainer } from '@core'
import { afterEach, expect, test, vi } from 'vitest'
import { loadBatch } from '../../../../renderer/stores/course/load-batch'
import { runConfig } from '../../../fixtures/run-config'
import { scale } from '../../../fixtures/scale'
import { smallDataset } from '../../../fixtures/small-dataset'
import { fakeMain } from '../../lab'

afterEach(() => vi.unstubAllGlobals())

const layers = parseLayers('affine 8, batchNormalization, relu, dropout 0.4, affine 6')
const ownConfig: RunConfig = { ...runConfig({ batchSize: 20, seed: 3 }), network: { layers, loss: 'softmaxWithLoss' } }

/** Black and white images, whose pixels 0 and 1 are exact in float32, too. */
function dataset() {
  const { train: { images }, ...rest } = smallDataset()
  const { train } = smallDataset()
  images.forEach((pixel, i) => { train.images[i] = pixel > 100 ? 255 : 0 })
  return { ...rest, train }
}

/** A run in float64 after three steps, whose weights are those of a weights file and therefore exact in float32, too. */
function trained(config = ownConfig): Trainer {
  const ops = createReferenceOps('float64')
  const before = new Trainer(config, dataset(), { ops })
  for (let i = 0; i < 3; i++) before.learn()
  return new Trainer(config, dataset(), { ops, weights: before.weights({ version: '1' }) })
}

/** @param most rows in the graph */
async function load(trainer: Trainer, most = Infinity) {
  const { model, nextImages, step } = trainer
  fakeMain({
    'run:batch': ({ rows }) => ({
      runId: 1, step, config: trainer.config, input: model.architecture.input, imageShape: trainer.dataset.info.shape, of: nextImages.length, images: imagesAt(trainer, nextImages, Math.min(rows, most)),
      tensors: trainer.weights({ version: '1' }).tensors, optimizer: { updates: 0, state: [] },
    }),
  })
  return loadBatch(model.architecture)
}

test('each layer is written in the graph’s language, with names numbered as its own', () => {
  expect(graphNamesOf(trained().model.architecture).expression)
    .toBe('a1 = affine(X, W1, b1); z1 = batchNormalization(a1, gamma1, beta1); z2 = relu(z1); z3 = z2 * mask1; a2 = affine(z3, W2, b2); L = softmaxWithLoss(a2, T)')
})

test('a chain with batch normalization and dropout has the run’s activations, gradients and update in the window, to ten digits', async () => {
  const trainer = trained()
  const { trace, step, rows, of } = await load(trainer)
  expect([step, rows, of]).toEqual([3, 20, 20])
  const loss = trainer.learn()
  const { model } = trainer
  const same = (found: readonly number[], wanted: ArrayLike<number>) => {
    expect(found).toHaveLength(wanted.length)
    expect(Math.max(...found.map((number, i) => Math.abs(number - wanted[i]!)))).toBeLessThanOrEqual(1e-10)
  }
  same(trace.forward.values.get('L')!.data, [loss])
  const outputs = { a1: 'affine1', z1: 'batchNormalization1', z2: 'relu1', z3: 'dropout1', a2: 'affine2' }
  for (const [name, layer] of Object.entries(outputs)) {
    same(trace.forward.values.get(name)!.data, model.tensor(`${layer}.out`)!.data)
    same(trace.backward.gradients.get(name)!.data, model.tensor(`${layer}.dout`)!.data)
  }
  const params = { W1: 'affine1.W', b1: 'affine1.b', gamma1: 'batchNormalization1.gamma', beta1: 'batchNormalization1.beta', W2: 'affine2.W', b2: 'affine2.b' }
  for (const [name, path] of Object.entries(params)) {
    const { slot } = model.params.find(param => param.path === path)!
    same(trace.backward.gradients.get(name)!.data, slot.grad.data)
    same(trace.updated.get(name)!.data, slot.value.data)
  }
  expect([...trace.updated.keys()].sort()).toEqual(Object.keys(params).sort())
})

test('the mask of the first rows is that of the whole mini-batch', async () => {
  const maskOf = async (most?: number) => (await load(trained(), most)).trace.forward.values.get('mask1')!
  const [whole, some] = [await maskOf(), await maskOf(7)]
  expect([whole.shape, some.shape]).toEqual([[20, 8], [7, 8]])
  expect(some.data).toEqual(whole.data.slice(0, 56))
  expect([...new Set(whole.data)].sort()).toEqual([0, 1 / (1 - 0.4)])
  const dropped = whole.data.filter(factor => factor === 0).length
  expect(Math.abs(dropped - 0.4 * 160)).toBeLessThan(4 * Math.sqrt(0.4 * 0.6 * 160)) // four standard deviations
})

// Cause: a parameter was named by its layer's number alone, so gamma1 was that of the layer that came last.
test('layers whose parameters have the same name as others, or as an output, keep their own numbers', async () => {
  const remove = registerLayer(scale)
  try {
    const trainer = trained({ ...ownConfig, network: { layers: parseLayers('affine 8, batchNormalization, scale, scale, affine 6'), loss: 'softmaxWithLoss' } })
    trainer.model.params.filter(({ path }) => path.startsWith('scale')).forEach(({ slot }, i) => slot.value.data.fill(0.5 + i / 4)) // exact in float32, too
    const { trace } = await load(trainer)
    expect(graphNamesOf(trainer.model.architecture).expression)
      .toBe('a1 = affine(X, W1, b1); z1 = batchNormalization(a1, gamma1, beta1); z2 = gamma1_scale * z1 + a1_scale; z3 = gamma2_scale * z2 + a2_scale; a2 = affine(z3, W2, b2); L = softmaxWithLoss(a2, T)')
    expect(Math.abs(trainer.learn() - trace.forward.values.get('L')!.data[0]!)).toBeLessThan(1e-10)
    const params = { gamma1: 'batchNormalization1.gamma', gamma1_scale: 'scale1.gamma', a1_scale: 'scale1.a', a2_scale: 'scale2.a', W2: 'affine2.W' }
    for (const [name, path] of Object.entries(params)) {
      const { slot } = trainer.model.params.find(param => param.path === path)!
      for (const [i, number] of trace.updated.get(name)!.data.entries()) expect(number, name).toBeCloseTo(slot.value.data[i]!, 10)
    }
  }
  finally { remove() }
})

test('a graph with batch normalization says that its statistics are those of its own images', async () => {
  expect(await load(trained(), 4)).toMatchObject({ rows: 4, of: 20, usesBatchStatistics: true })
})
