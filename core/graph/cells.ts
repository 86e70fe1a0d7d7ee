import { operationOf } from './operations'
import type { Cells, Trace } from './types'

/**
 * The cells from which a cell is computed: a row and a column for a matrix product, the same cell for an addition, …
 * @param cell row-major index into the node's value
 * @returns one entry per argument; none for inputs and for nodes without a value
 */
export function madeOf({ graph, forward }: Trace, node: string, cell: number): readonly Cells[] {
  const found = graph.byId.get(node)
  if (found?.kind !== 'operation' || !forward.values.has(node)) return []
  const shapes = found.args.map(arg => forward.values.get(arg)!.shape)
  return found.args.map((arg, slot) => ({ node: arg, cells: operationOf(found.operation).sources(shapes, slot, cell) }))
}

/** The cells that are computed from a cell; in the backward pass, its gradient comes from them. */
export function feeds(trace: Trace, node: string, cell: number): readonly Cells[] {
  const { graph, forward } = trace
  return (graph.readers.get(node) ?? []).flatMap(({ to, slot }) => {
    const value = forward.values.get(to)
    const reader = graph.byId.get(to)
    if (!value || reader?.kind !== 'operation') return []
    const shapes = reader.args.map(arg => forward.values.get(arg)!.shape)
    const { sources, feeds } = operationOf(reader.operation)
    const cells = feeds?.(shapes, slot, cell) ?? value.data.flatMap((_, i) => sources(shapes, slot, i).includes(cell) ? [i] : [])
    return [{ node: to, cells }]
  })
}
