import type { SlopeError } from '@core'
import { Chart } from 'chart.js'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import type { ErrorChart } from '../../../../renderer/components/charts/error-chart'
import FigureMenu from '../../../../renderer/components/FigureMenu.vue'
import SlopeErrors from '../../../../renderer/graph/panels/SlopeErrors.vue'
import { summarizeSlope } from '../../../../renderer/graph/panels/slope-caption'
import { useSettings } from '../../../../renderer/stores/settings'
import { frame, recordCanvases } from '../../canvas'
import { fakeMain, show } from '../../lab'

const colours = { '--forward-line': '#0000ff', '--backward-line': '#ff8800', '--text-muted': '#666666' }
beforeEach(() => {
  fakeMain()
  recordCanvases()
  for (const [name, colour] of Object.entries(colours)) document.documentElement.style.setProperty(name, colour)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  document.documentElement.removeAttribute('style')
  document.body.replaceChildren()
})

/** A busy machine draws late. */
const patient = { timeout: 20_000 }
const errors: readonly SlopeError[] = [{ h: 0.1, float64: 1e-3, float32: 2e-3 }, { h: 0.01, float64: 1e-5, float32: 3e-4 }, { h: 0.001, float64: 1e-7, float32: NaN }]
async function figure(list = errors, h = 0.01) {
  const summary = summarizeSlope(list, { gradient: 1, scale: 1 })
  const view = await show(SlopeErrors, { errors: list, summary, h })
  await frame()
  const canvas = view.get('canvas').element
  return { view, canvas, chart: () => Chart.getChart(canvas) as ErrorChart }
}
const line = (chart: ErrorChart, i: number) => chart.data.datasets[i]!

