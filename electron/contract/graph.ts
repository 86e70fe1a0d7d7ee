import { type GraphDocument, readGraphDocument, writeGraphDocument } from '@core'
import * as v from 'valibot'

/** A graph read from a file. */
export interface OpenedGraph {
  /** The file's name */
  readonly name: string
  readonly document: GraphDocument
}

/** Maximum length of a saved expression text. Larger than any valid expression, because invalid text is saved as well. */
export const maxSource = 100_000

/** A graph document, validated by core's reader; unknown properties are dropped. */
export const graphSchema = v.pipe(v.unknown(), v.rawTransform(({ dataset, addIssue, NEVER }): GraphDocument => {
  try { return readGraphDocument(writeGraphDocument(dataset.value as GraphDocument), 'a message') }
  catch {
    addIssue({ message: 'expected a graph document' })
    return NEVER
  }
}))

/** The free playground as the learner left it. */
export const playgroundSchema = v.strictObject({
  document: graphSchema,
  /** Text of the expression field, valid or not */
  source: v.pipe(v.string(), v.maxLength(maxSource)),
})
export type Playground = Readonly<v.InferOutput<typeof playgroundSchema>>
