import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { type NamedWeights, toWire, type WeightsEntry, type WeightsSummary } from '@contract'
import { LabError } from '@core'
import { JsonStore, readWeightsBytes, summarize } from '@files'
import type { LabFiles } from './lab-files'

const maxRecent = 30

/** Weights files by opaque handle: the window never names a path. */
export class WeightsLibrary {
  /** Summaries of files that have not changed since */
  private readonly seen = new Map<string, { readonly savedAt: number, readonly bytes: number, readonly summary: WeightsSummary }>()

  private constructor(private readonly recent: JsonStore<readonly string[]>, private readonly files: LabFiles, private readonly sample: NamedWeights) {}

  /** @param path of the list of saved and opened files */
  static async open(path: string, files: LabFiles, sample: NamedWeights): Promise<WeightsLibrary> {
    const parse = (value: unknown): readonly string[] => {
      if (Array.isArray(value) && value.every(item => typeof item === 'string')) return value
      throw new LabError('file.other', 'the list of recent files is damaged', { file: path, found: typeof value })
    }
    return new WeightsLibrary(await JsonStore.open(path, parse, []), files, sample)
  }

  /** The lab's own and the recent files, newest first; a file that is gone or damaged says so. */
  async list(): Promise<readonly WeightsEntry[]> {
    const own = await Promise.all((['autosave', 'previous'] as const).map(name => this.entry(name, name, this.files.path(name))))
    const recent = await Promise.all(this.recent.value.map(path => this.entry(handleOf(path), 'file', path)))
    return [this.sampleEntry(), ...own.filter(({ problem }) => problem?.code !== 'file.missing'), ...recent]
  }

  /** @throws LabError file.* */
  async read(handle: string): Promise<NamedWeights> {
    if (handle === 'sample') return this.sample
    const path = this.pathOf(handle)
    return { name: basename(path), bytes: await readWeightsBytes(path) }
  }

  /** @throws LabError file.missing for a handle that nobody was given */
  pathOf(handle: string): string {
    if (handle === 'autosave' || handle === 'previous' || handle === 'recovered') return this.files.path(handle)
    const path = this.recent.value.find(path => handleOf(path) === handle)
    if (path === undefined) throw new LabError('file.missing', `no file of that handle: ${handle}`, { file: handle, found: handle })
    return path
  }

  /** Puts a file at the top of the list. */
  async remember(path: string): Promise<WeightsEntry> {
    const whole = resolve(path)
    await this.recent.set([whole, ...this.recent.value.filter(other => other !== whole)].slice(0, maxRecent))
    return await this.entry(handleOf(whole), 'file', whole)
  }

  async forget(handle: string): Promise<void> {
    await this.recent.set(this.recent.value.filter(path => handleOf(path) !== handle))
  }

  private sampleEntry(): WeightsEntry {
    return { handle: 'sample', kind: 'sample', name: this.sample.name, folder: '', savedAt: null, bytes: this.sample.bytes.length, summary: summarize(this.sample.bytes, this.sample.name), problem: null }
  }

  private async entry(handle: string, kind: WeightsEntry['kind'], path: string): Promise<WeightsEntry> {
    const named = { handle, kind, name: basename(path), folder: dirname(path) }
    try {
      const found = await stat(path).catch(() => { throw new LabError('file.missing', `${path} is not there`, { file: basename(path), found: path }) })
      const known = this.seen.get(path)
      const summary = known?.savedAt === found.mtimeMs && known.bytes === found.size ? known.summary : summarize(await readWeightsBytes(path, basename(path)), basename(path))
      this.seen.set(path, { savedAt: found.mtimeMs, bytes: found.size, summary })
      return { ...named, savedAt: found.mtimeMs, bytes: found.size, summary, problem: null }
    }
    catch (cause) { return { ...named, savedAt: null, bytes: null, summary: null, problem: toWire(cause) } }
  }
}

const handleOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 16)
