import { type GraphNode, type InputNode, type OperationNode, shapeText, type Step, symbolOf } from '@core'
import { type Box, resultId } from '../layout/geometry'
import { gridOf } from '../layout/grid'
import { nodeState, type NodeState } from '../layout/display-state'
import { noteLines, noteText } from '../layout/note-boxes'
import { captionHeight, card, circle, fonts, maxNameWidth, pill } from '../layout/sizes'
import { isSign } from '../layout/symbols'
import { displayedText, fieldText, sumText } from '../layout/number-text'
import type { PictureContext } from './context'
import { gridPicture } from './grids'
import type { Palette } from './palette'
import { element, patch, patchHeight, writing } from './svg'
import { shortened } from '../layout/text-width'

interface Drawn { readonly context: PictureContext, readonly id: string, readonly state: NodeState, readonly box: Box, readonly x: number, readonly y: number, readonly palette: Palette }

/** A node as drawn on the canvas. */
export function nodePicture(context: PictureContext, id: string, box: Box): string {
  const state = nodeState(context.graphState, id)
  const drawn: Drawn = { context, id, state, box, x: box.x + box.width / 2, y: box.y + box.height / 2, palette: context.paletteFor(state.activePhase !== null) }
  if (id === resultId) return resultPicture(drawn)
  const node = context.graphState.trace.graph.byId.get(id)!
  return shapePicture(drawn, node) + (node.kind === 'input' && context.arrangement.shapes.get(id)?.length ? '' : belowPicture(drawn, node)) + notePicture(drawn)
}

function shapePicture(drawn: Drawn, node: GraphNode): string {
  const { context: { texts }, x, y, palette } = drawn
  if (node.kind === 'operation') return operationPicture(drawn, node)
  if (node.kind === 'constant') return writing(texts.numbers.few(node.value), { x, y, fill: palette.text, size: 14, weight: 500 })
  return drawn.context.arrangement.shapes.get(node.id)?.length ? cardPicture(drawn, node) : pillPicture(drawn, node)
}

const ringOf = (phase: Step['phase'], { forwardLine, backwardLine, good }: Palette) => phase === 'forward' ? forwardLine : phase === 'update' ? good : backwardLine

/** The outline of a node; the active one has a ring. */
function outline({ state: { activePhase, problem }, palette }: Drawn): { fill: string, stroke: string, 'stroke-width': number } {
  if (problem) return { 'fill': palette.background, 'stroke': palette.danger, 'stroke-width': 3 }
  if (!activePhase) return { 'fill': palette.background, 'stroke': palette.outline, 'stroke-width': 1.5 }
  const soft = activePhase === 'forward' ? palette.forwardSoft : activePhase === 'update' ? palette.background : palette.backwardSoft
  return { 'fill': soft, 'stroke': ringOf(activePhase, palette), 'stroke-width': 4 }
}

