import type { Moment, Problem, Step, Trace, Value } from '@core'
import { type DrawnEdge, resultId } from './geometry'
import { notesAt } from './notes'

/** A value on the canvas: null until it is known, 'covered' while a question about it is open. */
export type Shown = Value | 'covered' | null

/** Displayed state of an edge at one moment. */
export interface EdgeLook {
  readonly value: Shown
  /** The gradient that its target has sent back along it */
  readonly gradient: Shown
  /** The current step reads or computes this edge's value or gradient */
  readonly lit: Step['phase'] | null
  /** Computed by the current step */
  readonly fresh: 'value' | 'gradient' | null
}

/** Displayed state of a node at one moment. */
export interface NodeLook {
  readonly value: Shown
  readonly lit: Step['phase'] | null
  /** For a value that is used several times: the gradients that have arrived and, once complete, their sum */
  readonly sum: { readonly parts: readonly Value[], readonly of: number, readonly total: Shown } | null
  /** A parameter after its update */
  readonly updated: Shown
  readonly problem: Problem | null
  readonly remark: Problem | null
}

export interface Shot {
  readonly trace: Trace
  readonly moment: Moment
  /** 'value:ID', 'gradient:ID', 'updated:ID' */
  readonly hidden: ReadonlySet<string>
}

const cover = (value: Value | undefined, hidden: boolean): Shown => value === undefined ? null : hidden ? 'covered' : value

/** Whether all but the current node is dimmed: not before the first step and not after the last. */
export const isDimmed = ({ trace, moment }: Shot): boolean => moment.step !== null && moment.position > 0 && moment.position < trace.steps.length

export function nodeLook({ trace, moment, hidden }: Shot, id: string): NodeLook {
  const readers = trace.graph.readers.get(id)?.length ?? 0
  const parts = moment.contributions.get(id) ?? []
  const covered = hidden.has(`gradient:${id}`)
  const { step } = moment
  return {
    value: cover(moment.values.get(id), hidden.has(`value:${id}`)),
    lit: step && (step.node === id || (id === resultId && step.phase === 'start')) ? step.phase : null,
    sum: readers > 1 && parts.length > 0
      ? { parts: covered ? [] : parts.map(({ value }) => value), of: readers, total: cover(moment.gradients.get(id), covered) ?? (covered ? 'covered' : null) }
      : null,
    updated: cover(moment.updated.get(id), hidden.has(`updated:${id}`)),
    ...notesAt(trace, moment, id),
  }
}

export function edgeLook({ moment, hidden }: Shot, { from, to, slot }: DrawnEdge): EdgeLook {
  const sent = to === resultId ? moment.gradients.get(from) : moment.contributions.get(from)?.find(({ edge }) => edge.to === to && edge.slot === slot)?.value
  const value = cover(moment.values.get(from), hidden.has(`value:${from}`))
  const gradient = cover(sent, hidden.has(`gradient:${from}`))
  const { step } = moment
  const touched = step !== null && (step.node === from || step.node === to)
  const lit = !touched ? null : step.phase === 'start' ? (to === resultId ? 'start' : null) : step.phase
  return { value, gradient, lit, fresh: lit ? freshOf(step!, from, to) : null }
}

function freshOf({ phase, node }: Step, from: string, to: string): EdgeLook['fresh'] {
  if (phase === 'forward') return node === from ? 'value' : null
  if (phase === 'start') return 'gradient'
  return phase === 'backward' && node === to ? 'gradient' : null
}

/** Whether two looks would be drawn identically, so that redrawing is skipped. */
export function isSame<T extends EdgeLook | NodeLook>(a: T, b: T): boolean {
  return (Object.keys(a) as (keyof T)[]).every(key => isEqual(a[key], b[key]))
}

/** Values and sums are new objects in every trace: they are compared by content. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false
  const [x, y] = [Object.entries(a), b as Record<string, unknown>]
  return x.length === Object.keys(b).length && x.every(([key, value]) => isEqual(value, y[key]))
}
