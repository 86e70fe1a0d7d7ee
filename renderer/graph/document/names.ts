import { type Graph, symbolOf } from '@core'

/** What was typed where a node stands: apple * count */
export function textIn({ byId, source }: Graph, id: string): string {
  const { from, to } = byId.get(id)!.span
  return source.slice(from, to)
}

/** What a person calls a node: its name, its number, or what was typed there; a part by its sign. */
export function nameIn(graph: Graph, id: string): string {
  const node = graph.byId.get(id)
  if (!node) return id
  if (node.kind === 'input') return node.name
  if (node.kind === 'constant') return String(node.value).replace('-', '−')
  return node.name ?? (node.group !== null && node.group !== id ? symbolOf(node.operation) : textIn(graph, id))
}
