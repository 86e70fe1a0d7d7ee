import { operationOf } from './operations'
import type { Trace } from './types'

/**
 * Whether an input is a label: only losses read it, each as its target, and no update changes it. Its gradient exists, but
 * nothing uses it.
 */
export function isLabel({ graph, updated }: Pick<Trace, 'graph' | 'updated'>, id: string): boolean {
  if (graph.byId.get(id)?.kind !== 'input' || updated.has(id)) return false
  const readers = graph.readers.get(id) ?? []
  return readers.length > 0 && readers.every(({ to }) => {
    const reader = graph.byId.get(to)
    if (reader?.kind !== 'operation') return false
    // a part of an opened loss reads the target on behalf of the whole loss
    const { operation, args } = (reader.group === null ? undefined : graph.groups.get(reader.group)) ?? reader
    const { target } = operationOf(operation)
    return args.every((arg, slot) => arg !== id || slot === target)
  })
}
