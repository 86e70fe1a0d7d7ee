import type { Graph, Step } from '../types'

/** A program's text, and which of its lines carry out which step of the graph. */
export interface Listing {
  readonly text: string
  /** The lines of a step itself, such as the call of a layer */
  readonly lines: StepLines
  /** The lines that those call, such as the body of the layer's class */
  readonly bodies: StepLines
}

/**
 * Line numbers from 0 by step: `forward:fruit` is the step of one node, `forward:mul()` that of every node of an operation, and
 * `forward:*` that of every node.
 */
export type StepLines = ReadonlyMap<string, readonly number[]>

/** One or more lines of a program, with the steps that they carry out. */
export interface Lines {
  readonly text: string
  readonly steps?: readonly string[]
  /** The steps whose lines call them */
  readonly bodyOf?: readonly string[]
}

/** Joins the lines of a program. */
export function listingOf(parts: readonly Lines[]): Listing {
  const [lines, bodies] = [new Map<string, number[]>(), new Map<string, number[]>()]
  const text: string[] = []
  for (const { text: part, steps, bodyOf } of parts) for (const line of part.split('\n')) {
    for (const [table, keys] of [[lines, steps], [bodies, bodyOf]] as const)
      for (const key of new Set(keys)) table.set(key, [...table.get(key) ?? [], text.length])
    text.push(line)
  }
  return { text: text.join('\n'), lines, bodies }
}

/**
 * The lines at work in a step. A node of an opened group that has no line of its own is part of its group's line.
 * @returns both empty where the program has no line for the step; without a call, the body is what is at work
 */
export function linesAt({ lines, bodies }: Listing, { byId, groups }: Graph, { phase, node: id }: Step): { readonly lines: readonly number[], readonly body: readonly number[] } {
  const node = byId.get(id)
  const operation = node?.kind === 'operation' ? [`${node.operation}()`] : []
  const group = node?.group == null ? [] : [node.group, `${groups.get(node.group)!.operation}()`]
  const keys = [id, ...operation, ...group, '*'].map(of => `${phase}:${of}`)
  const [called, body = []] = [lines, bodies].map(table => keys.map(key => table.get(key)).find(found => found !== undefined))
  return called ? { lines: called, body } : { lines: body, body: [] }
}
