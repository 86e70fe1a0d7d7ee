import { sampleGradients, Trainer } from '@core'
import { describe, expect, test } from 'vitest'
import { fastOps } from '../../../fixtures/fast-ops'
import { configOf, dataset } from '../../../fixtures/training'
import { machines } from '../../golden'
import { golden, goldenTrainer } from './golden'

const ops = fastOps()
const learned = (layers: string, steps = 2, more: object = {}): Trainer => {
  const trainer = new Trainer(configOf(layers, more), dataset, { ops })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}
const code = (code: string) => expect.objectContaining({ code }) as Error

describe.each(machines)('the gradients of a mini-batch’s images by %s', (_, ops, tolerance) => {
  const trainer = goldenTrainer(ops)
  trainer.learn()
  const { images, layers, whole, largest } = sampleGradients(trainer)
  // The norms are kept in float32.
  const near = (found: number | null, wanted: number) => { expect(Math.abs(found! - wanted) / wanted).toBeLessThan(Math.max(tolerance, 1e-6)) }

  test('have the norms, the mean and the deviation that NumPy finds with each image by itself', () => {
    expect(layers.map(({ layer }) => layer)).toEqual(Object.keys(golden.samples.layers))
    for (const [found, wanted] of [...layers.map(found => [found, golden.samples.layers[found.layer]!] as const), [whole, golden.samples.whole] as const]) {
      images.forEach((image, row) => { near(found.norms[row]!, wanted.norms[image]!) })
      near(found.mean, wanted.mean)
      near(found.deviation, wanted.deviation)
      near(found.signalToNoise, wanted.signalToNoise)
    }
  })

  test('are ranked, with the image, its answer and its loss', () => {
    const order = golden.samples.whole.norms.map((norm, index) => ({ norm, index })).toSorted((a, b) => b.norm - a.norm).slice(0, 12)
    expect(largest.map(({ index }) => index)).toEqual(order.map(({ index }) => index))
    for (const { index, label, loss } of largest) {
      expect(label).toBe(golden.labels[index])
      near(loss, golden.samples.losses[index]!)
    }
  })
})

test('with dropout each image’s gradient is the outer product of what was left of its activations', () => {
  const trainer = learned('affine 9, relu, dropout 0.4, affine 6')
  const { layers } = sampleGradients(trainer)
  const [x, dout] = ['affine2.x', 'affine2.dout'].map(path => trainer.model.tensor(path)!)
  const row = ({ data, columns }: typeof x & object, n: number) => Array.from(data.subarray(n * columns, (n + 1) * columns))
  layers[1]!.norms.forEach((norm, n) => {
    const delta = row(dout!, n).map(d => 30 * d)
    const squares = [...row(x!, n), 1].flatMap(value => delta.map(d => (value * d) ** 2)).reduce((sum, square) => sum + square, 0)
    expect(norm).toBeCloseTo(Math.sqrt(squares), 5)
  })
})

test('of a short mini-batch are those of its rows; of a single image no deviation is known', () => {
  expect(sampleGradients(learned('affine 8, relu, affine 6', 8)).images).toHaveLength(20) // 230 = 7 · 30 + 20
  const { whole } = sampleGradients(learned('affine 8, relu, affine 6', 1, { batchSize: 1 }))
  expect([whole.deviation, whole.signalToNoise]).toEqual([null, null])
  expect(whole.norms[0]).toBeCloseTo(whole.mean, 5) // the one image is the mean
})

test('are refused with a reason', () => {
  expect(() => sampleGradients(learned('affine 8, relu, affine 6', 0))).toThrow(code('measure.noStep'))
  expect(() => sampleGradients(learned('affine 8, batchNormalization, relu, affine 6'))).toThrow(code('measure.mixedRows'))
  const trainer = learned('affine 8, relu, affine 6')
  trainer.advance()
  expect(() => sampleGradients(trainer)).toThrow(code('measure.underway'))
  trainer.finishStep()
  expect(sampleGradients(trainer).images).toHaveLength(30)
})
