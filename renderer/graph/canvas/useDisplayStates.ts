import { shallowRef, type ShallowRef, watch } from 'vue'
import type { DrawnEdge, GraphLayout } from '../layout/geometry'
import { edgeState, type EdgeState, type GraphState, isSameState, nodeState, type NodeState } from '../layout/display-state'

/**
 * The displayed state of every node and edge, each in its own ref: a step of a large graph re-renders only what it
 * changes. Refs are created on first use.
 */
export function useDisplayStates(graphState: () => GraphState) {
  const nodes = new Map<string, ShallowRef<NodeState>>()
  const edges = new Map<string, { readonly edge: DrawnEdge, readonly state: ShallowRef<EdgeState> }>()

  function node(id: string): ShallowRef<NodeState> {
    const known = nodes.get(id)
    if (known) return known
    const state = shallowRef(nodeState(graphState(), id))
    nodes.set(id, state)
    return state
  }
  function edge(edge: DrawnEdge): ShallowRef<EdgeState> {
    const known = edges.get(edge.id)
    if (known) return known.state
    const state = shallowRef(edgeState(graphState(), edge))
    edges.set(edge.id, { edge, state })
    return state
  }
  watch(graphState, (now) => {
    for (const [id, state] of nodes) update(state, nodeState(now, id))
    for (const { edge, state } of edges.values()) update(state, edgeState(now, edge))
  })
  /** Drops the refs of nodes and edges that the new graph does not have. */
  function dropUnused({ nodes: boxes, edges: routes }: GraphLayout): void {
    const ids = new Set(routes.map(({ id }) => id))
    for (const id of nodes.keys()) if (!boxes.has(id)) nodes.delete(id)
    for (const id of edges.keys()) if (!ids.has(id)) edges.delete(id)
  }
  return { node, edge, dropUnused: dropUnused }
}

function update<T extends NodeState | EdgeState>(cell: ShallowRef<T>, state: T): void {
  if (!isSameState(cell.value, state)) cell.value = state
}
