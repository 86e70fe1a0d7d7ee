import { type CurvePoint, Curves, RunSeries } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { useLossDetail } from '../../../renderer/stores/loss-detail'
import { useMetrics } from '../../../renderer/stores/metrics'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals() })

const lossOf = (step: number) => Math.fround(1 + (step % 97) / 128)

/** A run of so many steps, of which the window has kept less than main has recorded. @param recorded steps that main knows */
async function longRun(steps: number, recorded = steps) {
  const series = new RunSeries([{ kind: 'losses', firstStep: 1, losses: Float32Array.from({ length: recorded }, (_, i) => lossOf(i + 1)) }])
  const curves = new Curves()
  for (let step = 1; step <= steps; step++) curves.takeLoss(step, lossOf(step))
  const main = fakeMain({ 'run:read': () => soFar(runState({ step: steps, phase: 'running' }), curves), 'runs:losses': range => series.curve(range).read() })
  await useRun().load()
  await flushPromises()
  return { detail: useLossDetail(), metrics: useMetrics(), asked: () => main.asked('runs:losses') }
}

describe('the losses of a part of a long run', () => {
  test('are asked for with their neighbourhood, and then are exact', async () => {
    const { detail, asked } = await longRun(100_000)
    expect(detail.around({ from: 50_000, to: 50_400 }, 500)).toBeNull()
    await flushPromises()
    const { series } = detail.around({ from: 50_000, to: 50_400 }, 500)!
    expect([series.perBucket, series.at(50_123)!.mean]).toEqual([1, lossOf(50_123)])
    expect(detail.around({ from: 50_100, to: 50_500 }, 500)!.series).toBe(series) // a short way along
    expect(asked()).toEqual([{ from: 49_800, to: 50_600 }])
    detail.around({ from: 50_300, to: 50_700 }, 500)
    await flushPromises()
    expect(asked()).toHaveLength(2)
  })

  test('are not asked for where the window has kept enough of them', async () => {
    const { detail, asked } = await longRun(100_000)
    expect(detail.around({ from: 0, to: 100_000 }, 500)).toBeNull()
    const { detail: short } = await longRun(3000)
    expect(short.around({ from: 10, to: 50 }, 500)).toBeNull()
    expect(asked()).toEqual([])
  })

  test('are asked for once, even if main knows less', async () => {
    const { detail, asked } = await longRun(100_000, 90_000)
    for (let i = 0; i < 3; i++) {
      detail.around({ from: 99_000, to: 99_400 }, 500)
      await flushPromises()
    }
    expect(asked()).toHaveLength(1)
  })
})

test('a part is drawn with single losses, and with what the window keeps where they are not known yet', async () => {
  const { detail } = await longRun(100_000)
  const draw = (from: number, to: number) => {
    const [losses, means]: CurvePoint[][] = [[], []]
    return { ...detail.draw({ losses: losses!, means: means! }, { part: { from, to }, pixels: 500, meanPixels: 50 }), losses: losses! }
  }
  expect(draw(50_000, 50_400).band).toBeGreaterThan(1)
  await flushPromises()
  const exact = draw(50_000, 50_400)
  expect([exact.band, exact.losses.filter(({ x }) => x >= 50_000 && x <= 50_400)]).toEqual([1, Array.from({ length: 401 }, (_, i) => ({ x: 50_000 + i, y: lossOf(50_000 + i) }))])
  const moved = draw(50_500, 50_900).losses // single losses are known up to 50,600
  expect(moved.map(({ x }) => x)).toEqual(moved.map(({ x }) => x).toSorted((a, b) => a - b))
  expect(moved.at(-1)!.x).toBeGreaterThanOrEqual(50_900)
})

describe('the loss of one step', () => {
  test('is exact, whatever the window has kept', async () => {
    const { detail, asked } = await longRun(100_000)
    expect(detail.lossAt(77_777)).toBeNull()
    await flushPromises()
    expect([detail.lossAt(77_777), asked()]).toEqual([lossOf(77_777), [{ from: 77_777, to: 77_777 }]])
    const { detail: short, asked: none } = await longRun(3000)
    expect([short.lossAt(1234), none()]).toEqual([lossOf(1234), []])
  })

  test('of the latest pointer is asked for, and one at a time', async () => {
    const { detail, asked } = await longRun(100_000)
    for (const step of [1000, 1001, 1002, 1003]) detail.lossAt(step)
    await flushPromises()
    expect(asked().map(range => (range as { from: number }).from)).toEqual([1000, 1003])
    expect(detail.lossAt(1003)).toBe(lossOf(1003))
  })
})
