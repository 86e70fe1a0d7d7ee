import { describe, expect, test } from 'vitest'
import { type Arena, countParameters, createReferenceOps, defaultConfig, isGuessing, type Ops, optimizers, setParams, Trainer } from '../../../core'
import { runBytes } from '../../../core/train/fit'
import { smallDataset } from '../../fixtures/small-dataset'

const layers = [12, 300, 200, 6]

/** What a run with its evaluation holds. */
function heldBytes(optimizer: typeof optimizers[number], batchSize: number): number {
  const arenas: Arena[] = []
  const reference = createReferenceOps('float32')
  const ops: Ops = { ...reference, arena: () => {
    const arena = reference.arena()
    arenas.push(arena)
    return arena
  } }
  new Trainer({ ...defaultConfig, layers, optimizer, batchSize }, smallDataset(), { ops }).createEvaluator()
  return arenas.reduce((sum, { bytes }) => sum + bytes, 0)
}

describe.each(optimizers)('the memory that a run with %s is said to take', (optimizer) => {
  test.each([1, 50, 200])('is what it takes, at a batch of %i', (batchSize) => {
    const [said, held] = [runBytes({ layers, optimizer }, batchSize), heldBytes(optimizer, batchSize)]
    // The evaluation has activations of its own, up to 100 rows of them, which are left out; dropped from both are a few numbers of a row.
    const evaluation = 4 * 100 * (12 + 2 * (300 + 200 + 6))
    expect(said).toBeGreaterThan(held - 2 * evaluation)
    expect(said).toBeLessThan(1.1 * held)
  })

  test('grows by what the optimizer keeps for each weight', () => {
    const kept = { sgd: 0, momentum: 1, adagrad: 1, rmsprop: 1, adam: 2 }[optimizer]
    const more = 4 * kept * countParameters(layers)
    expect(heldBytes(optimizer, 50) - heldBytes('sgd', 50)).toBe(more)
    expect(runBytes({ layers, optimizer }, 50) - runBytes({ layers, optimizer: 'sgd' }, 50)).toBe(more)
  })
})

describe('weights that are given to a network', () => {
  const trainer = new Trainer({ ...defaultConfig, layers: [12, 8, 6], batchSize: 20 }, smallDataset())
  const given = trainer.weights({ version: '1' })

  test('go to the layers of their names, in whatever order they come', () => {
    const other = new Trainer({ ...defaultConfig, layers: [12, 8, 6], batchSize: 20, seed: 9 }, smallDataset(), { weights: { ...given, params: [...given.params].reverse() } })
    expect(other.weights({ version: '1' }).params).toEqual(given.params)
  })

  test.each([
    ['without a layer', given.params.slice(1)],
    ['with a layer of another name', given.params.map(layer => ({ ...layer, name: layer.name === 'affine2' ? 'affine3' : layer.name }))],
    ['with too few numbers', given.params.map(({ name, W, b }) => ({ name, W: W.slice(1), b }))],
    ['with too many numbers', given.params.map(({ name, W, b }) => ({ name, W, b: Float32Array.of(...b, 0) }))],
  ])('%s are an error, never silent zeros', (_, params) => {
    expect(() => setParams(trainer.params, params)).toThrow(expect.objectContaining({ code: 'internal' }) as Error)
    expect(() => new Trainer({ ...defaultConfig, layers: [12, 8, 6], batchSize: 20 }, smallDataset(), { weights: { ...given, params } })).toThrow(expect.objectContaining({ code: 'internal' }) as Error)
  })
})

describe('a network answers as well as by guessing', () => {
  const run = { config: { ...defaultConfig, layers: [784, 50, 10] }, stepsPerEpoch: 600 }

  test.each([
    [600, 0.0983, true], [600, 0.1499, true], [600, 0.15, false], [600, 0.97, false],
    [599, 0.0983, false], [0, 0.0983, false], [45_000, 0.1135, true],
  ])('after step %i with an accuracy of %f: %s', (step, testAccuracy, expected) => {
    expect(isGuessing({ step, testAccuracy }, run)).toBe(expected)
  })

  test('depends on how many classes there are to guess from', () => {
    expect(isGuessing({ step: 600, testAccuracy: 0.6 }, { ...run, config: { ...run.config, layers: [784, 2] } })).toBe(true)
    expect(isGuessing({ step: 600, testAccuracy: 0.6 }, { ...run, config: { ...run.config, layers: [784, 3] } })).toBe(false)
  })
})
