import type { Graph, Trace } from '@core'

export type Shapes = ReadonlyMap<string, readonly number[]>

/** The shape of every node's value; after an error the previous shape, so that the layout does not jump. */
export function shapesOf({ graph, forward }: Trace, before: Shapes): Shapes {
  return new Map(graph.nodes.map(({ id }) => [id, forward.values.get(id)?.shape ?? before.get(id) ?? []]))
}

/** A key that is equal for graphs whose pictures differ only in numbers. */
export function structureOf({ nodes, output }: Graph, shapes: Shapes, parameters: ReadonlySet<string>): string {
  const parts = nodes.map((node) => {
    const what = node.kind === 'operation' ? `${node.operation}(${node.args.join()})${node.name === null ? '' : '!'}${node.opens ? '+' : ''}` : node.kind === 'constant' ? `=${node.value}` : parameters.has(node.id) ? 'p' : 'i'
    return `${node.id}:${what}@${node.group ?? ''}[${shapes.get(node.id)!.join()}]`
  })
  return `${parts.join(';')}>${output}`
}
