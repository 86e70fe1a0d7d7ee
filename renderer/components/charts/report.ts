import type { CurvePoint } from '@core'
import type { AxisMark } from './axis-marks'
import type { AxisRange } from '../../lib/axis-window'
import { escaped } from '../../lib/svg-text'
import type { ChartFormats } from './line-chart'
import { type LineEnd, placedEnds } from './line-ends'
import { stepTicks } from './step-ticks'
import { linearTicks, logarithmicTicks } from './value-axis'

/** A line of a figure, as it is drawn and as the legend names it. */
export interface ReportLine {
  readonly label: string
  /** A point whose y is NaN interrupts the line */
  readonly points: readonly CurvePoint[]
  readonly colour: string
  readonly width: number
  readonly dash?: readonly number[]
  /** Of the points that are drawn as dots, by point; left out: none are */
  readonly radii?: readonly number[] | undefined
}

/** A chart as a figure for a report: everything that is needed to read it without the program. */
export interface Report {
  readonly title: string
  /** The settings that it was made with, below the title */
  readonly about: string
  readonly yTitle: string
  readonly formats: ChartFormats
  readonly x: AxisRange
  readonly y: { readonly kind: 'linear' | 'logarithmic', readonly min: number, readonly max: number }
  /** Those in front last */
  readonly lines: readonly ReportLine[]
  readonly marks: readonly AxisMark[]
  /** Letters behind the last points of lines */
  readonly ends?: readonly LineEnd[] | undefined
  /** Said after the legend; left out: nothing */
  readonly note?: string | undefined
}

/** What a figure is drawn with. */
export interface ReportStyle {
  /** Value of a token: '--text-muted' */
  readonly colour: (token: string) => string
  readonly family: string
  /** Width of a text in pixels. @param size of its font */
  readonly measure: (text: string, size: number) => number
}

const width = 720
const [right, plotHeight, foot] = [18, 300, 46] as const
/** Least distance between two labels of the value axis, in pixels */
const labelGap = 20
const lineHeight = 17
const [small, base, large] = [12, 13, 16] as const

const fixed = (value: number): string => String(Number(value.toFixed(2)))

/** Breaks a text into lines where it has spaces, or anywhere in a text without them. */
function wrapped(text: string, size: number, room: number, measure: ReportStyle['measure']): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.match(/\S+\s*|\s+/g)?.flatMap(word => measure(word, size) > room ? [...word] : [word]) ?? []) {
    if (line && measure((line + word).trimEnd(), size) > room) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += word
  }
  return line.trim() ? [...lines, line.trimEnd()] : lines
}

