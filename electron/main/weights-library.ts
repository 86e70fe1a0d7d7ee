import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { type NamedWeights, toWire, type WeightsEntry } from '@contract'
import { LabError } from '@core'
import { fileError, JsonStore, summarize, summarizeFile } from '@files'
import * as v from 'valibot'
import { networkBytes } from './network-files'

const maxRecent = 100

/** The list that is stored between sessions, newest first. */
const recentSchema = v.pipe(v.array(v.string()), v.transform(paths => paths.slice(0, maxRecent)))
type Recent = readonly string[]

/** Summary of a weights file, or why it cannot be used */
type Found = Pick<WeightsEntry, 'summary' | 'problem'>

/** Weights files by opaque handle: the window never sends a path. */
export class WeightsLibrary {
  /** Results for files that have not changed since */
  private readonly cache = new Map<string, { readonly savedAt: number, readonly bytes: number, readonly found: Found }>()

  private constructor(private readonly recent: JsonStore<Recent>, private readonly sample: NamedWeights) {}

  /** @param path of the stored list of recent files */
  static async open(path: string, sample: NamedWeights): Promise<WeightsLibrary> {
    return new WeightsLibrary(await JsonStore.open<Recent>(path, v.parser(recentSchema), []), sample)
  }

  /** Folder of the most recent file. */
  get folder(): string | null { return this.recent.value[0] === undefined ? null : dirname(this.recent.value[0]) }

  /** The run that each file was saved from or opened for, by path */
  private readonly runs = new Map<string, number>()

  /** The sample and the recent files, newest first; entries of missing or damaged files carry the error. */
  async list(): Promise<readonly WeightsEntry[]> {
    return [this.sampleEntry(), ...await Promise.all(this.recent.value.map(path => this.entryOf(path)))]
  }

  /** @throws LabError file.*, and ipc.schema for an unknown handle */
  async read(handle: string): Promise<NamedWeights> {
    if (handle === 'sample') return this.sample
    const path = this.pathOf(handle)
    const name = basename(path)
    return await networkBytes(path, name)
  }

  /** @throws LabError ipc.schema for an unknown handle, and for the sample, which has no file */
  pathOf(handle: string): string {
    const path = this.recent.value.find(path => handleOf(path) === handle)
    if (path === undefined) throw new LabError('ipc.schema', `no file has the handle ${handle}`, { found: handle })
    return path
  }

  /** Puts a file at the top of the list. @throws LabError file.* when the list could not be saved: it is then valid for this session only */
  async remember(path: string): Promise<void> {
    const fullPath = resolve(path)
    await this.recent.set([fullPath, ...this.recent.value.filter(other => other !== fullPath)].slice(0, maxRecent))
  }

  /** Puts a file in the place of another one, or of what was there. @param at its place, 0: the first one @throws LabError file.*, as `remember` */
  async put(path: string, at: number, instead?: string): Promise<void> {
    const others = this.recent.value.filter(other => other !== path && other !== instead)
    await this.recent.set([...others.slice(0, at), path, ...others.slice(at)].slice(0, maxRecent))
  }

  /** Whether a file with this handle is in the list */
  has(handle: string): boolean { return this.recent.value.some(path => handleOf(path) === handle) }

  /** The place of a file in the list; -1: it is not there. */
  placeOf(path: string): number { return this.recent.value.indexOf(path) }

  /** A file holds the weights of a run now, which no other file does. */
  belongs(path: string, runId: number): void {
    this.leave(runId)
    this.runs.set(path, runId)
  }

  /** A file goes on under another path. */
  follow(from: string, to: string): void {
    const runId = this.runs.get(from)
    this.runs.delete(from)
    if (runId !== undefined) this.runs.set(to, runId)
  }

  /** No file holds the weights of a run. */
  private leave(runId: number): void { for (const [path, id] of this.runs) if (id === runId) this.runs.delete(path) }

  /** The entry of one file. */
  async entryOf(given: string): Promise<WeightsEntry> {
    const path = resolve(given)
    const name = basename(path)
    const named = { handle: handleOf(path), kind: 'file' as const, name, folder: dirname(path), runId: this.runs.get(path) ?? null }
    try {
      const { mtimeMs: savedAt, size: bytes } = await stat(path).catch((cause: unknown) => { throw fileError(cause, name) })
      const cached = this.cache.get(path)
      const found = cached?.savedAt === savedAt && cached.bytes === bytes ? cached.found : await inspect(path, { name, bytes })
      this.cache.set(path, { savedAt, bytes, found })
      return found.problem ? { ...named, ...noFileInfo, ...found } : { ...named, savedAt, bytes, ...found }
    }
    catch (cause) { return { ...named, ...noFileInfo, summary: null, problem: toWire(cause) } }
  }

  /** Removes a file from the list. @throws LabError file.* */
  async forget(handle: string): Promise<void> {
    await this.recent.set(this.recent.value.filter(path => handleOf(path) !== handle))
  }

  /** Resolves when pending writes of the list have finished or failed. */
  finishWrites(): Promise<void> { return this.recent.finishWrites() }

  private sampleEntry(): WeightsEntry {
    const { name, bytes } = this.sample
    const named = { handle: 'sample', kind: 'sample' as const, name, folder: '', savedAt: null, bytes: bytes.length, runId: null }
    try { return { ...named, summary: summarize(bytes, name), problem: null } }
    catch (cause) { return { ...named, summary: null, problem: toWire(cause) } }
  }
}

const noFileInfo = { savedAt: null, bytes: null }

/** @throws LabError file.*, which is not cached: the file may be readable later */
async function inspect(path: string, file: { readonly name: string, readonly bytes: number }): Promise<Found> {
  try { return { summary: await summarizeFile(path, file), problem: null } }
  catch (cause) {
    if (!(cause instanceof LabError) || cause.code.startsWith('file.')) throw cause
    return { summary: null, problem: toWire(cause) }
  }
}

const handleOf = (path: string): string => createHash('sha256').update(path).digest('hex')
