import { randomBytes } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type DatasetFile, datasetFiles, type DatasetInfo, datasetLimits, FormatError, LabError, ownError, readIdxHeader } from '@core'
import { atomicWrite, disk, type FileSystem, renameRetrying, syncedFolder } from '../atomic'
import { fileError } from '../file-errors'
import { readWhole } from '../read'
import { faultIn, type Unpacked, unpackFile } from '../unpack'
import { readDescription, writeDescription } from './description'
import type { NamedBytes } from './parts'

export const descriptionName = 'dataset.json'
/** Says when the files were verified last. */
const verifiedName = 'verified.json'
export const fileNames: Readonly<Record<DatasetFile, string>> = { trainImages: 'train-images.idx', trainLabels: 'train-labels.idx', testImages: 'test-images.idx', testLabels: 'test-labels.idx' }
export const kindOf = (file: DatasetFile): 'images' | 'labels' => file.endsWith('Images') ? 'images' : 'labels'
export const partsOf = ({ sha256 }: Pick<DatasetInfo, 'sha256'>): readonly DatasetFile[] => datasetFiles.filter(file => sha256[file] !== undefined)
const maxDescriptionBytes = 2 ** 20

/** Of a folder that an import fills, before it gets the name of its dataset */
const unfinishedPattern = /^\.import-[0-9a-f]{12}$/
/** An import takes minutes at most, so an older folder was left by a killed process. */
const leftoverMs = 3_600_000

export type FileBytes = Readonly<Partial<Record<DatasetFile, Uint8Array>>>

/** What is on the disk of one dataset. */
export interface DatasetSize {
  /** All files of its folder; null when it cannot be read */
  readonly bytes: number | null
  /** When its files were found unchanged last, in milliseconds since 1970 */
  readonly verifiedAt: number | null
}

/** The folder of one imported dataset. */
export class DatasetFolder {
  /** @param path its name is the dataset's id */
  constructor(readonly path: string, private readonly fs: FileSystem = disk) {}

  /** @throws LabError file.*; SyntaxError or ValiError when it is damaged */
  async description(): Promise<DatasetInfo> {
    return readDescription(new TextDecoder().decode(await readWhole(join(this.path, descriptionName), { maxBytes: maxDescriptionBytes })))
  }

  /**
   * Creates the folder with all its files, or nothing: it gets its name when it is complete.
   * @throws LabError file.*
   */
  async create(info: DatasetInfo, files: FileBytes): Promise<void> {
    const parent = dirname(this.path)
    const unfinished = join(parent, `.import-${randomBytes(6).toString('hex')}`)
    try {
      await this.fs.makeFolder(parent)
      await removeUnfinished(parent)
      await this.fs.makeFolder(unfinished)
      await new DatasetFolder(unfinished, this.fs).write(info, files)
      await rm(this.path, { recursive: true, force: true }) // what an earlier version left of an import that was killed
      await renameRetrying(this.fs, unfinished, this.path)
      await syncedFolder(parent, this.fs)
    }
    catch (cause) {
      await rm(unfinished, { recursive: true, force: true }).catch(() => undefined) // the first error is reported
      throw fileError(cause, this.path)
    }
  }

  /** Writes files into the folder as it is; the description comes last, since a folder without one is not a dataset. @throws LabError file.* */
  async write(info: DatasetInfo, files: FileBytes): Promise<void> {
    for (const file of datasetFiles) if (files[file]) await atomicWrite(join(this.path, fileNames[file]), files[file], this.fs)
    await this.describe(info)
  }

  /** @throws LabError file.* */
  async describe(info: DatasetInfo): Promise<void> { await atomicWrite(join(this.path, descriptionName), writeDescription(info), this.fs) }

  /** The first file that is not there. */
  async missing(info: DatasetInfo): Promise<LabError | null> {
    for (const file of partsOf(info)) if (!await stat(join(this.path, fileNames[file])).then(found => found.isFile(), () => false)) return vanished(info.name, fileNames[file])
    return null
  }

  /** Verifies all files, and remembers when. @returns the problem; null when they are unchanged since the import */
  async problem(info: DatasetInfo, now: number): Promise<LabError | null> {
    try {
      for (const file of partsOf(info)) await this.readVerified(info, file)
      await this.markVerified(now)
      return null
    }
    catch (cause) { return ownError(cause) }
  }

  /** One file's bytes. @throws LabError dataset.vanished, dataset.changed, dataset.memory */
  async readVerified(info: DatasetInfo, file: DatasetFile): Promise<NamedBytes> {
    const name = fileNames[file]
    let unpacked: Unpacked
    try {
      unpacked = await unpackFile(join(this.path, name), { name, maxBytes: datasetLimits.bytes, sizeOf: start => readIdxHeader(start, name, kindOf(file)).bytes })
    }
    catch (cause) {
      if (cause instanceof FormatError) throw changed(info.name, name, String(cause.details['found']))
      throw cause instanceof LabError && cause.code !== 'dataset.memory' ? vanished(info.name, name) : cause
    }
    const found = faultIn(unpacked, { sha256: info.sha256[file] ?? '' })
    if (found !== null) throw changed(info.name, name, String(found))
    return { name, bytes: unpacked.bytes }
  }

  /** A disk that refuses this is no reason to stop: the files were verified all the same. */
  async markVerified(now: number): Promise<void> {
    await atomicWrite(join(this.path, verifiedName), `${JSON.stringify({ at: now })}\n`, this.fs, { quick: true }).catch(() => undefined)
  }

  async size(): Promise<DatasetSize> {
    const names = await readdir(this.path).catch(() => null)
    if (!names) return { bytes: null, verifiedAt: null }
    const sizes = await Promise.all(names.map(name => stat(join(this.path, name)).then(({ size }) => size, () => 0)))
    return { bytes: sizes.reduce((sum, size) => sum + size, 0), verifiedAt: await this.verifiedAt() }
  }

  private async verifiedAt(): Promise<number | null> {
    try {
      const { at } = JSON.parse(new TextDecoder().decode(await readWhole(join(this.path, verifiedName), { maxBytes: 1000 }))) as { readonly at?: unknown }
      return typeof at === 'number' && Number.isFinite(at) ? at : null
    }
    catch { return null } // never verified, or damaged
  }
}

async function removeUnfinished(parent: string): Promise<void> {
  const now = Date.now()
  for (const name of (await readdir(parent)).filter(name => unfinishedPattern.test(name))) {
    const path = join(parent, name)
    const age = await stat(path).then(({ mtimeMs }) => now - mtimeMs, () => 0)
    if (age > leftoverMs) await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

export const vanished = (name: string, file: string): LabError => new LabError('dataset.vanished', `${name}: ${file} is missing`, { name, file })
export const changed = (name: string, file: string, found: string): LabError => new LabError('dataset.changed', `${name}: ${file} has changed: ${found}`, { name, file, found })
