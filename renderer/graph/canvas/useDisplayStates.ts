import { shallowRef, type ShallowRef, watch } from 'vue'
import type { DrawnEdge, GraphLayout } from '../layout/geometry'
import { edgeLook, type EdgeLook, isSame, nodeLook, type NodeLook, type Shot } from '../layout/display-state'

/**
 * The displayed state of every node and edge, each in its own ref: a step of a large graph re-renders only what it
 * changes. Refs are created on first use.
 */
export function useLooks(shot: () => Shot) {
  const nodes = new Map<string, ShallowRef<NodeLook>>()
  const edges = new Map<string, { readonly edge: DrawnEdge, readonly look: ShallowRef<EdgeLook> }>()

  function node(id: string): ShallowRef<NodeLook> {
    const known = nodes.get(id)
    if (known) return known
    const look = shallowRef(nodeLook(shot(), id))
    nodes.set(id, look)
    return look
  }
  function edge(edge: DrawnEdge): ShallowRef<EdgeLook> {
    const known = edges.get(edge.id)
    if (known) return known.look
    const look = shallowRef(edgeLook(shot(), edge))
    edges.set(edge.id, { edge, look })
    return look
  }
  watch(shot, (now) => {
    for (const [id, look] of nodes) put(look, nodeLook(now, id))
    for (const { edge, look } of edges.values()) put(look, edgeLook(now, edge))
  })
  /** Drops the refs of nodes and edges that the new graph does not have. */
  function keep({ nodes: boxes, edges: routes }: GraphLayout): void {
    const ids = new Set(routes.map(({ id }) => id))
    for (const id of nodes.keys()) if (!boxes.has(id)) nodes.delete(id)
    for (const id of edges.keys()) if (!ids.has(id)) edges.delete(id)
  }
  return { node, edge, keep }
}

function put<T extends NodeLook | EdgeLook>(cell: ShallowRef<T>, look: T): void {
  if (!isSame(cell.value, look)) cell.value = look
}
