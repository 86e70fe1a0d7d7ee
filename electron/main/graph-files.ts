import { basename } from 'node:path'
import { type OpenedGraph, type Playground, playgroundSchema } from '@contract'
import { readGraphDocument } from '@core'
import { JsonStore, readWhole } from '@files'
import * as v from 'valibot'

/** The largest graph has a few tens of thousands of numbers. */
const maxBytes = 2 ** 20

/** The free playground, stored in the lab's folder; null before the first graph. */
export const openPlayground = (path: string): Promise<JsonStore<Playground | null>> =>
  JsonStore.open<Playground | null>(path, value => v.parse(playgroundSchema, value), null)

/** Reads a graph file. @throws LabError file.*, graphFile.* */
export async function readGraphFile(path: string): Promise<OpenedGraph> {
  const name = basename(path)
  return { name, document: readGraphDocument(await readWhole(path, { maxBytes, name }), name) }
}
