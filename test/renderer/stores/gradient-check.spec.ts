import { LabError } from '@core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { useGradientCheck } from '../../../renderer/stores/gradient-check'
import { useNotices } from '../../../renderer/stores/notices'
import { fakeMain } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks() })

/** Ink in a fifth of the pixels, so that no gradient is zero everywhere. */
const digit = (index: number) => ({ image: Float32Array.from({ length: 784 }, (_, i) => (i * 7 + index) % 5 === 0 ? 0.8 : 0), label: index })
const withDigits = () => fakeMain({ 'data:image': ({ index }) => digit(index) })

describe('the digits of the check', () => {
  test('are the first three of the training set, read once', async () => {
    const main = withDigits()
    await useGradientCheck().load()
    await useGradientCheck().load()
    expect(main.asked('data:image')).toEqual([0, 1, 2].map(index => ({ split: 'train', index })))
    expect(useGradientCheck().digits).toEqual([digit(0), digit(1), digit(2)])
  })

  test('that cannot be had are told, and there is no check then', async () => {
    fakeMain({ 'data:image': () => { throw new LabError('dataset.missing', 'no', {}) } })
    await useGradientCheck().run()
    expect([useGradientCheck().digits, useGradientCheck().running, useGradientCheck().results]).toEqual([[], false, []])
    expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.dataset.missing'])
  })
})

describe('the check', () => {
  test('is of the small network with h = 1e-4 in float64 until told otherwise, and agrees', async () => {
    withDigits()
    const check = useGradientCheck()
    expect([check.settings, check.results, check.progress, check.running, check.msLeft]).toEqual([{ network: 'small', h: 1e-4, precision: 'float64' }, [], null, false, null])
    await check.run()
    expect(check.results).toHaveLength(1)
    const [{ settings, checks, numericMs, backpropMs }] = check.results as [typeof check.results[number]]
    expect(settings).toEqual({ network: 'small', h: 1e-4, precision: 'float64' })
    expect(checks.map(({ path }) => path)).toEqual(['affine1.W', 'affine1.b'])
    // the error of central differences goes with h² = 1e-8, times a third derivative below 1
    for (const { mean, checked } of checks) expect([mean < 1e-8, checked > 0]).toEqual([true, true])
    expect([numericMs > backpropMs, backpropMs >= 0, backpropMs < Infinity]).toEqual([true, true, true])
    expect([check.progress, check.running]).toEqual([null, false])
  }, 120_000)

  test('goes once at a time', async () => {
    withDigits()
    const check = useGradientCheck()
    await check.load()
    const first = check.run()
    await vi.waitUntil(() => check.running, { interval: 1 })
    await check.run()
    expect(check.results).toEqual([]) // the second did nothing, the first is at work still
    await first
    expect(check.results).toHaveLength(1)
  }, 120_000)

  test('asked for twice at once goes once', async () => {
    withDigits()
    const check = useGradientCheck()
    await check.load()
    await Promise.all([check.run(), check.run()])
    expect(check.results).toHaveLength(1)
  }, 120_000)

  test('that is cancelled leaves no result, and can be begun again', async () => {
    withDigits()
    const check = useGradientCheck()
    check.cancel() // nothing goes yet
    check.settings = { network: 'full', h: 1e-3, precision: 'float32' }
    const going = check.run()
    await vi.waitUntil(() => check.running, { interval: 1 })
    expect(check.progress).toMatchObject({ path: 'affine1.W' })
    check.cancel()
    await going
    expect([check.running, check.results]).toEqual([false, []])
    check.settings = { network: 'small', h: 1e-3, precision: 'float64' }
    await check.run()
    expect(check.results).toMatchObject([{ settings: { network: 'small', h: 1e-3, precision: 'float64' } }])
  }, 120_000)

  test('tells how far it is, and after half a second how long it still takes', async () => {
    withDigits()
    const check = useGradientCheck()
    check.settings = { network: 'full', h: 1e-4, precision: 'float64' }
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

  test('is that of the book\'s network with h = 1e-4 in float64, and of no other', () => {
    fakeMain()
    const check = useGradientCheck()
    expect(check.certified).toBeUndefined()
    check.results = [result('small', 1e-4, 'float64'), result('full', 1e-3, 'float64'), result('full', 1e-4, 'float32')]
    expect(check.certified).toBeUndefined()
    check.results = [...check.results, result('full', 1e-4, 'float64')]
    expect(check.certified).toEqual([{ path: 'full 0.0001 float64' }])
  })

  test('stands among the last twelve results, the newest first', async () => {
    withDigits()
    const check = useGradientCheck()
    check.results = Array.from({ length: 12 }, (_, i) => result('full', i, 'float32'))
    await check.run()
    expect([check.results.length, check.results[0]?.settings.network, check.results[1]?.settings.h, check.results.at(-1)?.settings.h]).toEqual([12, 'small', 0, 10])
  }, 120_000)
})
