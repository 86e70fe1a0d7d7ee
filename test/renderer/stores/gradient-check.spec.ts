import { defaultConfig, imageGradientCheck, LabError, type ParamCheck, mnist, unitRange } from '@core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { watch } from 'vue'
import { checkedH, checkedNetworks, useGradientCheck } from '../../../renderer/stores/gradient-check'
import { useNotices } from '../../../renderer/stores/notices'
import { fakeMain } from '../lab'
import { runConfig } from '../../fixtures/run-config'

afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks() })

/** Ink in a fifth of the pixels, so that gradients are not zero everywhere. */
const digit = (index: number) => ({ image: Float32Array.from({ length: 784 }, (_, i) => (i * 7 + index) % 5 === 0 ? 0.8 : 0), label: index })
const withDigits = () => fakeMain({ 'data:images': ({ first, count }) => ({ shape: mnist.shape, images: Array.from({ length: count }, (_, i) => digit(first + i)) }) })

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
    const steps = imageGradientCheck(dataset, { config: runConfig({ layers: [784, 10] }), images: 3, h: 1e-4 })
    let found: ParamCheck[] | null = null
    while (!found) {
      const next = steps.next()
      if (next.done) found = next.value
    }
    expect(checks).toEqual(found)
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
    expect(check.progress).toMatchObject({ path: 'affine1.W' })
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

describe('the certificate\'s check', () => {
  const result = (network: 'small' | 'full', h: number, precision: 'float32' | 'float64') => ({ settings: { network, h, precision }, checks: [{ path: `${network} ${h} ${precision}` }] as never, numericMs: 1, backpropMs: 1 })

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
  expect(checkedNetworks.full).toEqual({ input: [784], ...defaultConfig.network })
  expect(checkedNetworks.small).toEqual({ ...checkedNetworks.full, layers: [defaultConfig.network.layers.at(-1)] })
  expect(checkedH.map(Math.log10)).toEqual([-2, -3, -4, -5, -6])
})
