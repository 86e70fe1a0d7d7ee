import { type Graph, symbolOf, typedText } from '@core'

/** How a node is called in texts: its name, its number, or its text in the expression; a group's part by its symbol. */
export function nameIn(graph: Graph, id: string): string {
  const node = graph.byId.get(id)
  if (!node) return id
  if (node.kind === 'input') return node.name
  if (node.kind === 'constant') return String(node.value).replace('-', '−')
  return node.name ?? (node.group !== null && node.group !== id ? symbolOf(node.operation) : typedText(graph, id))
}
