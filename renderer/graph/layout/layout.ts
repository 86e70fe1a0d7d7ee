import { edgesInto, type Graph, operationOf } from '@core'
import { compose } from './compose'
import { boundingBox, type DrawnEdge, type GraphLayout, resultId, type Sizes } from './geometry'
import { routesOf } from './routes'
import type { Placement } from './layered-graph'

const margin = 12

/** All edges in the order of the forward pass, the result's last. */
export function edgesOf({ nodes, output }: Graph): readonly DrawnEdge[] {
  const edges = nodes.flatMap(edgesInto).map(edge => ({ ...edge, id: `${edge.from}->${edge.to}#${edge.slot}` }))
  return [...edges, { id: `${output}->${resultId}#0`, from: output, to: resultId, slot: 0 }]
}

/**
 * Lays out a graph from left to right. It depends on the graph's structure and sizes alone, so nothing moves
 * while values change.
 */
export function layoutGraph(graph: Graph, sizes: Sizes): GraphLayout {
  const edges = edgesOf(graph)
  const { placement, frames } = compose(graph, edges, sizes)
  const nodes = new Map([...placement.nodes].map(([id, { x, y }]) => {
    const { width, height } = sizes.node(id)
    return [id, { x: x - width / 2, y: y - height / 2, width, height }]
  }))
  const routes = routesOf(edges, placement, sizes, reversedArguments(graph, edges, placement))
  return { nodes, edges: routes, frames, bounds: boundingBox([...nodes.values(), ...routes.map(({ bounds }) => bounds), ...frames], margin) }
}

/** Edges into operations whose distinct arguments arrive in reverse order. */
function reversedArguments({ byId }: Graph, edges: readonly DrawnEdge[], { portOffsets }: Placement): ReadonlySet<string> {
  const orderedEdges = edges.filter(({ to }) => {
    const node = byId.get(to)
    return node?.kind === 'operation' && operationOf(node.operation).ordered === true
  })
  const reversed = new Set(orderedEdges.filter(({ to, slot, id }) => orderedEdges.some(other => other.to === to && other.slot < slot && portOffsets.get(other.id)! > portOffsets.get(id)!)).map(({ to }) => to))
  return new Set(orderedEdges.filter(({ to }) => reversed.has(to)).map(({ id }) => id))
}
