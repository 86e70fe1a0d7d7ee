import { Chart, type ChartDataset, type ChartOptions, LinearScale, LineController, LineElement, type Plugin, PointElement, type Scale, Tooltip } from 'chart.js'
import type { CurvePoint } from '@core'
import type { Cut } from './spike'
import { endTicks, stepTicks } from './step-ticks'

Chart.register(LineController, LineElement, LinearScale, PointElement, Tooltip)

export type Line = ChartDataset<'line', CurvePoint[]>
export type LineChart = Chart<'line', CurvePoint[]>

export interface ChartFormats {
  readonly x: (value: number) => string
  readonly y: (value: number) => string
  readonly xTitle: string
}

/** CSS pixels; the same in all charts, so that their steps line up */
const valueAxisWidth = 46

/** A colour of the current theme by its custom property: '--forward-line'. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/**
 * A line chart over steps, without splines and animation, so that redrawing is cheap.
 * @param formats called at every drawing, so that a change of language needs no new chart
 */
export function createLineChart(canvas: HTMLCanvasElement, lines: readonly Line[], formats: () => ChartFormats, y: { max?: number } = {}): LineChart {
  const options: ChartOptions<'line'> = {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    elements: { line: { borderWidth: 1.5, tension: 0 }, point: { radius: 0, hoverRadius: 4, hitRadius: 0 } },
    spanGaps: false,
    clip: 5, // the latest point lies on the edge and must not be clipped
    layout: { padding: { top: 4, right: 8 } },
    scales: {
      x: {
        type: 'linear', ticks: { maxRotation: 0, autoSkip: false, callback: (value, i) => stepLabel(Number(value), i, formats()) },
        // Custom ticks: chart.js starts at the first step, whose label would overlap the next one.
        afterBuildTicks: (axis) => { axis.ticks = ticksOf(axis, formats()).map(value => ({ value })) },
      },
      y: { type: 'linear', beginAtZero: true, max: y.max, grace: y.max ? 0 : '4%', afterBuildTicks: (axis) => { axis.ticks = endTicks(axis.chart.height, y.max)?.map(value => ({ value })) ?? axis.ticks }, afterFit: (axis) => { axis.width = Math.max(axis.width, valueAxisWidth) }, ticks: { maxTicksLimit: 6, callback: value => formats().y(Number(value)) } },
    },
    plugins: {
      tooltip: {
        animation: false, displayColors: true, boxWidth: 8, boxHeight: 8,
        callbacks: {
          title: ([item]) => item ? `${formats().xTitle} ${formats().x(item.parsed.x ?? 0)}` : '',
          label: item => ` ${item.dataset.label}: ${formats().y(item.parsed.y ?? 0)}`,
        },
      },
    },
  }
  return new Chart(canvas, { type: 'line', data: { datasets: [...lines] }, options, plugins: [cutMark] })
}

/** A cut with what is said about it */
type NamedCut = Cut & { readonly text: string }
const cuts = new WeakMap<Chart, NamedCut>()

/** Ends the value axis below an early spike, and marks it; null: the axis follows the values. */
export function cutOff(chart: LineChart, cut: NamedCut | null): void {
  if (cut) cuts.set(chart, cut)
  else if (!cuts.delete(chart)) return // the axis may have an end of its own
  Object.assign(chart.options.scales!.y!, { max: cut?.end })
}

/** Says at the top how far up the spike goes. */
const cutMark: Plugin<'line'> = {
  id: 'cut',
  afterDatasetsDraw(chart) {
    const cut = cuts.get(chart)
    if (!cut) return
    const { ctx, chartArea: { left, right, top }, scales: { x } } = chart
    const at = Math.max(left, Math.min(right, x!.getPixelForValue(cut.most.x)))
    ctx.save()
    ctx.font = `12px ${getComputedStyle(document.body).fontFamily}`
    ctx.textBaseline = 'top'
    const { width } = ctx.measureText(cut.text)
    const from = at + 8 + width <= right ? at + 8 : at - 8 - width
    ctx.fillStyle = token('--surface')
    ctx.fillRect(from - 2, top, width + 4, 15)
    ctx.fillStyle = token('--text')
    ctx.fillText(cut.text, from, top + 1)
    ctx.beginPath()
    ctx.moveTo(at, top - 3)
    ctx.lineTo(at + 5, top + 6)
    ctx.lineTo(at - 5, top + 6)
    ctx.fill()
    ctx.restore()
  },
}

/** Sets both ends of the step axis: all charts show the same range, so that they can be compared. */
export function stretch(chart: LineChart, from: number, to: number): void {
  Object.assign(chart.options.scales!.x!, { min: from, max: Math.max(to, from + 1) })
}

/** The first label includes the unit. */
const stepLabel = (step: number, i: number, { x, xTitle }: ChartFormats): string => i === 0 ? `${xTitle} ${x(step)}` : x(step)

/** Minimum distance between two labels, in pixels */
const labelGap = 14

function ticksOf({ chart, min, max, options }: Scale, formats: ChartFormats): number[] {
  const { ctx, width } = chart
  const { font } = (options as unknown as { readonly ticks: { readonly font?: { readonly family?: string, readonly size?: number } } }).ticks
  ctx.save()
  ctx.font = `${font?.size ?? 12}px ${font?.family ?? 'sans-serif'}`
  const widest = ctx.measureText(stepLabel(max, 0, formats)).width
  ctx.restore()
  return stepTicks(min, max, (width - valueAxisWidth) / (widest + labelGap))
}

/** Redraws for another pixel density: a chart otherwise keeps the density that it was created with. */
export function sharpen(chart: LineChart, density: number): void {
  chart.options.devicePixelRatio = density
  chart.resize()
}

/** Applies the theme's colours and the language's font. */
export function dress(chart: LineChart): void {
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 }
  for (const name of ['x', 'y'] as const) {
    const axis = chart.options.scales![name]!
    Object.assign(axis, { grid: { color: token('--border'), drawTicks: false }, border: { color: token('--border-strong') } })
    Object.assign(axis.ticks!, { color: token('--text-muted'), font, padding: 6 })
  }
  Object.assign(chart.options.plugins!.tooltip!, { backgroundColor: token('--accent'), titleColor: token('--on-accent'), bodyColor: token('--on-accent'), titleFont: font, bodyFont: font })
}
