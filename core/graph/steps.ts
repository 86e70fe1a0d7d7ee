import { neededNodes } from './reach'
import type { Contribution, Graph, Moment, Problem, Step, Trace, Value } from './types'

/** All steps of a run: forward node by node, the initial gradient at the output, backward node by node, the updates. */
export function stepsOf(graph: Graph, parameters: Iterable<string>, problem: Problem | null): readonly Step[] {
  const needed = neededNodes(graph)
  const operations = graph.nodes.filter(({ kind }) => kind === 'operation').map(({ id }) => id)
  const steps: Step[] = [
    ...operations.map(node => ({ phase: 'forward', node }) as const),
    { phase: 'start', node: graph.output },
    ...operations.filter(id => needed.has(id)).reverse().map(node => ({ phase: 'backward', node }) as const),
    ...Array.from(parameters, node => ({ phase: 'update', node }) as const),
  ]
  const end = problem ? steps.findIndex(step => step.phase === problem.phase && step.node === problem.node) : -1
  return end < 0 ? steps : steps.slice(0, end + 1)
}

/** @returns everything computed in the first `position` steps */
export function momentAt({ graph, forward, backward, steps, updated: allUpdated, problem }: Trace, position: number): Moment {
  const values = new Map<string, Value>()
  const gradients = new Map<string, Value>()
  const contributions = new Map<string, Contribution[]>()
  const updated = new Map<string, Value>()
  const at = Math.max(0, Math.min(steps.length, Math.round(position)))
  for (const { id, kind } of graph.nodes) if (kind !== 'operation') values.set(id, forward.values.get(id)!)

  const waiting = new Map<string, number>() // number of each node's outgoing edges that have not sent a gradient yet
  const sentBy = new Map<string, readonly Contribution[]>()
  for (const [id, parts] of backward.contributions) {
    waiting.set(id, parts.length)
    for (const part of parts) sentBy.set(part.edge.to, [...sentBy.get(part.edge.to) ?? [], part])
  }
  for (const { phase, node } of steps.slice(0, at)) {
    if (problem?.node === node && problem.phase === phase) break // the step that fails
    if (phase === 'forward') values.set(node, forward.values.get(node)!)
    else if (phase === 'start') for (const { id } of graph.nodes) {
      if (id === node || !backward.contributions.has(id)) gradients.set(id, backward.gradients.get(id)!) // 0 if the output does not depend on it
    }
    else if (phase === 'update') updated.set(node, allUpdated.get(node)!)
    else for (const part of sentBy.get(node) ?? []) {
      const { from } = part.edge
      contributions.set(from, [...contributions.get(from) ?? [], part])
      waiting.set(from, waiting.get(from)! - 1)
      if (waiting.get(from) === 0) gradients.set(from, backward.gradients.get(from)!)
    }
  }
  return { position: at, step: steps[at - 1] ?? null, values, gradients, contributions, updated }
}
