import { Chart, type ChartDataset, type ChartOptions, LineController, LineElement, LogarithmicScale, PointElement, Tooltip } from 'chart.js'
import type { CurvePoint } from '@core'

Chart.register(LineController, LineElement, LogarithmicScale, PointElement, Tooltip)

export type ErrorLine = ChartDataset<'line', CurvePoint[]>
export type ErrorChart = Chart<'line', CurvePoint[]>

/** Errors over h on two logarithmic axes. An error of exactly 0 has no logarithm, and is drawn at the bottom. */
export interface ErrorPoints {
  readonly lines: readonly (readonly CurvePoint[])[]
  readonly floor: number
  readonly top: number
  /** Whether any error is exactly 0 */
  readonly zeros: boolean
}

/** @param series one per line: h and its error; non-finite errors are omitted */
export function errorPoints(series: readonly (readonly { readonly h: number, readonly error: number }[])[]): ErrorPoints {
  const drawn = series.map(line => line.filter(({ error }) => Number.isFinite(error)))
  const positive = drawn.flat().map(({ error }) => error).filter(error => error > 0)
  const lowest = positive.length ? Math.min(...positive) : 1e-16
  const highest = positive.length ? Math.max(...positive) : 1e-10
  const zeros = drawn.flat().some(({ error }) => error === 0)
  const floor = 10 ** (Math.floor(Math.log10(lowest)) - (zeros ? 1 : 0))
  return { lines: drawn.map(line => line.map(({ h, error }) => ({ x: h, y: error === 0 ? floor : error }))), floor, top: 10 ** Math.ceil(Math.log10(highest) + 1e-9), zeros }
}

/** Writes 1e−5 as 10⁻⁵. */
export function power(value: number): string {
  const exponent = Math.round(Math.log10(value))
  return `10${String(exponent).replace('-', '⁻').replace(/\d/g, digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]!)}`
}

const isPower = (value: number, every: number): boolean => {
  const exponent = Math.log10(value)
  return Math.abs(exponent - Math.round(exponent)) < 1e-9 && Math.round(exponent) % every === 0
}

export function createErrorChart(canvas: HTMLCanvasElement, lines: ErrorLine[], formats: () => { readonly number: (value: number) => string, readonly zero: () => number | null }): ErrorChart {
  const options: ChartOptions<'line'> = {
    animation: false, parsing: false, normalized: true, responsive: true, maintainAspectRatio: false,
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    elements: { line: { borderWidth: 1.5, tension: 0 }, point: { hitRadius: 0 } },
    layout: { padding: { top: 6, right: 10 } },
    scales: {
      x: { type: 'logarithmic', min: 0.8e-12, max: 1.3e-1, ticks: { maxRotation: 0, autoSkip: false, callback: value => isPower(Number(value), 2) ? power(Number(value)) : null } },
      y: {
        type: 'logarithmic', afterFit: (axis) => { axis.width = Math.max(axis.width, 44) },
        ticks: {
          autoSkip: false,
          // fewer labels when there is little height
          callback(value) { return Number(value) === formats().zero() ? '0' : isPower(Number(value), this.chart.height < 150 ? 6 : 3) ? power(Number(value)) : null },
        },
      },
    },
    plugins: {
      tooltip: {
        animation: false, boxWidth: 8, boxHeight: 8, filter: item => item.datasetIndex < 2,
        callbacks: {
          title: ([item]) => item ? `h = ${formats().number(item.parsed.x ?? 0)}` : '',
          label: item => ` ${item.dataset.label}: ${item.parsed.y === formats().zero() ? '0' : formats().number(item.parsed.y ?? 0)}`,
        },
      },
    },
  }
  return new Chart(canvas, { type: 'line', data: { datasets: lines }, options })
}
