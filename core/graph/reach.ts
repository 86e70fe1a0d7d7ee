import type { Graph } from './types'

/** Nodes whose value depends on an input. */
export function dependentNodes({ nodes }: Graph): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const node of nodes)
    if (node.kind === 'input' || (node.kind === 'operation' && node.args.some(arg => ids.has(arg)))) ids.add(node.id)
  return ids
}

/** Nodes that the output depends on, the output included. */
export function neededNodes({ nodes, output }: Graph): ReadonlySet<string> {
  const ids = new Set([output])
  for (const node of nodes.toReversed())
    if (node.kind === 'operation' && ids.has(node.id)) node.args.forEach(arg => ids.add(arg))
  return ids
}

/** Nodes on a path from an input to the output; only these have gradients. */
export function nodesBetween(graph: Graph): ReadonlySet<string> {
  const dependent = dependentNodes(graph)
  return new Set([...neededNodes(graph)].filter(id => dependent.has(id)))
}
