import { shapeText } from '@core'
import type { EdgeRoute } from '../layout/geometry'
import { gridOf } from '../layout/grid'
import { edgeLook } from '../layout/display-state'
import { air } from '../layout/routes'
import { writeShown } from '../layout/number-text'
import type { PictureContext } from './context'
import { coverHeight, gridPicture } from './grids'
import { element, patch, patchHeight, writing } from './svg'

/** The lines of an edge: the value's, and, once there is a gradient, a second one backward. */
export function linePicture(context: PictureContext, edge: EdgeRoute): string {
  const look = edgeLook(context.shot, edge)
  const palette = context.toned(look.lit !== null)
  const lit = look.lit ? 0.75 : 0
  const there = look.value === null ? palette.outline : palette.forwardLine
  const line = element('path', { d: edge.line, fill: 'none', stroke: there, 'stroke-width': 1.75 + lit }) + element('path', { d: edge.head, fill: there })
    + (edge.mark ? writing(edge.mark.text, { x: edge.mark.x, y: edge.mark.y - 4, fill: palette.muted, size: 12, weight: 600 }) : '')
  if (look.gradient === null) return line
  const back = palette.backwardLine
  return line + element('path', { d: edge.back, fill: 'none', stroke: back, 'stroke-width': 2.75 + lit }) + element('path', { d: edge.backHead, fill: back })
}

/** The label of an edge: value above the line, gradient below. */
export function labelPicture(context: PictureContext, edge: EdgeRoute): string {
  const { shot, texts: { numbers }, arrangement: { shapes } } = context
  const look = edgeLook(shot, edge)
  const palette = context.toned(look.lit !== null)
  const { label: { x, y, width, above } } = edge
  const [middle, level] = [x + width / 2, y + above]
  const shape = shapes.get(edge.from) ?? []
  const [forward, backward] = [
    { digits: palette.forward, line: palette.forwardLine, soft: palette.forwardSoft },
    { digits: palette.backward, line: palette.backwardLine, soft: palette.backwardSoft },
  ]
  if (shape.length === 0) {
    const write = (of: 'value' | 'gradient', height: number, { digits, soft }: typeof forward) => look[of] === null
      ? ''
      : patch(writeShown(look[of], numbers), look[of] === 'covered' || look.fresh === of ? soft : palette.sheet, { x: middle, y: height, fill: digits, size: 14, weight: look[of] === 'covered' || look.fresh === of ? 700 : 550 })
    return write('value', level - air.above - patchHeight / 2, forward) + write('gradient', level + air.below + patchHeight / 2, backward)
  }
  const grid = gridOf(shape)
  const given = shot.trace.graph.byId.get(edge.from)?.kind === 'input'
  const top = level - air.above - (given ? 0 : look.value === 'covered' ? coverHeight : grid.height)
  const value = look.value === null
    ? ''
    : patch(look.value === 'covered' ? '(?)' : shapeText(shape), palette.sheet, { x: middle, y: top - patchHeight / 2, fill: palette.forward, size: 12 }) + (given ? '' : gridPicture(context, look.value, shape, { x: middle - grid.width / 2, y: top }, forward))
  return value + gridPicture(context, look.gradient, shape, { x: middle - grid.width / 2, y: level + air.below }, backward)
}
