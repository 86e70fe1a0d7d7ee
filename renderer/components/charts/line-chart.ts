import { Chart, type ChartDataset, type ChartOptions, LinearScale, LineController, LineElement, LogarithmicScale, type Plugin, PointElement, type Scale } from 'chart.js'
import type { CurvePoint } from '@core'
import type { AxisRange } from '../../lib/axis-window'
import { stepTicks } from './step-ticks'
import { endRoom, type LineEnd, lineEnds, setEnds } from './line-ends'
import { linearTicks, logarithmicTicks, type ValueAxis } from './value-axis'

Chart.register(LineController, LineElement, LinearScale, LogarithmicScale, PointElement)

export type Line = ChartDataset<'line', CurvePoint[]>
export type LineChart = Chart<'line', CurvePoint[]>

export interface ChartFormats {
  readonly x: (value: number) => string
  readonly y: (value: number) => string
  readonly xTitle: string
}

/** A value outside of the axis, at one of its ends, with what is said about it. */
export interface Cut {
  readonly x: number
  readonly end: 'top' | 'bottom'
  readonly text: string
}

/** The value axis of a drawing, and the value that it cuts off. */
export interface Drawn {
  readonly axis?: ValueAxis
  readonly cut?: Cut | null
  /** Letters behind the last points of lines */
  readonly ends?: readonly LineEnd[]
}

/** CSS pixels; the same in all charts, so that their steps line up */
const valueAxisWidth = 46
/** Free pixels right of the plot */
const usualRoom = 8
/** Minimum height for a label of a value axis, in pixels */
const labelHeight = 22

/** Minimum distance between two labels, in pixels */
const labelGap = 14

/** What colours are read from; null: the window */
let paper: Element | null = null
/** A colour of the current theme by its custom property: '--forward-line'. */
export const token = (name: string): string => getComputedStyle(paper ?? document.documentElement).getPropertyValue(name).trim()

/** Draws with the colours of the light theme, whatever the window's is. */
export function onPaper<T>(draw: () => T): T {
  const sheet = document.createElement('div')
  sheet.dataset.theme = 'light'
  document.body.append(sheet)
  paper = sheet
  try { return draw() }
  finally {
    paper = null
    sheet.remove()
  }
}

/**
 * A line chart over steps, without splines and animation, so that redrawing is cheap. What follows the pointer is not drawn here.
 * @param formats called at every drawing, so that a change of language needs no new chart
 * @param placed called when the plot may have another place or size, also without a new drawing
 */
export function createLineChart(canvas: HTMLCanvasElement, lines: readonly Line[], formats: () => ChartFormats, placed: () => void): LineChart {
  const options: ChartOptions<'line'> = {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    elements: { line: { borderWidth: 1.5, tension: 0 }, point: { radius: 0, hitRadius: 0 } },
    spanGaps: false,
    layout: { padding: { top: 4, right: usualRoom } },
    scales: {
      x: {
        type: 'linear', ticks: { maxRotation: 0, autoSkip: false, callback: (value, i) => stepLabel(Number(value), i, formats()) },
        // Custom ticks: chart.js starts at the first step, whose label would overlap the next one.
        afterBuildTicks: (axis) => { axis.ticks = ticksOf(axis, formats()).map(value => ({ value })) },
      },
      y: {
        afterBuildTicks: (axis) => { axis.ticks = valueTicks(axis)?.map(value => ({ value })) ?? axis.ticks },
        afterFit: (axis) => { axis.width = Math.max(axis.width, valueAxisWidth) },
        ticks: { maxTicksLimit: 6, autoSkip: false, callback: value => formats().y(Number(value)) },
      },
    },
  }
  const chart = new Chart(canvas, { type: 'line', data: { datasets: [...lines] }, options, plugins: [cutMark, lineEnds, { id: 'placed', afterUpdate: placed }] }) as LineChart
  setValueAxis(chart, { axis: { kind: 'linear', min: 0 } })
  return chart
}

/** Labels of a logarithmic axis, or of one with a fixed end; null: chart.js chooses. */
function valueTicks({ type, min, max, options, height }: Scale): readonly number[] | null {
  const room = Math.max(3, Math.min(6, Math.floor(height / labelHeight)))
  if (type === 'logarithmic') return logarithmicTicks({ min, max }, labelGap / height)
  return (options as { readonly max?: number }).max === undefined ? null : linearTicks({ min, max }, room)
}

const cuts = new WeakMap<Chart, Cut>()

/** Sets kind and ends of the value axis, and marks the value that it cuts off. */
export function setValueAxis(chart: LineChart, { axis: { kind, min, max } = { kind: 'linear', min: 0 }, cut = null, ends = [] }: Drawn): void {
  setEnds(chart, ends)
  Object.assign(chart.options.layout!.padding!, { right: ends.length > 0 ? endRoom : usualRoom })
  if (cut) cuts.set(chart, cut)
  else cuts.delete(chart)
  const { scales } = chart.options
  Object.assign(scales!.y!, { type: kind, min, max, grace: kind === 'linear' && max === undefined ? '4%' : 0 })
}

/** Says at an end of the value axis how far the values go beyond it. */
const cutMark: Plugin<'line'> = {
  id: 'cut',
  afterDatasetsDraw(chart) {
    const cut = cuts.get(chart)
    if (!cut) return
    const { ctx, chartArea: { left, right, top, bottom }, scales: { x } } = chart
    const at = Math.max(left, Math.min(right, x!.getPixelForValue(cut.x)))
    const [edge, inwards] = cut.end === 'top' ? [top - 3, 1] : [bottom - 1, -1]
    ctx.save()
    ctx.font = `12px ${getComputedStyle(document.body).fontFamily}`
    ctx.textBaseline = 'middle'
    const { width } = ctx.measureText(cut.text)
    const from = at + 8 + width <= right ? at + 8 : at - 8 - width
    const middle = edge + inwards * 9
    ctx.fillStyle = token('--surface')
    ctx.fillRect(from - 2, middle - 7, width + 4, 15)
    ctx.fillStyle = token('--text')
    ctx.fillText(cut.text, from, middle + 1)
    ctx.beginPath()
    ctx.moveTo(at, edge)
    ctx.lineTo(at + 5, edge + 9 * inwards)
    ctx.lineTo(at - 5, edge + 9 * inwards)
    ctx.fill()
    ctx.restore()
  },
}

/** Sets both ends of the step axis: all charts show the same range, so that they can be compared. @param isPart lines go on beyond both ends */
export function stretch(chart: LineChart, { from, to }: AxisRange, isPart: boolean): void {
  chart.options.clip = isPart ? { left: 0, top: 5, right: 0, bottom: 2 } : { left: 5, top: 5, right: 5, bottom: 2 } // the latest point lies on the edge and must not be clipped
  Object.assign(chart.options.scales!.x!, { min: from, max: Math.max(to, from + 1) })
}

/** The first label includes the unit. */
const stepLabel = (step: number, i: number, { x, xTitle }: ChartFormats): string => i === 0 ? `${xTitle} ${x(step)}` : x(step)

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
  const { tooltip } = chart.options.plugins ?? {}
  if (tooltip) Object.assign(tooltip, { backgroundColor: token('--accent'), titleColor: token('--on-accent'), bodyColor: token('--on-accent'), titleFont: font, bodyFont: font })
}
