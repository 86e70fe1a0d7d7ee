import { type Evaluation, hexOf, type Snapshot, type Taught, type TaughtEffect, Teaching, Trainer, wholeSize } from '@core'
import { describe, expect, test } from 'vitest'
import { configOf, dataset, learnTo } from '../../fixtures/training'
import { readGolden, type Tensors } from '../golden'

interface Case { readonly optimizer: 'sgd' | 'adam', readonly times: number, readonly learningRate: number, readonly updates: number, readonly state: Tensors, readonly distances: Readonly<Record<string, readonly [number, number]>>, readonly most: { readonly path: string, readonly place: readonly number[] } }
const golden = readGolden<{ readonly image: readonly number[], readonly label: number, readonly before: Tensors, readonly cases: readonly Case[] }>('taught/taught.json')
const tensorsOf = (tensors: Tensors, prefix = '') => Object.entries(tensors).map(([path, data]) => ({ path: `${prefix}${path}`, data: Float32Array.from(data) }))

/** @param perSlice pieces of work in a slice */
function effectOf(trainer: Trainer, image: Taught, perSlice = Infinity): TaughtEffect {
  const teaching = new Teaching(trainer, image)
  try {
    for (;;) {
      let left = perSlice
      const effect = teaching.advance(() => --left <= 0)
      if (effect) return effect
    }
  }
  finally { teaching.dispose() }
}

/** Class with the largest logit of a network of two layers, by plain loops in float64. */
function predictedBy(weights: ReadonlyMap<string, Float32Array>, index: number): number {
  const [W1, b1, W2, b2] = ['affine1.W', 'affine1.b', 'affine2.W', 'affine2.b'].map(path => weights.get(path)!) as [Float32Array, Float32Array, Float32Array, Float32Array]
  const x = Array.from(dataset.test.images.subarray(12 * index, 12 * index + 12), byte => byte / 255)
  const hidden = Array.from(b1, (b, j) => Math.max(0, x.reduce((sum, value, i) => sum + value * W1[i * b1.length + j]!, b)))
  const logits = Array.from(b2, (b, k) => hidden.reduce((sum, value, j) => sum + value * W2[j * b2.length + k]!, b))
  return logits.indexOf(Math.max(...logits))
}
const weightsOf = ({ tensors }: Snapshot) => new Map(tensors.map(({ path, data }) => [path, data]))

const config = configOf('affine 9, relu, affine 6')
const image: Taught = { pixels: hexOf(Uint8Array.from(dataset.test.images.subarray(0, 12), byte => 255 - byte)), label: 2, times: 10 }

describe('what teaching an image has changed', () => {
  const trainer = learnTo(new Trainer(config, dataset), 12)
  const before = weightsOf(trainer.snapshot())
  const effect = effectOf(trainer, image)
  const after = weightsOf(trainer.snapshot())

  test('is measured on all test images, before and after, and names those whose answer flipped', () => {
    const answers = Array.from(dataset.test.labels, (label, index) => ({ index, label, before: predictedBy(before, index), after: predictedBy(after, index) }))
    const right = (when: 'before' | 'after') => answers.filter(answer => answer[when] === answer.label).length
    expect(effect.test).toEqual({ images: 90, before: right('before'), after: right('after') })
    const flipped = (from: 'before' | 'after', to: 'before' | 'after') => answers.filter(answer => answer[from] === answer.label && answer[to] !== answer.label)
    const byIndex = <T extends { readonly index: number }>(list: readonly T[]) => [...list].sort((a, b) => a.index - b.index)
    const plain = (images: TaughtEffect['toWrong']['images']) => byIndex(images.map(({ index, label, before, after }) => ({ index, label, before, after })))
    expect(plain(effect.toWrong.images)).toEqual(flipped('before', 'after'))
    expect(plain(effect.toRight.images)).toEqual(flipped('after', 'before'))
    expect(effect.toWrong.count).toBeGreaterThan(5) // else nothing was seen of a gallery
    for (const { index, pixels } of effect.toWrong.images) expect(pixels).toEqual(Float32Array.from(dataset.test.images.subarray(12 * index, 12 * index + 12), byte => byte / 255))
  })

  test('lists the weights that moved most, and maps all of them', () => {
    const all = [...after].flatMap(([path, data]) => [...data].map((value, i) => ({ path, i, before: before.get(path)![i]!, after: value })))
    const sizes = all.map(({ before, after }) => Math.abs(after - before)).sort((a, b) => b - a).slice(0, 20)
    expect(effect.moved.map(({ before, after }) => Math.abs(after - before))).toEqual(sizes)
    for (const { path, row, column, before: old, after: now } of effect.moved) {
      const i = row === null ? column : row * (path === 'affine1.W' ? 9 : 6) + column
      expect([before.get(path)![i], after.get(path)![i]]).toEqual([old, now])
      expect(row === null).toBe(path.endsWith('.b'))
    }
    expect(effect.maps.map(({ path, shape, firstRow, rows, firstColumn, columns }) => ({ path, shape, firstRow, rows, firstColumn, columns }))).toEqual([
      { path: 'affine1.W', shape: [12, 9], firstRow: 0, rows: 12, firstColumn: 0, columns: 9 }, { path: 'affine2.W', shape: [9, 6], firstRow: 0, rows: 9, firstColumn: 0, columns: 6 },
    ])
    for (const { path, data } of effect.maps) expect(data).toEqual(after.get(path)!.map((value, i) => value - before.get(path)![i]!))
  })

  test('ends with the scores that an evaluation of its run gives', () => {
    const evaluator = trainer.createEvaluator()
    evaluator.begin(wholeSize)
    const evaluated = (): Evaluation => evaluator.advance() ?? evaluated()
    const { epoch, train, test } = evaluated()
    expect(effect.scores).toEqual([{ epoch, split: 'train', score: train }, { epoch, split: 'test', score: test }])
    expect(test.correct.reduce((sum, n) => sum + n, 0)).toBe(effect.test!.after)
  })

  test('is the same in slices of any length', () => {
    for (const perSlice of [1, 2, 7]) expect(effectOf(learnTo(new Trainer(config, dataset), 12), image, perSlice)).toEqual(effect)
  })
})

