import { basename, dirname, join } from 'node:path'
import { type OpenedGraph, type Playground, playgroundSchema } from '@contract'
import { type GraphDocument, readGraphDocument, writeGraphDocument } from '@core'
import { atomicWrite, JsonStore, readWhole } from '@files'
import * as v from 'valibot'
import { fileNameOf, withExtension } from './extension'

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

/** The dialogs that ask the user for a path. @returns null when cancelled */
export interface GraphDialogs {
  readonly askSave: (name: string) => Promise<string | null>
  readonly askOpen: () => Promise<string | null>
}

/** Graph files of the user; a dialog starts in the folder that was used last. */
export class GraphFiles {
  private folder: string | null = null

  constructor(private readonly dialogs: GraphDialogs) {}

  /** @returns the file's name, null when cancelled @throws LabError file.*; an existing file is untouched then */
  async save(document: GraphDocument, name: string): Promise<{ name: string } | null> {
    const file = fileNameOf(name, '.json')
    const chosen = await this.dialogs.askSave(this.folder === null ? file : join(this.folder, file))
    if (chosen === null) return null
    const path = await withExtension(chosen, '.json')
    await atomicWrite(path, writeGraphDocument(document))
    this.folder = dirname(path)
    return { name: basename(path) }
  }

  /** @returns null when cancelled */
  async open(): Promise<OpenedGraph | null> {
    const path = await this.dialogs.askOpen()
    if (path === null) return null
    const opened = await readGraphFile(path)
    this.folder = dirname(path)
    return opened
  }
}