function operationPicture(drawn: Drawn, node: OperationNode): string {
  const { context: { signFont, arrangement: { sizes }, graphState }, box, x, y, palette } = drawn
  const { shapeWidth: width, shapeHeight: height } = sizes.node(node.id)
  const caption = node.name !== null && node.id !== graphState.trace.graph.output
    ? patch(shortened(node.name, maxNameWidth, fonts.name), palette.background, { x, y: box.y + 9, fill: palette.text, size: 14, italic: true, family: signFont })
    : ''
  const shape = node.opens
    ? element('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: 12, ...outline(drawn) })
    : element('circle', { cx: x, cy: y, r: circle / 2, ...outline(drawn) })
  const name = symbolOf(node.operation)
  return caption + shape + writing(name, isSign(node.operation) ? { x, y, fill: palette.text, size: 20, weight: 500, family: signFont } : { x, y, fill: palette.text, size: 14, weight: 600 })
}

function pillPicture(drawn: Drawn, { name }: InputNode): string {
  const { context: { texts, arrangement: { sizes } }, state, x, y, palette } = drawn
  const width = sizes.node(name).shapeWidth
  const shape = element('rect', { x: x - width / 2, y: y - pill.height / 2, width, height: pill.height, rx: pill.height / 2, ...outline(drawn) })
  const title = writing(shortened(name, maxNameWidth, fonts.name), { x: x - width / 2 + pill.left, y, fill: palette.text, size: 14, weight: 600, anchor: 'start' })
  if (state.value === null) return shape + title
  const number = { fill: palette.forward, size: 14, y }
  return shape + title + (state.value === 'hidden'
    ? patch('?', palette.forwardSoft, { ...number, x: x + width / 2 - pill.right - pill.field / 2, weight: 700 })
    : writing(fieldText(state.value.data[0]!, texts.numbers), { ...number, x: x + width / 2 - pill.right, weight: 600, anchor: 'end' }))
}

function cardPicture(drawn: Drawn, { name }: InputNode): string {
  const { context, state, box, x, palette } = drawn
  const { texts, arrangement: { shapes } } = context
  const shape = shapes.get(name)!
  const grid = gridOf(shape)
  const left = x - grid.width / 2
  const changed = state.updated === null ? 0 : grid.height + card.between
  const summed = state.sum?.total ? grid.height + card.between : 0
  const height = card.header + grid.height + card.padding + changed
  const top = box.y + (box.height - height - summed) / 2
  const below = (from: number, title: string, colour: string) => writing(title, { x, y: from + card.between / 2, fill: colour, size: 14, weight: 600 })
  const parts = [
    element('rect', { x: box.x, y: top, width: box.width, height, rx: 10, ...outline(drawn) }),
    writing(`${shortened(name, maxNameWidth, fonts.name)} ${state.value === 'hidden' ? '(?)' : shapeText(shape)}`, { x, y: top + card.header / 2, fill: palette.text, size: 14, weight: 600 }),
    gridPicture(context, state.value, shape, { x: left, y: top + card.header }, { digits: palette.forward, line: palette.forwardLine, soft: palette.forwardSoft }),
  ]
  if (changed) {
    const from = top + card.header + grid.height
    parts.push(below(from, texts.updated, palette.good), gridPicture(context, state.updated, shape, { x: left, y: from + card.between }, { digits: palette.good, line: palette.good, soft: palette.rule }))
  }
  if (state.sum?.total) {
    const from = top + height
    parts.push(below(from, `Σ ${state.sum.of}`, palette.backward), gridPicture(context, state.sum.total, shape, { x: left, y: from + card.between }, { digits: palette.backward, line: palette.backwardLine, soft: palette.backwardSoft }))
  }
  return parts.join('')
}

/** The sum of the gradients, and a parameter's updated value. */
function belowPicture({ context, state, x, y, palette }: Drawn, node: GraphNode): string {
  const { texts: { numbers }, arrangement: { shapes, sizes }, graphState } = context
  const shape = shapes.get(node.id) ?? []
  const top = y + sizes.node(node.id).shapeHeight / 2
  if (shape.length) {
    if (!state.sum?.total) return ''
    const grid = gridOf(shape)
    return patch(`Σ ${state.sum.of}`, palette.background, { x, y: top + card.between / 2, fill: palette.backward, size: 14, weight: 600 })
      + gridPicture(context, state.sum.total, shape, { x: x - grid.width / 2, y: top + card.between }, { digits: palette.backward, line: palette.backwardLine, soft: palette.backwardSoft })
  }
  const sum = state.sum ? sumText(state.sum, numbers) : ''
  const value = graphState.trace.forward.values.get(node.id)?.data[0]
  const update = state.updated !== null && value !== undefined ? `${numbers.few(value)} → ${displayedText(state.updated, numbers)}` : ''
  const line = { x, y: top + captionHeight / 2, size: 14, weight: 600 }
  return (sum && patch(sum, state.sum?.total === 'hidden' ? palette.backwardSoft : palette.background, { ...line, fill: palette.backward })) + (update && patch(update, palette.background, { ...line, y: line.y + (sum ? patchHeight : 0), fill: palette.good }))
}

function notePicture({ context, id, state, palette }: Drawn): string {
  const note = state.problem ?? state.remark
  const place = context.notes.get(id)
  if (!note || !place) return ''
  const middle = place.x + place.width / 2
  const top = place.y + noteText.padding.y
  return element('rect', { ...place, rx: 6, ...state.problem ? { fill: palette.dangerSoft, stroke: palette.danger } : { fill: palette.background, stroke: palette.outline } })
    + noteLines(context.texts.errorText(note)).map((line, i) => writing(line, { x: middle, y: top + (i + 0.5) * noteText.line, fill: palette.text, size: 14 })).join('')
}

function resultPicture(drawn: Drawn): string {
  const { context: { arrangement: { resultName } }, state, box, x, y, palette } = drawn
  const colours = state.activePhase ? outline(drawn) : { 'fill': palette.forwardSoft, 'stroke': palette.forwardLine, 'stroke-width': 1.5 }
  return element('rect', { ...box, rx: 8, ...colours }) + writing(shortened(resultName, maxNameWidth, fonts.result), { x, y, fill: palette.text, size: 14, weight: 650 })
}
