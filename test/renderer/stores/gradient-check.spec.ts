import { buildModel, createReferenceOps, defaultConfig, fillImages, fillTarget, gradientCheckSteps, imageGradientCheck, LabError, mnist, type ParamCheck, parseLayers, type RunConfig, setTensors, Trainer, unitRange } from '@core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { watch } from 'vue'
import { bookNetworks, maxParameters } from '../../../renderer/stores/checked-network'
import { checkedH, useGradientCheck } from '../../../renderer/stores/gradient-check'
import { useNotices } from '../../../renderer/stores/notices'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState } from '../lab'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'

afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks() })

/** Ink in a fifth of the pixels, so that gradients are not zero everywhere. */
const digit = (index: number) => ({ image: Float32Array.from({ length: 784 }, (_, i) => (i * 7 + index) % 5 === 0 ? 0.8 : 0), label: index })
const withDigits = () => fakeMain({ 'data:images': ({ first, count }) => ({ shape: mnist.shape, images: Array.from({ length: count }, (_, i) => digit(first + i)) }) })

/** Runs a check to its end. */
function finished(steps: Generator<unknown, ParamCheck[]>): ParamCheck[] {
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value
  }
}

describe('the digits of the check', () => {
  test('are the first three of the training set, read once', async () => {
    const main = withDigits()
    await useGradientCheck().load()
    await useGradientCheck().load()
    expect(main.asked('data:images')).toEqual([{ dataset: 'mnist', split: 'train', first: 0, count: 3 }])
    expect(useGradientCheck().digits).toEqual([digit(0), digit(1), digit(2)])
  })

  test('that cannot be loaded are reported, and then there is no check', async () => {
    fakeMain({ 'data:images': () => { throw new LabError('dataset.missing', 'no', {}) } })
    await useGradientCheck().run()
    expect([useGradientCheck().digits, useGradientCheck().running, useGradientCheck().results]).toEqual([[], false, []])
    expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.dataset.missing'])
  })
})

