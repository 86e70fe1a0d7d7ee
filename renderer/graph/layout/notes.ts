import type { Moment, Problem, Trace } from '@core'

/** What is said at a node beside its numbers. */
export interface Notes {
  /** Why it could not be computed, or could send no gradient */
  readonly problem: Problem | null
  /** What an opened group's part loses, and the group as a whole does not */
  readonly remark: Problem | null
}

/** As far as a moment has come: a note stands at its node once the number that it speaks of is there. */
export function notesAt(trace: Trace, moment: Moment, id: string): Notes {
  const stopped = trace.problem?.node === id && moment.position >= trace.steps.length ? trace.problem : null
  return { problem: stopped ?? missingAt(trace, moment, id), remark: remarkAt(trace, moment, id) }
}

/** Whether anything is said at any node. */
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
