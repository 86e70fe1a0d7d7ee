import type { Graph } from '@core'

/**
 * The order of nodes from top to bottom: arguments in their order, the node that reads them in the middle. Weights
 * of a layer are above the edge that goes through it, its bias below.
 */
export function readingOrder({ nodes, byId, output }: Graph): ReadonlyMap<string, number> {
  const order = new Map<string, number>()
  const seen = new Set<string>()
  const visit = (id: string): void => {
    if (seen.has(id)) return
    seen.add(id)
    const node = byId.get(id)!
    const args = node.kind === 'operation' ? arranged(node.args, id => byId.get(id)?.kind === 'operation') : []
    const middle = Math.ceil(args.length / 2)
    args.slice(0, middle).forEach(visit)
    order.set(id, order.size)
    args.slice(middle).forEach(visit)
  }
  visit(output)
  for (const { id } of nodes.toReversed()) visit(id) // definitions that the result does not depend on
  return order
}

/** Of three arguments, the only computed one is put in the middle. */
function arranged(args: readonly string[], isComputed: (id: string) => boolean): readonly string[] {
  const [a, b, c] = args
  if (args.length !== 3 || !isComputed(a!) || isComputed(b!) || isComputed(c!)) return args
  return [b!, a!, c!]
}
