import { type Drawn, type Line, type LineChart, onPaper, token } from './line-chart'
import { type Report, reportSvg } from './report'

/** What a chart knows of itself besides what is drawn. */
export interface ReportSource extends Pick<Report, 'title' | 'about' | 'formats' | 'marks' | 'note' | 'x'> {
  readonly count: number
  readonly fill: (lines: Line[], pixels: number, isReport: boolean) => Drawn | void
}

/** Width of the figure's plot: it has a column of values for each pixel at twice the resolution */
const pixels = 1280

/** A chart as a figure for a report, in the colours of the light theme, with the ends of its axes. */
export function reportOf(chart: LineChart, { count, fill, ...source }: ReportSource): string {
  const { min, max, type } = chart.scales['y']!
  return onPaper(() => {
    const lines = Array.from({ length: count }, (): Line => ({ data: [] }))
    const { ends } = fill(lines, pixels, true) ?? {}
    const context = document.createElement('canvas').getContext('2d')
    const family = getComputedStyle(document.body).fontFamily
    return reportSvg({
      ...source, ends, yTitle: source.title, y: { kind: type === 'logarithmic' ? 'logarithmic' : 'linear', min, max },
      lines: lines.filter(({ data }) => data.length > 0).toSorted((a, b) => (b.order ?? 0) - (a.order ?? 0)).map(({ label = '', data, borderColor, borderWidth, borderDash, pointRadius }) => ({
        label, points: data, colour: borderColor as string, width: borderWidth as number | undefined ?? 1.5, ...borderDash && { dash: borderDash as number[] },
        radii: typeof pointRadius === 'number' ? data.map(() => pointRadius) : pointRadius as readonly number[] | undefined,
      })),
    }, {
      colour: token, family,
      measure(text, size) {
        if (!context) return 0.6 * size * text.length
        context.font = `${size}px ${family}`
        return context.measureText(text).width
      },
    })
  })
}
