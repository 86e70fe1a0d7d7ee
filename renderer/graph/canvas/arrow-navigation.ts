import { edgesInto, type Graph } from '@core'
import type { GraphLayout } from '../layout/geometry'

export type Direction = 'left' | 'right' | 'up' | 'down'

/**
 * The node that an arrow key moves to: left to an argument, right to a node that reads it, up and down to its
 * neighbours.
 * @returns the next node in that direction, or the current one at the end; without a current node the first input
 */
export function neighbourIn(graph: Graph, { nodes }: GraphLayout, from: string | null, direction: Direction): string {
  const here = from === null ? undefined : nodes.get(from)
  const node = from === null ? undefined : graph.byId.get(from)
  if (!here || !node) return graph.inputs[0] ?? graph.output
  const middle = (id: string) => { const { x, y, width, height } = nodes.get(id)!; return { x: x + width / 2, y: y + height / 2 } }
  const { x, y } = middle(node.id)
  const nearest = (ids: readonly string[], distance: (id: string) => number) => ids.toSorted((a, b) => distance(a) - distance(b))[0] ?? node.id
  if (direction === 'left') return nearest(edgesInto(node).map(({ from }) => from), id => Math.abs(middle(id).y - y))
  if (direction === 'right') return nearest((graph.readers.get(node.id) ?? []).map(({ to }) => to), id => Math.abs(middle(id).y - y))
  const sign = direction === 'up' ? -1 : 1
  const beside = graph.nodes.map(({ id }) => id).filter(id => (middle(id).y - y) * sign > 4)
  return nearest(beside, id => Math.abs(middle(id).y - y) + 3 * Math.abs(middle(id).x - x))
}
