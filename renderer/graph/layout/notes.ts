import type { Moment, Problem, Trace } from '@core'

/** The notes at a node. */
export interface Notes {
  /** Why the node could not be computed, or could send no gradient */
  readonly problem: Problem | null
  /** An overflow or loss of precision that an opened group's parts would have and that computing the group in one step avoids */
  readonly remark: Problem | null
}

/** The notes at one moment: each appears together with the number that it is about. */
export function notesAt(trace: Trace, moment: Moment, id: string): Notes {
  const stopped = trace.problem?.node === id && moment.position >= trace.steps.length ? trace.problem : null
  return { problem: stopped ?? missingAt(trace, moment, id), remark: remarkAt(trace, moment, id) }
}

/** Whether any node has a note. */
export const hasNotes = ({ problem, forward, backward }: Trace): boolean =>
  problem !== null || forward.apart.size > 0 || backward.apart.size > 0 || backward.missing.size > 0

function missingAt({ backward: { missing } }: Trace, { contributions }: Moment, id: string): Problem | null {
  if (missing.size === 0) return null
  for (const [from, cause] of missing)
    if (cause.node === id && contributions.get(from)?.some(({ value }) => value.data.some(Number.isNaN))) return cause
  return null
}

function remarkAt({ graph, forward, backward }: Trace, { values, gradients }: Moment, id: string): Problem | null {
  const group = graph.byId.get(id)?.group ?? null
  if (group === null || !values.has(id) || !(forward.apart.has(group) || backward.apart.has(group))) return null
  const { operation } = graph.groups.get(group)!
  const remark = (code: Problem['code']): Problem => ({ node: id, phase: 'forward', code, details: { operation } })
  if (id === group) return forward.apart.has(id) || gradients.has(id) ? remark('graph.ownResult') : null
  const first = graph.nodes.find(node => node.group === group && forward.values.get(node.id)?.data.some(x => !Number.isFinite(x)))
  return first?.id === id ? remark('graph.partOverflow') : null
}
