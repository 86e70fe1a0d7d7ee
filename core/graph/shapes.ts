import { LabError } from '../errors'
import { type Fault, operationOf } from './operations'
import type { Graph, OperationName, Value } from './types'
import { filled, sameShape, shapeText, sizeOf } from './values'

type Shape = readonly number[]

/** Limit for the numbers in all nodes together: a larger graph would not be readable. */
const maxCells = 1_000_000

/**
 * The shapes of all nodes, up to the first whose arguments do not fit together.
 * @throws LabError graph.tooLarge before anything is computed, since broadcasting multiplies sizes
 */
export function shapesOf({ nodes }: Graph, inputs: ReadonlyMap<string, Value>): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>()
  let cells = 0
  for (const node of nodes) {
    const shape = node.kind === 'operation' ? operationOf(node.operation).shape(node.args.map(arg => shapes.get(arg)!)) : node.kind === 'input' ? inputs.get(node.name)!.shape : []
    if (!shape) return shapes
    cells += sizeOf(shape)
    if (cells > maxCells) throw new LabError('graph.tooLarge', `${node.id}: ${shapeText(shape)}`, { name: node.id, found: shapeText(shape), max: maxCells })
    shapes.set(node.id, shape)
  }
  return shapes
}

/** The fault of a node whose arguments do not fit together. */
export const shapeMismatch = (operation: OperationName, args: readonly Shape[]): Fault =>
  operationOf(operation).refusal?.(args) ?? { code: 'graph.shapes', details: { operation, found: args.map(shapeText).join(' ') } }

/**
 * The initial gradient of the backward pass, in the output's shape.
 * @param upstream one number for all cells, or a value of that shape
 * @throws LabError graph.shapes
 */
export function upstreamOf(upstream: Value, shape: Shape): Value {
  if (upstream.shape.length === 0) return filled(shape, upstream.data[0]!)
  if (sameShape(upstream.shape, shape)) return upstream
  throw new LabError('graph.shapes', `upstream must be ${shapeText(shape)}`, { operation: 'upstream', found: shapeText(upstream.shape), wanted: shapeText(shape) })
}
