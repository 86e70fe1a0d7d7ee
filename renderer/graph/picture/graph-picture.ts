import type { PictureContext, PictureOptions } from './context'
import { labelPicture, linePicture } from './edges'
import { nodePicture } from './nodes'
import { dimmed, palettes } from './palette'
import { element, writing } from './svg'
import { isDimmed } from '../layout/display-state'
import { noteBoxes } from '../layout/note-boxes'
import type { GroupFrame } from '../layout/geometry'
import { groupName } from '../layout/group-name'

export type { PictureOptions } from './context'

/** The graph at one moment as a self-contained SVG file: no style sheet, fonts or images from elsewhere. */
export function graphPicture(options: PictureOptions): string {
  const { arrangement, graphState, texts, theme, font } = options
  const { layout } = arrangement
  const palette = palettes[theme]
  const back = isDimmed(graphState) ? dimmed(palette) : palette
  const { boxes, bounds: { x, y, width, height } } = noteBoxes(graphState.trace, arrangement, texts.errorText)
  const context: PictureContext = { ...options, palette, notes: boxes, paletteFor: lit => lit ? palette : back }
  const inner = [
    element('rect', { x, y, width, height, fill: palette.background }),
    ...layout.frames.map(frame => framePicture(context, frame)),
    ...layout.edges.map(edge => linePicture(context, edge)),
    ...layout.edges.map(edge => labelPicture(context, edge)),
    ...[...layout.nodes].map(([id, box]) => nodePicture(context, id, box)),
  ]
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('svg', {
    'xmlns': 'http://www.w3.org/2000/svg', 'width': Math.ceil(width), 'height': Math.ceil(height), 'viewBox': [x, y, width, height].map(n => Math.round(n * 10) / 10).join(' '), 'font-family': font,
  }, inner.join('\n'))}\n`
}

function framePicture({ palette, graphState }: PictureContext, { id, x, y, width, height }: GroupFrame): string {
  const { graph } = graphState.trace
  return element('rect', { x, y, width, height, rx: 14, 'fill': palette.frame, 'stroke': palette.outline, 'stroke-width': 1.5, 'stroke-dasharray': '4 4' })
    + writing(groupName(graph.source, graph.byId.get(id)!.span.from), { x: x + 12, y: y + 14, fill: palette.muted, size: 14, weight: 650, anchor: 'start' })
}
