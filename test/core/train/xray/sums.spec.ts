import { checkOptimizer, checkRunConfig, createReferenceOps, imageAlone, optimizers, parseLayers, replayedStep, type RunConfig, Trainer, xrayBlocks, xrayCell, type XraySource } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fastOps } from '../../../fixtures/fast-ops'
import { runConfig } from '../../../fixtures/run-config'
import { smallDataset } from '../../../fixtures/small-dataset'

const dataset = smallDataset()
const hidden = ['relu', 'sigmoid', 'tanh', 'dropout 0.3', 'batchNormalization', 'affine 7'] as const
const networkOf = (kinds: readonly string[], loss = 'softmaxWithLoss' as 'softmaxWithLoss' | 'identityWithLoss') => ({ layers: parseLayers(['affine 9', ...kinds, 'affine 6'].join(', ')), loss })
const configOf = (patch: Partial<RunConfig> = {}): RunConfig => checkRunConfig({ ...runConfig({ dataset: 'small', layers: [12, 6], batchSize: 20 }), network: networkOf(['relu']), ...patch })

/** Every cell that is a sum: its tensor's number, and the sum of its terms with the sum of their magnitudes. */
function* cellsOf(source: XraySource) {
  for (const { name: block, tensors } of xrayBlocks(source)) {
    for (const { part, numbers, hasSum } of tensors) {
      if (!numbers || !hasSum) continue
      for (let row = 0; row < numbers.rows; row++) {
        for (let column = 0; column < numbers.columns; column++) yield xrayCell(source, { block, part, row, column })
      }
    }
  }
}

/** The largest difference between a cell and its sum, in units of float32's rounding of the terms. */
function worst(source: XraySource): { readonly error: number, readonly cells: number } {
  let [error, cells] = [0, 0]
  for (const { value, sum } of cellsOf(source)) {
    const size = sum!.terms.reduce((total, { value }) => total + Math.abs(value), 0) + Math.abs(sum!.rest.sum)
    error = Math.max(error, Math.abs(value - sum!.total) / (2 ** -24 * size + 1e-12))
    cells++
  }
  return { error, cells }
}

describe('every cell that is a sum', () => {
  test('adds up to its tensor’s number, whatever the layers, the loss and the optimizer', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...hidden), { maxLength: 4 }), fc.constantFrom('softmaxWithLoss' as const, 'identityWithLoss' as const), fc.constantFrom(...optimizers), fc.integer({ min: 1, max: 3 }), (kinds, loss, optimizer, steps) => {
      const trainer = new Trainer(configOf({ network: networkOf(kinds, loss), optimizer: checkOptimizer({ kind: optimizer, learningRate: 0.01 }), batchSize: 6, weightDecay: 0.01 }), dataset)
      for (let i = 0; i < steps; i++) trainer.learn()
      const { error, cells } = worst(replayedStep(trainer))
      expect(cells).toBeGreaterThan(12 * 9) // dW alone
      expect(error).toBeLessThan(300) // normalization divides by a small deviation, which enlarges the rounding of x − μ
    }), { seed: 5, numRuns: 25 })
  })

  test('adds up with the kernels and the sparse rows of the dataset, too', () => {
    const mostlyPaper = { ...dataset, train: { ...dataset.train, images: dataset.train.images.map(pixel => pixel > 150 ? pixel : 0) } }
    const trainer = new Trainer(configOf({ network: networkOf(['batchNormalization', 'sigmoid', 'dropout 0.2']) }), mostlyPaper, { ops: fastOps() })
    for (let i = 0; i < 4; i++) trainer.learn()
    expect(worst(replayedStep(trainer)).error).toBeLessThan(300)
  })

  test('adds up for an image alone, where the first layer has a dx, too', () => {
    const trainer = new Trainer(configOf({ network: networkOf(['batchNormalization', 'tanh', 'dropout 0.5']) }), dataset, { ops: fastOps() })
    for (let i = 0; i < 4; i++) trainer.learn()
    const source = imageAlone(trainer, dataset.test, 89)
    expect(xrayBlocks(source)[0]!.tensors.find(({ part }) => part === 'dx')!.numbers?.shape).toEqual([1, 12])
    expect(worst(source).error).toBeLessThan(300)
  })
})

