import { type Graph, symbolOf, typedText } from '@core'

/** How a node is called in texts: its name, its number, or its text in the expression; a group's part by its symbol. */
export function nameIn(graph: Graph, id: string): string {
  const node = graph.byId.get(id)
  if (!node) return id
  if (node.kind === 'input') return node.name
  if (node.kind === 'constant') return String(node.value).replace('-', '−')
  return node.name ?? (isPart(graph, id) ? symbolOf(node.operation) : typedText(graph, id))
}

/** Whether a node is an operation inside of an opened group, without a name and text of its own; the last one has those of the group. */
export function isPart({ byId }: Graph, id: string): boolean {
  const node = byId.get(id)
  return node?.kind === 'operation' && node.group !== null && node.group !== id
}
