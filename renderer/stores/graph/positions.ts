import type { Graph, Trace } from '@core'

/** The number of steps in the forward pass of a trace. */
export function forwardEnd({ steps }: Trace): number {
  const end = steps.findIndex(({ phase }) => phase !== 'forward')
  return end < 0 ? steps.length : end
}

/** A part counts as its group, so that the position survives opening and closing it. */
const wholeOf = (graph: Graph, id: string): string => graph.byId.get(id)?.group ?? id

/** The position after the graph has changed: the same end, after the same node, or else the same number of steps. */
export function carried(before: Trace, position: number, after: Trace): number {
  if (position <= 0) return 0
  if (position >= before.steps.length) return after.steps.length
  if (position === forwardEnd(before)) return forwardEnd(after)
  const { phase, node } = before.steps[position - 1]!
  const whole = wholeOf(before.graph, node)
  const same = after.steps.findIndex(step => step.phase === phase && step.node === node)
  if (same >= 0 && whole === node && !before.graph.opened.has(node) === !after.graph.opened.has(node)) return same + 1
  const last = after.steps.findLastIndex(step => step.phase === phase && wholeOf(after.graph, step.node) === whole)
  if (last >= 0) return last + 1
  return same >= 0 ? same + 1 : Math.min(position, after.steps.length)
}
