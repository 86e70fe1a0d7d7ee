import { LabError } from '../errors'
import { operations } from './operations'
import type { Graph, Value } from './types'
import { shapeText, sizeOf } from './values'

type Shape = readonly number[]

/** Numbers of all nodes together: a graph of more is no longer there to be read. */
const maxCells = 1_000_000

/**
 * What shape every node's value will have; ends before the first whose arguments do not fit.
 * @throws LabError graph.tooLarge before anything is computed: stretching multiplies
 */
export function shapesOf({ nodes }: Graph, inputs: ReadonlyMap<string, Value>): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>()
  let cells = 0
  for (const node of nodes) {
    const shape = node.kind === 'operation' ? operations[node.operation].shape(node.args.map(arg => shapes.get(arg)!)) : node.kind === 'input' ? inputs.get(node.name)!.shape : []
    if (!shape) return shapes
    cells += sizeOf(shape)
    if (cells > maxCells) throw new LabError('graph.tooLarge', `${node.id}: ${shapeText(shape)}`, { name: node.id, found: shapeText(shape), max: maxCells })
    shapes.set(node.id, shape)
  }
  return shapes
}
