import { createReferenceOps, LabError, type RunConfig } from '@core'
import type { MetricsFrame, MistakesFrame, MistakesQuery } from '@contract'
import { describe, expect, test } from 'vitest'
import { fromConfig } from '../../../electron/worker/run'
import { TrainingLoop } from '../../../electron/worker/training-loop'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'

const config: RunConfig = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20, learningRate: 0.5 })
const query: MistakesQuery = { split: 'test', first: 0, count: 100, order: 'loss' }

/** A run whose steps and batches of an evaluation take a millisecond each. */
function session(changes: Partial<RunConfig> = {}, dataset = smallDataset({ train: 3000, test: 1500 })) {
  const clock = new FakeClock()
  const reference = createReferenceOps('float32')
  const worked = { batches: 0 }
  const ops: typeof reference = {
    ...reference,
    softmaxLoss: (y, x, t) => {
      clock.time += 1
      if (y.capacity === 100) worked.batches++
      return reference.softmaxLoss(y, x, t)
    },
  }
  const frames: MetricsFrame[] = []
  const loop = new TrainingLoop(clock, { prepareFor: () => undefined }, 41, { metrics: frame => frames.push(frame), checkpoint: () => undefined, state: () => undefined }, { version: '1.2.3' })
  const plan = (more: Partial<RunConfig> = {}) => fromConfig({ ...config, ...changes, ...more }, { dataset, ops })
  loop.switchTo(plan(), 'full')
  const slice = () => { const wait = loop.slice(() => true); if (wait !== Infinity) clock.time += wait }
  /** Works slice by slice until the answer is there. */
  async function ask(more: Partial<MistakesQuery> = {}): Promise<MistakesFrame | null> {
    let answered = false
    const reply = loop.mistakes({ ...query, ...more }, () => undefined).finally(() => { answered = true })
    for (let i = 0; i < 2000 && !answered; i++) {
      await Promise.resolve()
      await Promise.resolve()
      if (!answered) slice()
    }
    return reply
  }
  return { loop, plan, slice, ask, frames, worked, dataset }
}
const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, n) => total + n, 0)

/** Everything in a reply must be of one evaluation. */
function expectWhole(frame: MistakesFrame, classes = 6) {
  const { score: { images, correct, counts }, confusion, confusions, total } = frame
  const right = sum(correct)
  expect([sum(counts), sum(confusion!), sum(confusions.map(({ count }) => count)), total]).toEqual([images, images, images - right, images - right])
  expect(correct).toEqual(correct.map((_, label) => confusion![label * (classes + 1)]))
}