describe('the terms', () => {
  const trainer = new Trainer(configOf({ batchSize: 100 }), dataset)
  trainer.learn()
  const source = replayedStep(trainer)

  test('of a weight’s gradient are one product for each image, with the image beside it', () => {
    const { sum, images } = xrayCell(source, { block: 'affine1', part: 'dW', row: 3, column: 5 })
    expect([sum!.formula, sum!.over, sum!.count]).toEqual(['dW[3, 5] = Σₙ x[n, 3] · dout[n, 5]', 'images', 100])
    expect(sum!.terms[0]!.factors.map(({ symbol, at }) => [symbol, at])).toEqual([
      ['x', { block: 'affine1', part: 'x', row: sum!.terms[0]!.index, column: 3 }],
      ['dout', { block: 'relu1', part: 'dx', row: sum!.terms[0]!.index, column: 5 }],
    ])
    expect(images.map(({ row }) => row)).toEqual(sum!.terms.map(({ index }) => index))
    expect(images[0]!.label).toBe(dataset.train.labels[source.images[images[0]!.row]!])
    expect(images[0]!.pixels[3]).toBeCloseTo(sum!.terms[0]!.factors[0]!.value, 6)
  })

  test('come largest first, and the rest is counted and summed', () => {
    const { sum } = xrayCell(source, { block: 'affine1', part: 'dW', row: 3, column: 5 })
    const sizes = sum!.terms.map(({ value }) => Math.abs(value))
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    expect(sum!.terms.length + sum!.rest.count).toBe(100)
    expect(sum!.terms.reduce((total, { value }) => total + value, sum!.rest.sum)).toBeCloseTo(sum!.total, 12)
  })

  test('lead backward through the network: dout of a layer is the dx of the next, x the out of the one before', () => {
    const { origin, value } = xrayCell(source, { block: 'relu1', part: 'dout', row: 7, column: 2 })
    expect(origin).toEqual({ block: 'affine2', part: 'dx', row: 7, column: 2 })
    expect(xrayCell(source, origin).value).toBe(value)
    expect(xrayCell(source, { block: 'affine2', part: 'x', row: 7, column: 2 }).origin).toEqual({ block: 'relu1', part: 'out', row: 7, column: 2 })
  })

  test('end at what is given: a pixel, a weight, a target', () => {
    for (const [block, part] of [['affine1', 'x'], ['affine1', 'W'], ['softmaxWithLoss', 't']] as const) expect(xrayCell(source, { block, part, row: 1, column: 2 }).sum).toBeNull()
    const label = dataset.train.labels[source.images[4]!]!
    expect(xrayCell(source, { block: 'softmaxWithLoss', part: 't', row: 4, column: label }).value).toBe(1)
  })

  test('are refused for a cell that does not exist', () => {
    for (const patch of [{ row: 12 }, { column: 9 }, { part: 'dV' }, { block: 'affine9' }, { part: 'dx' }])
      expect(() => xrayCell(source, { block: 'affine1', part: 'dW', row: 0, column: 0, ...patch })).toThrow(expect.objectContaining({ code: 'train.noTensor' }) as Error)
  })

  test('that are not finite come first', () => {
    const broken = new Trainer(configOf(), dataset)
    broken.learn()
    const source = replayedStep(broken)
    source.model.layers[0]!.x.data[5 * 12 + 3] = NaN
    const { sum } = xrayCell(source, { block: 'affine1', part: 'dW', row: 3, column: 5 })
    expect([sum!.terms[0]!.index, sum!.terms[0]!.value, sum!.total]).toEqual([5, NaN, NaN])
    const { numbers } = xrayBlocks(source)[0]!.tensors.find(({ part }) => part === 'x')!
    expect([numbers!.nonFinite, numbers!.largest, numbers!.picture.data.some(Number.isNaN)]).toEqual([1, { row: 5, column: 3 }, true])
  })
})

describe('the tensors in small', () => {
  test('keep at most 40 × 80 cells, and each shows the largest of the numbers that it stands for', () => {
    const trainer = new Trainer(configOf({ network: networkOf(['affine 100']), batchSize: 60 }), dataset, { ops: createReferenceOps('float32') })
    trainer.learn()
    const source = replayedStep(trainer)
    const { numbers } = xrayBlocks(source)[1]!.tensors.find(({ part }) => part === 'out')!
    expect([numbers!.shape, numbers!.picture.rows, numbers!.picture.columns]).toEqual([[60, 100], 40, 80])
    const { row, column } = numbers!.largest
    const { value } = xrayCell(source, { block: 'affine2', part: 'out', row, column })
    expect([Math.abs(value), numbers!.picture.data.includes(value)]).toEqual([numbers!.absMax, true])
  })
})