describe('the check', () => {
  test('uses the small network with h = 1e-4 in float64 by default, agrees, and equals the terminal’s result on the same digits', async () => {
    const pixels = (index: number) => Uint8Array.from({ length: 784 }, (_, i) => (i * 7 + index) % 5 === 0 ? 255 : 0)
    fakeMain({ 'data:images': ({ count }) => ({ shape: mnist.shape, images: Array.from({ length: count }, (_, index) => ({ image: Float32Array.from(pixels(index), byte => byte / 255), label: 7 - index })) }) })
    const check = useGradientCheck()
    expect([check.settings, check.results, check.progress, check.running, check.msLeft]).toEqual([{ network: 'small', h: 1e-4, precision: 'float64' }, [], null, false, null])
    await check.load()
    // Clock readings alternate: the end of each measurement comes 10 ms after its start; one measurement takes 2 ms.
    let [now, looks] = [0, 0]
    vi.spyOn(performance, 'now').mockImplementation(() => now += ++looks % 2 ? 0 : looks === 6 ? 2 : 10)
    vi.stubGlobal('scheduler', { postTask: async () => undefined })
    await check.run()
    expect(check.results).toHaveLength(1)
    const [{ settings, checks, numericMs, backpropMs }] = check.results as [typeof check.results[number]]
    expect(settings).toEqual({ network: 'small', h: 1e-4, precision: 'float64' })
    expect(checks.map(({ path }) => path)).toEqual(['affine1.W', 'affine1.b'])
    // the error of central differences is h² = 1e-8 times a third derivative below 1
    for (const { mean, checked } of checks) expect([mean < 1e-8, checked > 0]).toEqual([true, true])
    expect(backpropMs).toBe(2) // the fastest of the backward passes
    expect([numericMs > 1000, numericMs < now]).toEqual([true, true])
    expect([check.progress, check.running]).toEqual([null, false])

    const dataset = { info: mnist, train: { count: 3, images: Uint8Array.from([0, 1, 2].flatMap(index => [...pixels(index)])), labels: Uint16Array.of(7, 6, 5), normalization: unitRange } }
    expect(checks).toEqual(finished(imageGradientCheck(dataset, { config: runConfig({ layers: [784, 10] }), images: 3, h: 1e-4 })))
  }, 120_000)

  test('reports its progress ten times a second, and the remaining time after half a second', async () => {
    withDigits()
    const check = useGradientCheck()
    await check.load()
    check.change({ network: 'full', h: 1e-4, precision: 'float32' })
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => ++now) // each step takes as long as the previous one
    const seen: { at: number, done: number, total: number }[] = []
    const left: { at: number, ms: number }[] = []
    watch(() => check.progress, (progress) => { if (progress) seen.push({ at: now, ...progress }) }, { flush: 'sync' })
    watch(() => check.msLeft, (ms) => { if (ms !== null) left.push({ at: now, ms }) }, { flush: 'sync' })
    const going = check.run()
    await vi.waitUntil(() => left.length > 5, { timeout: 60_000, interval: 1 })
    check.cancel()
    await going
    const [begin, ...later] = seen as [typeof seen[number], ...typeof seen]
    expect([begin.done, begin.total > 0, later.every(({ total }) => total === 784 * 50 + 50 + 50 * 10 + 10)]).toEqual([0, true, true])
    later.slice(1).forEach(({ at }, i) => { expect([at - later[i]!.at >= 100, at - later[i]!.at <= 120], `${at}`).toEqual([true, true]) })
    expect(later[0]!.at - begin.at).toBeLessThanOrEqual(120)
    expect([left[0]!.at - begin.at >= 500, left[0]!.at - begin.at <= 620]).toEqual([true, true])
    for (const { at, ms } of left) {
      const { done, total } = later.find(each => Math.abs(each.at - at) <= 1)!
      const msPerStep = (at - later[0]!.at) / (done - later[0]!.done)
      expect(ms / ((total - done) * msPerStep)).toBeCloseTo(1, 1)
    }
  }, 120_000)

  test('that is restarted forgets the remaining time of the previous one', async () => {
    withDigits()
    const check = useGradientCheck()
    check.msLeft = 5000
    const going = check.run()
    await vi.waitUntil(() => check.running, { interval: 1 })
    expect(check.msLeft).toBeNull()
    check.cancel()
    await going
  }, 120_000)

  test('runs once at a time', async () => {
    withDigits()
    const check = useGradientCheck()
    await check.load()
    const first = check.run()
    await vi.waitUntil(() => check.running, { interval: 1 })
    await check.run()
    expect(check.results).toEqual([]) // the second had no effect, the first is still running
    await first
    expect(check.results).toHaveLength(1)
  }, 120_000)

  test('requested twice at once runs once', async () => {
    withDigits()
    const check = useGradientCheck()
    await check.load()
    await Promise.all([check.run(), check.run()])
    expect(check.results).toHaveLength(1)
  }, 120_000)

  test('that is cancelled leaves no result, and can be started again', async () => {
    withDigits()
    const check = useGradientCheck()
    check.cancel() // nothing is running yet
    check.change({ network: 'full', h: 1e-3, precision: 'float32' })
    const going = check.run()
    await vi.waitUntil(() => check.running, { interval: 1 })
    check.cancel()
    await going
    expect([check.running, check.results]).toEqual([false, []])
    check.change({ network: 'small', h: 1e-3, precision: 'float64' })
    await check.run()
    expect(check.results).toMatchObject([{ settings: { network: 'small', h: 1e-3, precision: 'float64' } }])
  }, 120_000)

  test('reports its progress, and after half a second the remaining time', async () => {
    withDigits()
    const check = useGradientCheck()
    check.change({ network: 'full', h: 1e-4, precision: 'float64' })
    const going = check.run()
    await vi.waitUntil(() => check.msLeft !== null, { timeout: 60_000, interval: 5 })
    const { done, total } = check.progress!
    expect([done > 0, done < total, total, check.msLeft! > 0]).toEqual([true, true, 784 * 50 + 50 + 50 * 10 + 10, true])
    check.cancel()
    await going
  }, 120_000)
})