describe('the answers to a question about mistakes', () => {
  test('are of an evaluation on all images while the run stands still; asked again they cost none', async () => {
    const { ask, worked, dataset } = session()
    const frame = (await ask())!
    expect([frame.runId, frame.step, frame.split, frame.score.images, frame.of, frame.areProbabilities]).toEqual([42, 0, 'test', 1500, 1500, true])
    expectWhole(frame)
    const { batches } = worked
    const again = (await ask({ split: 'train', first: 3, count: 2 }))!
    expect([worked.batches, again.score.images, again.items.length]).toEqual([batches, 3000, 2])
    for (const { index, label, pixels, loss, top, right, predicted } of frame.items) {
      expect([label, predicted === label]).toEqual([dataset.test.labels[index], false])
      expect([...pixels]).toEqual([...dataset.test.images.subarray(12 * index, 12 * index + 12)].map(byte => Math.fround(byte / 255)))
      expect(top[0]).toEqual({ class: predicted, output: Math.max(...top.map(({ output }) => output)) })
      expect(Math.exp(-loss)).toBeCloseTo(right, 5)
    }
    expect(frame.items.map(({ loss }) => loss)).toEqual(frame.items.map(({ loss }) => loss).sort((a, b) => b - a))
  })

  test('follow the run while it learns, and are of all images after a pause', async () => {
    const { ask, loop, slice } = session()
    await ask()
    loop.start('full')
    const steps = new Set<number>()
    for (let asked = 0; asked < 12; asked++) {
      for (let i = 0; i < 60; i++) slice()
      const frame = (await ask())!
      expect(frame.step).toBeLessThanOrEqual(loop.state().step)
      expectWhole(frame)
      steps.add(frame.step)
    }
    expect(steps.size).toBeGreaterThan(3)
    loop.pause()
    const frame = (await ask())!
    expect([frame.step, frame.score.images]).toEqual([loop.state().step, 1500])
  })

  test('that nobody wants any more are not recorded; a later question gets new ones', async () => {
    const { ask, loop, slice } = session()
    await ask()
    loop.start('full')
    for (let i = 0; i < 3000; i++) slice()
    const before = loop.state().step
    const frame = (await ask())!
    expect(frame.step).toBeGreaterThanOrEqual(before)
  })

  test('do not report the same evaluation twice', async () => {
    const { ask, slice, frames, loop } = session()
    for (let i = 0; i < 200; i++) slice() // the evaluation at the start, without a record
    await ask()
    for (let i = 0; i < 200; i++) slice()
    expect(frames.flatMap(({ evaluations }) => evaluations)).toHaveLength(1)
    expect(loop.state().phase).toBe('idle')
  })

  test('are those of the run that replaced the one that was asked about', async () => {
    const { loop, plan, slice } = session()
    const reply = loop.mistakes(query, () => undefined)
    loop.switchTo(plan({ seed: 5 }), 'full')
    for (let i = 0; i < 300; i++) { slice(); await Promise.resolve() }
    expect((await reply)!.runId).toBe(43)
  })

  test('after a rewind are of the initial weights', async () => {
    const { ask, loop } = session()
    const before = (await ask())!
    for (let i = 0; i < 5; i++) loop.stepBatch()
    expect((await ask())!.step).toBe(5)
    loop.rewind()
    const after = (await ask())!
    expect([after.runId, after.step]).toEqual([before.runId + 1, 0])
    expect(after.score).toEqual(before.score)
  })

  test('of a diverged run are of its last finite weights', async () => {
    const { ask, loop, slice } = session({ optimizer: { kind: 'sgd', learningRate: 100 }, network: { layers: [50, 50, 50, 6].map(units => ({ kind: 'affine', units })), loss: 'softmaxWithLoss' } })
    loop.start('full')
    for (let i = 0; i < 200; i++) slice()
    const { phase, step } = loop.state()
    expect(phase).toBe('diverged')
    expect((await ask())!.step).toBe(step)
  })

  test('of validation images name training images; without any there are none', async () => {
    const { ask, dataset } = session({ validation: 0.1 })
    const frame = (await ask({ split: 'validation' }))!
    expect([frame.score.images, frame.of]).toEqual([300, 300])
    for (const { index, label } of frame.items) expect(label).toBe(dataset.train.labels[index])
    expect(await session().ask({ split: 'validation' })).toBeNull()
  })

  test('of a filter are its images, and an image is found that is not among them', async () => {
    const { ask } = session()
    const all = (await ask())!
    const { actual, predicted, count } = all.confusions[0]!
    const pair = (await ask({ actual, predicted }))!
    expect([pair.total, pair.items.length]).toEqual([count, Math.min(100, count)])
    expect(pair.items.every(item => item.label === actual && item.predicted === predicted)).toBe(true)
    const other = all.items.find(item => item.label !== actual)!
    expect((await ask({ actual, predicted, image: other.index }))!.image).toEqual(other)
    expect((await ask({ image: 1_000_000 }))!.image).toBeNull()
  })

  test('of the squared error are outputs, not probabilities', async () => {
    const { ask } = session({ network: { ...config.network, loss: 'identityWithLoss' } })
    const frame = (await ask())!
    expect(frame.areProbabilities).toBe(false)
    expectWhole(frame)
  })

  test('of more than 100 classes leave out the matrix, which is too large, and keep the most frequent mistakes', async () => {
    const small = smallDataset({ train: 400, test: 300 })
    const labels = (count: number) => Uint16Array.from({ length: count }, (_, i) => 7 * i % 120)
    const dataset = {
      info: { ...small.info, classes: Array.from({ length: 120 }, (_, label) => `class ${label}`) },
      train: { ...small.train, labels: new Uint16Array(new SharedArrayBuffer(800)) }, test: { ...small.test, labels: new Uint16Array(new SharedArrayBuffer(600)) },
    }
    dataset.train.labels.set(labels(400))
    dataset.test.labels.set(labels(300))
    const { ask } = session({ network: { layers: [{ kind: 'affine', units: 120 }], loss: 'softmaxWithLoss' } }, dataset)
    const { confusion, confusions, confusionKinds, score, total } = (await ask())!
    expect([confusion, confusions.length, score.counts.length]).toEqual([null, 100, 120])
    expect(total).toBe(300 - sum(score.correct))
    // the reply leaves some kinds out, and says how many there are
    expect(confusionKinds).toBeGreaterThan(100)
    expect(confusionKinds).toBeLessThanOrEqual(total)
    expect(confusions.map(({ count }) => count)).toEqual(confusions.map(({ count }) => count).sort((a, b) => b - a))
  })

  test('are refused without a run', async () => {
    const loop = new TrainingLoop(new FakeClock(), { prepareFor: () => undefined }, 0, { metrics: () => undefined, checkpoint: () => undefined, state: () => undefined }, { version: '1.2.3' })
    await expect(loop.mistakes(query, () => undefined)).rejects.toMatchObject({ code: 'train.noRun' } satisfies Partial<LabError>)
  })
})
