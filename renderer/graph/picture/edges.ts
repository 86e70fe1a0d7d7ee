import { shapeText } from '@core'
import type { EdgeRoute } from '../layout/geometry'
import { gridOf } from '../layout/grid'
import { edgeState, type EdgeState } from '../layout/display-state'
import { labelGap } from '../layout/routes'
import { displayedText } from '../layout/number-text'
import type { PictureContext } from './context'
import { gridPicture, hiddenHeight } from './grids'
import { type Palette, unused } from './palette'
import { element, patch, patchHeight, writing } from './svg'

function paletteOf(context: PictureContext, state: EdgeState): Palette {
  const palette = context.paletteFor(state.activePhase !== null)
  return state.unused ? unused(palette) : palette
}

/** The lines of an edge: the value's, and, once there is a gradient, a second one backward. */
export function linePicture(context: PictureContext, edge: EdgeRoute): string {
  const state = edgeState(context.graphState, edge)
  const palette = paletteOf(context, state)
  const lit = state.activePhase ? 0.75 : 0
  const forwardColour = state.value === null ? palette.outline : palette.forwardLine
  const line = element('path', { d: edge.line, fill: 'none', stroke: forwardColour, 'stroke-width': 1.75 + lit }) + element('path', { d: edge.head, fill: forwardColour })
    + (edge.mark ? writing(edge.mark.text, { x: edge.mark.x, y: edge.mark.y - 4, fill: palette.muted, size: 14, weight: 600 }) : '')
  if (state.gradient === null) return line
  const back = palette.backwardLine
  return line + element('path', { d: edge.back, fill: 'none', stroke: back, 'stroke-width': 2.75 + lit }) + element('path', { d: edge.backHead, fill: back })
}

/** The label of an edge: value above the line, gradient below. */
export function labelPicture(context: PictureContext, edge: EdgeRoute): string {
  const { graphState, texts: { numbers }, arrangement: { shapes } } = context
  const state = edgeState(graphState, edge)
  const palette = paletteOf(context, state)
  const { label: { x, y, width, above } } = edge
  const [middle, level] = [x + width / 2, y + above]
  const shape = shapes.get(edge.from) ?? []
  const [forward, backward] = [
    { digits: palette.forward, line: palette.forwardLine, soft: palette.forwardSoft },
    { digits: palette.backward, line: palette.backwardLine, soft: palette.backwardSoft },
  ]
  if (shape.length === 0) {
    const write = (of: 'value' | 'gradient', height: number, { digits, soft }: typeof forward) => state[of] === null
      ? ''
      : patch(displayedText(state[of], numbers), state[of] === 'hidden' || state.justComputed === of ? soft : palette.background, { x: middle, y: height, fill: digits, size: 14, weight: state[of] === 'hidden' || state.justComputed === of ? 700 : 550 })
    return write('value', level - labelGap.above - patchHeight / 2, forward) + write('gradient', level + labelGap.below + patchHeight / 2, backward)
  }
  const grid = gridOf(shape)
  const given = graphState.trace.graph.byId.get(edge.from)?.kind === 'input'
  const top = level - labelGap.above - (given ? 0 : state.value === 'hidden' ? hiddenHeight : grid.height)
  const value = state.value === null
    ? ''
    : patch(state.value === 'hidden' ? '(?)' : shapeText(shape), palette.background, { x: middle, y: top - patchHeight / 2, fill: palette.forward, size: 14 }) + (given ? '' : gridPicture(context, state.value, shape, { x: middle - grid.width / 2, y: top }, forward))
  return value + gridPicture(context, state.gradient, shape, { x: middle - grid.width / 2, y: level + labelGap.below }, backward)
}
