import type { GraphDocument } from '@core'

/** A graph out of a file. */
export interface OpenedGraph {
  /** Of the file, for people */
  readonly name: string
  readonly document: GraphDocument
}

/** Letters of what stands in the expression's field: it holds more than the longest expression, since what is too long is told there. */
export const maxSource = 100_000

/** The free playground as it was left. */
export interface Playground {
  readonly document: GraphDocument
  /** What stood in the expression's field, be it a graph or not */
  readonly source: string
}
