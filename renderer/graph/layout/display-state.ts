import { isLabel, type Moment, type Problem, type Step, type Trace, type Value } from '@core'
import { type DrawnEdge, resultId } from './geometry'
import { notesAt } from './notes'

/** A value on the canvas: null until it is known, 'hidden' while a question about it is open. */
export type DisplayedValue = Value | 'hidden' | null

/** Displayed state of an edge at one moment. */
export interface EdgeState {
  readonly value: DisplayedValue
  /** The gradient that its target has sent back along it */
  readonly gradient: DisplayedValue
  /** Nothing uses its gradient, which is that of a label: drawn in grey */
  readonly unused: boolean
  /** The current step reads or computes this edge's value or gradient */
  readonly activePhase: Step['phase'] | null
  /** Computed by the current step */
  readonly justComputed: 'value' | 'gradient' | null
}

/** Displayed state of a node at one moment. */
export interface NodeState {
  readonly value: DisplayedValue
  readonly activePhase: Step['phase'] | null
  /** For a value that is used several times: the gradients that have arrived and, once complete, their sum */
  readonly sum: { readonly parts: readonly Value[], readonly of: number, readonly total: DisplayedValue } | null
  /** A parameter after its update */
  readonly updated: DisplayedValue
  readonly problem: Problem | null
  readonly remark: Problem | null
}

export interface GraphState {
  readonly trace: Trace
  readonly moment: Moment
  /** 'value:ID', 'gradient:ID', 'updated:ID' */
  readonly hidden: ReadonlySet<string>
}

const displayed = (value: Value | undefined, hidden: boolean): DisplayedValue => value === undefined ? null : hidden ? 'hidden' : value

/** Whether all but the current node is dimmed: not before the first step and not after the last. */
export const isDimmed = ({ trace, moment }: GraphState): boolean => moment.step !== null && moment.position > 0 && moment.position < trace.steps.length

export function nodeState({ trace, moment, hidden }: GraphState, id: string): NodeState {
  const readers = trace.graph.readers.get(id)?.length ?? 0
  const parts = moment.contributions.get(id) ?? []
  const isHidden = hidden.has(`gradient:${id}`)
  const { step } = moment
  return {
    value: displayed(moment.values.get(id), hidden.has(`value:${id}`)),
    activePhase: step && (step.node === id || (id === resultId && step.phase === 'start')) ? step.phase : null,
    sum: readers > 1 && parts.length > 0
      ? { parts: isHidden ? [] : parts.map(({ value }) => value), of: readers, total: displayed(moment.gradients.get(id), isHidden) ?? (isHidden ? 'hidden' : null) }
      : null,
    updated: displayed(moment.updated.get(id), hidden.has(`updated:${id}`)),
    ...notesAt(trace, moment, id),
  }
}

export function edgeState({ trace, moment, hidden }: GraphState, { from, to, slot }: DrawnEdge): EdgeState {
  const sent = to === resultId ? moment.gradients.get(from) : moment.contributions.get(from)?.find(({ edge }) => edge.to === to && edge.slot === slot)?.value
  const value = displayed(moment.values.get(from), hidden.has(`value:${from}`))
  const gradient = displayed(sent, hidden.has(`gradient:${from}`))
  const { step } = moment
  const isInvolved = step !== null && (step.node === from || step.node === to)
  const activePhase = !isInvolved ? null : step.phase === 'start' ? (to === resultId ? 'start' : null) : step.phase
  const unused = gradient !== null && gradient !== 'hidden' && isLabel(trace, from)
  return { value, gradient, unused, activePhase, justComputed: activePhase ? justComputedBy(step!, from, to) : null }
}

function justComputedBy({ phase, node }: Step, from: string, to: string): EdgeState['justComputed'] {
  if (phase === 'forward') return node === from ? 'value' : null
  if (phase === 'start') return 'gradient'
  return phase === 'backward' && node === to ? 'gradient' : null
}

/** Whether two states would be drawn identically, so that redrawing is skipped. */
export function isSameState<T extends EdgeState | NodeState>(a: T, b: T): boolean {
  return (Object.keys(a) as (keyof T)[]).every(key => isEqual(a[key], b[key]))
}

/** Values and sums are new objects in every trace: they are compared by content. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false
  const [x, y] = [Object.entries(a), b as Record<string, unknown>]
  return x.length === Object.keys(b).length && x.every(([key, value]) => isEqual(value, y[key]))
}