/** The figure as an SVG file. */
export function reportSvg({ title, about, yTitle, formats, x, y, lines, marks, ends = [], note = '' }: Report, { colour, family, measure }: ReportStyle): string {
  const labels = y.kind === 'logarithmic' ? logarithmicTicks(y, labelGap / plotHeight) : linearTicks(y, 7)
  const left = Math.ceil(36 + Math.max(...labels.map(value => measure(formats.y(value), small))))
  const room = width - left - right
  const parts: string[] = []
  const text = (at: readonly [number, number], content: string, more = '') => `<text x="${fixed(at[0])}" y="${fixed(at[1])}" ${more}>${escaped(content)}</text>`
  const muted = `fill="${colour('--text-muted')}"`

  let top = 34
  parts.push(text([left, top - 6], title, `font-size="${large}" font-weight="650"`))
  for (const line of wrapped(about, small, room, measure)) {
    top += lineHeight
    parts.push(text([left, top - 6], line, `font-size="${small}" ${muted}`))
  }

  const named = lines.filter(({ label }) => label)
  if (named.length) {
    top += lineHeight + 6
    let from = left
    for (const { label, colour: stroke, width: thickness, dash } of named) {
      const wide = 28 + measure(label, base) + 18
      if (from > left && from + wide - 18 > width - right) {
        from = left
        top += lineHeight + 2
      }
      parts.push(`<line x1="${fixed(from)}" x2="${fixed(from + 22)}" y1="${top - 10}" y2="${top - 10}" stroke="${stroke}" stroke-width="${Math.max(1.5, thickness)}"${dashOf(dash)}/>`, text([from + 28, top - 6], label, `font-size="${base}"`))
      from += wide
    }
    if (note) {
      if (from + measure(note, base) > width - right) [from, top] = [left, top + lineHeight + 2]
      parts.push(text([from, top - 6], note, `font-size="${base}" ${muted}`))
    }
  }
  top += 10

  const height = top + plotHeight + foot
  const [bottom, low, high] = [top + plotHeight, Math.log(y.min), Math.log(y.max)]
  const px = (value: number) => left + (value - x.from) / Math.max(1e-12, x.to - x.from) * room
  const py = (value: number) => bottom - plotHeight * (y.kind === 'logarithmic' ? (Math.log(Math.max(value, y.min / 10)) - low) / (high - low) : (value - y.min) / (y.max - y.min))
  for (const value of labels)
    parts.push(`<line x1="${left}" x2="${width - right}" y1="${fixed(py(value))}" y2="${fixed(py(value))}" stroke="${colour('--border')}"/>`, text([left - 7, py(value) + 4], formats.y(value), `font-size="${small}" text-anchor="end" ${muted}`))
  const ticks = stepTicks(x.from, x.to, room / (measure(formats.x(x.to), small) + 26))
  for (const value of ticks)
    parts.push(`<line x1="${fixed(px(value))}" x2="${fixed(px(value))}" y1="${bottom}" y2="${bottom + 4}" stroke="${colour('--border-strong')}"/>`, text([px(value), bottom + 18], formats.x(value), `font-size="${small}" text-anchor="middle" ${muted}`))
  parts.push(text([left + room / 2, bottom + 38], formats.xTitle, `font-size="${base}" text-anchor="middle"`))
  parts.push(text([0, 0], yTitle, `font-size="${base}" text-anchor="middle" transform="translate(16 ${fixed(top + plotHeight / 2)}) rotate(-90)"`))

  const clip = `plot-${Math.round(px(x.to))}-${top}`
  parts.push(`<clipPath id="${clip}"><rect x="${left}" y="${top - 3}" width="${room + 4}" height="${plotHeight + 6}"/></clipPath>`)
  parts.push(`<g clip-path="url(#${clip})" fill="none" stroke-linejoin="round" stroke-linecap="round">`)
  for (const { at } of marks) if (at >= x.from && at <= x.to) parts.push(`<line x1="${fixed(px(at))}" x2="${fixed(px(at))}" y1="${top}" y2="${bottom}" stroke="${colour('--border-strong')}" stroke-dasharray="3 3"/>`)
  for (const line of lines) {
    const path = pathOf(line.points, point => [px(point.x), py(point.y)])
    if (path) parts.push(`<path d="${path}" stroke="${line.colour}" stroke-width="${line.width}"${dashOf(line.dash)}/>`)
    line.points.forEach((point, i) => {
      const radius = line.radii?.[i] ?? 0
      if (radius > 0 && Number.isFinite(point.y)) parts.push(`<circle cx="${fixed(px(point.x))}" cy="${fixed(py(point.y))}" r="${radius}" fill="${line.colour}"/>`)
    })
  }
  parts.push('</g>')
  placedEnds(ends, { toX: px, toY: py, area: { right: width - right, top, bottom } }).forEach((place, i) => parts.push(text([place.x - 2, place.y + 4], ends[i]!.text, `font-size="${small}" font-weight="700" fill="${ends[i]!.colour}"`)))
  const above = marks.filter(({ at }) => at >= x.from && at <= x.to).toSorted((a, b) => a.at - b.at)
  let [free, row] = [-Infinity, 0]
  for (const { at, text: said } of above) {
    const wide = measure(said, small)
    const [end, anchor] = px(at) + 5 + wide <= width - right ? [px(at) + 5, 'start'] as const : [px(at) - 5, 'end'] as const
    const begin = anchor === 'start' ? end : end - wide
    row = begin < free ? (row + 1) % 4 : 0
    free = Math.max(free, begin + wide + 8)
    parts.push(text([end, top + 12 + row * 15], said, `font-size="${small}" text-anchor="${anchor}" paint-order="stroke" stroke="${colour('--surface')}" stroke-width="3" stroke-linejoin="round"`))
  }
  parts.push(`<path d="M${left} ${top}V${bottom}H${width - right}" fill="none" stroke="${colour('--border-strong')}"/>`)

  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escaped(family.replaceAll('"', '\''))}" fill="${colour('--text')}">`
    + `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="${colour('--surface')}"/>${parts.join('')}</svg>`
}

const dashOf = (dash: readonly number[] | undefined): string => dash?.length ? ` stroke-dasharray="${dash.join(' ')}"` : ''

/** A line as a path; a gap begins a new part, and a part of one point is a dot. */
function pathOf(points: readonly CurvePoint[], place: (point: CurvePoint) => readonly [number, number]): string {
  let path = ''
  let open = false
  for (const [i, point] of points.entries()) {
    if (!Number.isFinite(point.y)) { open = false; continue }
    const [x, y] = place(point).map(fixed)
    const ends = !Number.isFinite(points[i + 1]?.y)
    path += open ? `L${x} ${y}` : `M${x} ${y}${ends ? 'h0' : ''}`
    open = true
  }
  return path
}