describe('the errors over h', () => {
  test('are a line for each precision, distinguished by more than colour', async () => {
    const { chart } = await figure()
    const [double, single] = [line(chart(), 0), line(chart(), 1)]
    expect([double.label, double.data]).toEqual(['float64', [{ x: 0.1, y: 1e-3 }, { x: 0.01, y: 1e-5 }, { x: 0.001, y: 1e-7 }]])
    expect([single.label, single.data]).toEqual(['float32', [{ x: 0.1, y: 2e-3 }, { x: 0.01, y: 3e-4 }]]) // non-finite values are skipped
    for (const [dataset, colour] of [[double, colours['--forward-line']], [single, colours['--text-muted']]] as const)
      expect([dataset.borderColor, dataset.pointBackgroundColor, dataset.pointBorderColor]).toEqual([colour, colour, colour])
    expect(double.pointStyle).not.toBe(single.pointStyle)
    expect([double.borderDash, (single.borderDash as number[]).length > 0 && (single.borderDash as number[]).every(dash => dash > 0)]).toEqual([[], true])
    for (const dataset of [double, single]) {
      expect(Number(dataset.borderWidth)).toBeGreaterThanOrEqual(1) // a hairline is invisible on a light background
      expect(Number(dataset.pointRadius)).toBeGreaterThan(Number(dataset.borderWidth))
    }
  })

  test('show the chosen h as a line from the floor to the top, without points', async () => {
    const { chart, view } = await figure()
    const mark = () => line(chart(), 2)
    const { min, max } = chart().options.scales!['y'] as { min: number, max: number }
    expect(mark().data).toEqual([{ x: 0.01, y: min }, { x: 0.01, y: max }])
    expect([mark().borderColor, mark().pointRadius, Number(mark().borderWidth) >= 1]).toEqual([colours['--backward-line'], 0, true])
    expect(errors.flatMap(({ float64, float32 }) => [float64, float32]).filter(error => error < min || error > max)).toEqual([])
    await view.setProps({ h: 0.001 })
    await frame()
    await vi.waitFor(() => { expect(mark().data.map(point => point.x)).toEqual([0.001, 0.001]) }, patient)
  })

  test('of 0 lie on the floor, which is called 0', async () => {
    const { chart } = await figure([{ h: 0.1, float64: 0, float32: 1e-3 }, { h: 0.01, float64: 1e-8, float32: 1e-3 }])
    const scale = chart().options.scales!['y'] as { min: number, ticks: { callback: (this: unknown, value: number) => string | null } }
    expect(line(chart(), 0).data[0]).toEqual({ x: 0.1, y: scale.min })
    expect(scale.ticks.callback.call({ chart: { height: 400 } }, scale.min)).toBe('0')
  })

  test('without any 0 have no such label', async () => {
    const { chart } = await figure()
    const scale = chart().options.scales!['y'] as { min: number, ticks: { callback: (this: unknown, value: number) => string | null } }
    for (let exponent = -20; exponent < 5; exponent++) expect(scale.ticks.callback.call({ chart: { height: 400 } }, 10 ** exponent)).not.toBe('0')
  })

  test('follow the nudged input, and the theme', async () => {
    const { chart, view } = await figure()
    await view.setProps({ errors: errors.slice(0, 2), summary: summarizeSlope(errors.slice(0, 2), { gradient: 1, scale: 1 }) })
    await vi.waitFor(() => { expect(line(chart(), 0).data).toHaveLength(2) }, patient)
    document.documentElement.style.setProperty('--forward-line', '#88aaff')
    useSettings().settings = { ...useSettings().settings, theme: 'dark' }
    await nextTick()
    await vi.waitFor(() => { expect(line(chart(), 0).borderColor).toBe('#88aaff') }, patient)
  })

  test('are redrawn often enough to follow a slider, but not at every move', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame', 'performance'] })
    try {
      const summary = summarizeSlope(errors, { gradient: 1, scale: 1 })
      const view = await show(SlopeErrors, { errors, summary, h: 1 })
      await vi.advanceTimersByTimeAsync(100)
      const chart = Chart.getChart(view.get('canvas').element) as ErrorChart
      const seen = new Set<number>()
      for (let i = 1; i <= 250; i++) {
        await view.setProps({ h: i * 1e-4 })
        await vi.advanceTimersByTimeAsync(4)
        seen.add(line(chart, 2).data[0]!.x)
      }
      expect(seen.size).toBeGreaterThan(18)
      expect(seen.size).toBeLessThan(40)
    }
    finally { vi.useRealTimers() }
  })

  test('are drawn at the screen’s resolution, also after the window was moved to another screen', async () => {
    const listeners: (() => void)[] = []
    vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: (_: string, listener: () => void) => { listeners.push(listener) }, removeEventListener: () => undefined }))
    const { chart } = await figure()
    vi.stubGlobal('devicePixelRatio', 3)
    for (const tell of listeners.splice(0)) tell()
    await nextTick()
    expect(chart().options.devicePixelRatio).toBe(3)
  })

  test('are described for screen readers: where each is smallest', async () => {
    const { view } = await figure()
    const label = view.get('canvas').attributes('aria-label')
    expect(label).toContain('float64: smallest at h = 0.001: 1.00e−7.')
    expect(label).toContain('float32: smallest at h = 0.01: 3.00e−4.')
    view.unmount()
    const none = await figure([{ h: 0.1, float64: 1e-3, float32: NaN }])
    expect(none.view.get('canvas').attributes('aria-label')).toContain('float32: –.')
  })

  test('can be copied as a table', async () => {
    const { view, canvas } = await figure()
    const menu = view.getComponent(FigureMenu)
    const { rows, picture } = menu.props() as { rows: () => unknown, picture: () => unknown }
    expect(rows()).toEqual([['h', 'float64', 'float32'], [0.1, 1e-3, 2e-3], [0.01, 1e-5, 3e-4], [0.001, 1e-7, NaN]])
    expect(picture()).toBe(canvas)
  })

  test('leave no chart behind', async () => {
    const { view, canvas } = await figure()
    view.unmount()
    expect(Chart.getChart(canvas)).toBeUndefined()
  })
})
