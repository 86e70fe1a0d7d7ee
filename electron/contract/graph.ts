import type { GraphDocument } from '@core'

/** A graph out of a file. */
export interface OpenedGraph {
  /** Of the file, for people */
  readonly name: string
  readonly document: GraphDocument
}

/** The free playground as it was left. */
export interface Playground {
  readonly document: GraphDocument
  /** What stood in the expression's field, be it a graph or not */
  readonly source: string
}