test.each(golden.cases.map(one => [one.optimizer, one.times, one] as const))('distances and the weight that moved most are NumPy’s: %s, %i times', (optimizer, times, { learningRate, updates, state, distances, most }) => {
  const trainer = new Trainer(configOf('affine 5, relu, affine 6', { optimizer: { kind: optimizer, learningRate } }), dataset)
  trainer.restore({ position: trainer.snapshot().position, loss: null, optimizer, updates, tensors: [...tensorsOf(golden.before), ...tensorsOf(state, 'optimizer.')] })
  const effect = effectOf(trainer, { pixels: hexOf(Uint8Array.from(golden.image)), label: golden.label, times })
  const tolerance = 1e-5 // rounding of float32, as for the golden weights
  for (const { path, distance, norms: [norm] } of effect.distances) {
    expect(Math.abs(distance - distances[path]![0]), path).toBeLessThanOrEqual(tolerance)
    expect(Math.abs(norm - distances[path]![1]), path).toBeLessThanOrEqual(tolerance)
  }
  const { path, row, column } = effect.moved[0]!
  expect({ path, place: row === null ? [column] : [row, column] }).toEqual(most)
})

test('a part of a large matrix is mapped around the weight that moved most', () => {
  const wide = learnTo(new Trainer(configOf('affine 260, relu, affine 300, relu, affine 6'), dataset), 3)
  const effect = effectOf(wide, image)
  const map = effect.maps[1]!
  expect([map.path, map.shape, map.columns <= 100, map.rows <= 256]).toEqual(['affine2.W', [260, 300], true, true])
  const largest = Math.max(...map.data.map(Math.abs))
  const own = effect.moved.find(({ path }) => path === 'affine2.W')
  if (own) expect(largest).toBeCloseTo(Math.abs(own.after - own.before), 6)
  expect(effect.maps.every(({ rows, columns, data }) => data.length === rows * columns)).toBe(true)
})

test('images that do not fit are refused before anything is learned', () => {
  const trainer = new Trainer(config, dataset)
  expect(() => new Teaching(trainer, { ...image, pixels: 'ff' })).toThrow(expect.objectContaining({ code: 'teach.image', details: { wanted: 12, found: 1 } }) as Error)
  expect(() => new Teaching(trainer, { ...image, pixels: `${image.pixels.slice(1)}g` })).toThrow(expect.objectContaining({ code: 'teach.image' }) as Error)
  expect(() => new Teaching(trainer, { ...image, label: 6 })).toThrow(expect.objectContaining({ code: 'teach.label', details: { found: 6, max: 5 } }) as Error)
  for (const label of [-1, 0.5]) expect(() => new Teaching(trainer, { ...image, label })).toThrow(expect.objectContaining({ code: 'teach.label' }) as Error)
  for (const label of [0, 5]) expect(effectOf(new Trainer(config, dataset), { ...image, label, times: 100 }).after.label).toBe(label)
})
