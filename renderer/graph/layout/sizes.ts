import { type Graph, type GraphNode, shapeText, symbolOf } from '@core'
import { type LabelSize, type NodeSize, resultId, type Sizes } from './geometry'
import { gridOf } from './grid'
import { backOffset, labelGap } from './routes'
import { textWidth } from './text-width'

/** What the sizes depend on; the numbers are not part of it. */
export interface SizeInputs {
  readonly graph: Graph
  /** Shapes of the values, as far as they are known */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** Inputs that an update changes */
  readonly parameters: ReadonlySet<string>
  /** The displayed name of a group */
  readonly resultName: string
  readonly write: (value: number) => string
}

export const circle = 44
export const captionHeight = 22
/** Padding of a pill around its name and its number */
export const pill = { height: 36, left: 13.5, right: 11.5, field: 82 }
export const card = { header: 24, padding: 8, between: 20, /** Width of the caption over what an update has changed, in the longest language */ updated: 132 }
/** Room for a gradient sum with its padding, by the number of terms; it holds numbers of four digits, and `writeSum` shortens what is wider */
export const sumWidth = (readers: number): number => readers < 2 ? 0 : readers === 2 ? 204 : readers === 3 ? 264 : 240
/** Inputs share one width, like a table's column, unless a name is very long */
const minColumnNameWidth = 10
const maxColumnNameWidth = 120
/** Longer names are truncated with … */
export const maxNameWidth = 180
const scalarLabel: LabelSize = { width: 65, above: 20, below: 25 }

/** The fonts of names and numbers. All texts of the canvas have at least 14 px, so that they are legible at `legibleZoom`. */
export const fonts = { name: '600 14px', result: '650 14px', constant: '500 14px', shape: '400 14px', sum: '600 14px' }

/** The sizes of all nodes and labels. */
export function sizesOf(sized: SizeInputs): Sizes {
  const scalars = sized.graph.inputs.filter(name => !sized.shapes.get(name)?.length)
  const nameWidth = Math.min(maxColumnNameWidth, Math.max(minColumnNameWidth, ...scalars.map(name => textWidth(name, fonts.name))))
  const nodes = new Map([...sized.graph.nodes.map(node => [node.id, nodeSize(node, sized, nameWidth)] as const), [resultId, resultSize(sized)] as const])
  return {
    node: id => nodes.get(id)!,
    label: ({ from }) => labelSize(sized.shapes.get(from) ?? [], sized.graph.byId.get(from)?.kind === 'input'),
  }
}

function labelSize(shape: readonly number[], isInput: boolean): LabelSize {
  if (shape.length === 0) return scalarLabel
  const { width, height } = gridOf(shape)
  return { width: Math.max(width, 56) + card.padding, above: isInput ? scalarLabel.above : height + card.header, below: labelGap.below + height + backOffset }
}

const box = (width: number, height: number): NodeSize => ({ shape: 'box', width, height, shapeWidth: width, shapeHeight: height })

function resultSize({ resultName }: SizeInputs): NodeSize {
  return box(Math.max(40, Math.min(maxNameWidth, textWidth(resultName, fonts.result)) + 18), 34)
}

function nodeSize(node: GraphNode, sized: SizeInputs, nameWidth: number): NodeSize {
  const shape = sized.shapes.get(node.id) ?? []
  const readers = sized.graph.readers.get(node.id)?.length ?? 0
  const fansOut = readers > 1
  if (node.kind === 'constant') return box(textWidth(sized.write(node.value), fonts.constant) + 16, 28)
  if (node.kind === 'input') return inputSize(node.name, nameWidth, shape, sized.parameters.has(node.id), readers)
  const size = node.opens ? box(Math.max(92, textWidth(symbolOf(node.operation), fonts.name) + 56), 46) : circleSize
  const below = fansOut ? (shape.length ? gridOf(shape).height + card.between : captionHeight) : 0
  const hasCaption = node.name !== null && node.id !== sized.graph.output // the name of the result is shown at the end of its edge
  const caption = Math.max(hasCaption ? captionHeight : 0, below)
  const minWidth = Math.max(fansOut ? (shape.length ? gridOf(shape).width : sumWidth(readers)) : 0, hasCaption ? drawnNameWidth(node.name!) + 10 : 0)
  return { ...size, width: Math.max(size.width, minWidth), height: size.height + 2 * caption }
}

const circleSize: NodeSize = { ...box(circle, circle), shape: 'circle' }

const drawnNameWidth = (name: string): number => Math.min(maxNameWidth, textWidth(name, fonts.name))

function inputSize(name: string, nameWidth: number, shape: readonly number[], changes: boolean, readers: number): NodeSize {
  const title = drawnNameWidth(name)
  const extraRows = Number(changes) + Number(readers > 1)
  if (shape.length === 0) {
    const width = Math.max(title, nameWidth) + pill.left + pill.field + pill.right
    return { ...box(width, pill.height), width: Math.max(width, extraRows ? sumWidth(Math.max(2, readers)) : 0), height: pill.height + 2 * extraRows * captionHeight }
  }
  const grid = gridOf(shape)
  const width = Math.max(grid.width, title + textWidth(shapeText(shape), fonts.shape) + 8, changes ? card.updated : 0) + 2 * card.padding
  return box(width, card.header + grid.height + card.padding + extraRows * (grid.height + card.between))
}