describe('the network in training', () => {
  const config: RunConfig = { ...runConfig({ dataset: smallDataset().info.id, batchSize: 20, seed: 3 }), network: { layers: parseLayers('affine 8, batchNormalization, relu, dropout 0.4, tanh, affine 6'), loss: 'identityWithLoss' } }
  /** A run after three steps, and a main that answers for it. @param runId of the run that main has by the time of the check */
  function trained({ runId = 1, images = 3 } = {}) {
    const dark = smallDataset()
    dark.train.images.forEach((pixel, i) => { dark.train.images[i] = pixel > 100 ? 255 : 0 }) // exact in float32, too
    const trainer = new Trainer(config, dark, { ops: createReferenceOps('float32') })
    for (let i = 0; i < 3; i++) trainer.learn()
    const { info, train } = trainer.dataset
    const dataset = { ...info, counts: { ...info.counts, train: images } }
    const size = train.images.length / train.count
    const weights = trainer.weights({ version: '1' }).tensors
    const main = fakeMain({
      'data:images': ({ first, count }) => ({ shape: info.shape, images: Array.from({ length: count }, (_, i) => ({ image: Float32Array.from(train.images.subarray((first + i) * size, (first + i + 1) * size), byte => byte / 255), label: train.labels[first + i]! })) }),
      'run:batch': () => ({ runId, step: 3, config, input: [size], imageShape: info.shape, of: 20, images: [], tensors: weights, optimizer: { updates: 3, state: [] } }),
    })
    useRun().accept(runState({ config, dataset, input: [size], step: 3 }))
    useGradientCheck().change({ network: 'run', h: 1e-2 }) // so large that the differences are truncation errors, which tell weights apart
    return { main, trainer, weights }
  }

  test('is checked with its present weights, on the first images of its dataset, mask and batch statistics held', async () => {
    const { main, trainer: { dataset: { train }, model: { architecture } }, weights } = trained()
    const check = useGradientCheck()
    await check.run()
    expect(main.asked('data:images')).toEqual([{ dataset: 'small', split: 'train', first: 0, count: 3 }])
    const model = buildModel(architecture, { rows: 3, precision: 'float64' })
    setTensors(model, weights)
    fillImages(model.input.value, train, [0, 1, 2], 0, 3)
    fillTarget(model.target.value, train, [0, 1, 2], 0, 3)
    const found = finished(gradientCheckSteps(model, createReferenceOps('float64'), { h: 1e-2 }))
    const [{ checks, ...result }] = check.results as [typeof check.results[number]]
    expect(result).toMatchObject({ settings: { network: 'run' }, architecture })
    expect(checks.map(({ path }) => path)).toEqual(['affine1.W', 'affine1.b', 'batchNormalization1.gamma', 'batchNormalization1.beta', 'affine2.W', 'affine2.b'])
    expect(checks).toEqual(found)
    expect(check.certified).toBeUndefined()
  })

  test('that was replaced meanwhile is not checked', async () => {
    trained({ runId: 2 })
    await useGradientCheck().run()
    expect([useGradientCheck().results, useGradientCheck().running, useNotices().notices]).toEqual([[], false, []])
  })

  test('with batch normalization is refused by name when its dataset has a single training image', async () => {
    trained({ images: 1 })
    await useGradientCheck().run()
    expect(useGradientCheck().results).toEqual([])
    expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.network.batchSize'])
  })

  test('is refused beforehand when it is too large, and another one can still be checked', async () => {
    const main = withDigits()
    const check = useGradientCheck()
    const units = Math.ceil((maxParameters - 10) / 795) // 784 weights and a bias into each unit, 10 weights out of it
    const ofUnits = (n: number) => { useRun().accept(runState({ runId: n, config: runConfig({ layers: [784, n, 10] }) })) }
    check.change({ network: 'run' })
    ofUnits(units - 1)
    await check.load()
    expect([check.plan.tooLarge, check.canRun]).toEqual([false, true])
    ofUnits(units + 1)
    expect([check.plan.parameters, check.plan.tooLarge, check.canRun]).toEqual([795 * (units + 1) + 10, true, false])
    await check.run()
    expect([main.asked('run:batch'), check.results]).toEqual([[], []])
    check.change({ network: 'small' })
    expect(check.canRun).toBe(true)
  })

  test('is replaced by the small network while there is no run', () => {
    fakeMain()
    useGradientCheck().change({ network: 'run' })
    expect(useGradientCheck().plan).toMatchObject({ architecture: bookNetworks.small, dataset: mnist })
  })
})

describe('the certificate\'s check', () => {
  const result = (network: 'small' | 'full', h: number, precision: 'float32' | 'float64') => ({ settings: { network, h, precision }, architecture: bookNetworks[network], checks: [{ path: `${network} ${h} ${precision}` }] as never, numericMs: 1, backpropMs: 1 })

  test('uses the book’s network with h = 1e-4 in float64, and no other', () => {
    fakeMain()
    const check = useGradientCheck()
    expect(check.certified).toBeUndefined()
    check.results = [result('small', 1e-4, 'float64'), result('full', 1e-3, 'float64'), result('full', 1e-4, 'float32')]
    expect(check.certified).toBeUndefined()
    check.results = [...check.results, result('full', 1e-4, 'float64')]
    expect(check.certified).toEqual([{ path: 'full 0.0001 float64' }])
  })

  test('is among the last twelve results, the newest first', async () => {
    withDigits()
    const check = useGradientCheck()
    check.results = Array.from({ length: 12 }, (_, i) => result('full', i, 'float32'))
    await check.run()
    expect([check.results.length, check.results[0]?.settings.network, check.results[1]?.settings.h, check.results.at(-1)?.settings.h]).toEqual([12, 'small', 0, 10])
  }, 120_000)
})

test('the networks are the book\'s and one without a hidden layer; each h is a tenth of the one before', () => {
  expect(bookNetworks.full).toEqual({ input: [784], ...defaultConfig.network })
  expect(bookNetworks.small).toEqual({ ...bookNetworks.full, layers: [defaultConfig.network.layers.at(-1)] })
  expect(checkedH.map(Math.log10)).toEqual([-2, -3, -4, -5, -6])
})
