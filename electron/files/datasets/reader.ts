import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SharedDataset } from '@contract'
import { type DatasetFile, type DatasetInfo, isDatasetId, LabError, mnist, nearest } from '@core'
import { disk, type FileSystem } from '../atomic'
import { loadMnist, mnistTestFiles } from '../mnist'
import { isSameName } from './description'
import type { DatasetEntry } from './entry'
import { changed, DatasetFolder, type DatasetSize, descriptionName, partsOf } from './folder'
import { type DatasetBytes, datasetOf, type NamedBytes, readParts } from './parts'
import { type Samples, samplesIn } from './samples'
import type { ImportFiles } from './sources/idx'

export interface StorePlaces {
  /** The folder with MNIST's four files */
  readonly mnist: string
  /** The program's own folder */
  readonly own: string
}

export interface ReaderOptions {
  readonly fs?: FileSystem
  readonly now?: () => number
}

/** Reads the datasets on this computer: MNIST and the imported ones, each in a folder named by its id. */
export class DatasetReader {
  /** Of the imported datasets, one folder each */
  readonly folder: string
  protected readonly fs: FileSystem
  protected readonly now: () => number

  constructor(private readonly places: StorePlaces, { fs = disk, now = Date.now }: ReaderOptions = {}) {
    this.folder = join(places.own, 'datasets')
    this.fs = fs
    this.now = now
  }

  /** MNIST, then the imported ones by name. Their files are verified only when they are loaded. */
  async list(): Promise<readonly DatasetEntry[]> {
    const names = await readdir(this.folder).catch((): string[] => []) // missing before the first import
    const entries = await Promise.all(names.filter(isDatasetId).map(id => this.entry(id)))
    const shown = entries.filter(entry => entry !== null).sort((a, b) => (a.info?.name ?? a.id).localeCompare(b.info?.name ?? b.id))
    return [{ id: mnist.id, info: mnist, problem: null }, ...shown]
  }

  /** The same, with the hash of every file verified: about 0.1 s for each 50 MB. */
  async verifiedList(): Promise<readonly DatasetEntry[]> {
    const verified: DatasetEntry[] = []
    for (const entry of await this.list()) verified.push(entry.info && !entry.problem ? { ...entry, problem: await this.problemIn(entry.info) } : entry)
    return verified
  }

  /** The dataset of this id or name. @throws LabError dataset.unknown, dataset.vanished, dataset.changed */
  async find(wanted: string): Promise<DatasetInfo> {
    const { info, problem } = await this.entryOf(wanted)
    if (problem) throw problem
    return info!
  }

  /** The same, also if it cannot be used. @throws LabError dataset.unknown */
  async entryOf(wanted: string): Promise<DatasetEntry> {
    const entries = await this.list()
    const entry = entries.find(({ id }) => id === wanted) ?? entries.find(({ id, info }) => isSameName(info?.name ?? id, wanted))
    if (entry) return entry
    const known = entries.map(({ id, info }) => info?.name ?? id)
    const suggestion = nearest(wanted, entries.flatMap(({ id, info }) => info ? [id, info.name] : [id]))
    throw new LabError('dataset.unknown', `no dataset ${wanted}`, { found: wanted, wanted: known.join(', '), ...suggestion === undefined ? {} : { suggestion } })
  }

  /** Reads a dataset into shared memory, and verifies that it is what was imported. @throws LabError dataset.*, file.* */
  async load(info: DatasetInfo): Promise<SharedDataset> {
    if (info.kind === 'bundled') return await loadMnist(this.places.mnist)
    const files: Partial<Record<DatasetFile, NamedBytes>> = {}
    const folder = this.folderOf(info.id)
    for (const file of partsOf(info)) files[file] = await folder.readVerified(info, file)
    const parts = readParts(files as DatasetBytes, info)
    const dataset = datasetOf(info, parts)
    const [, rows, columns] = info.shape
    const fits = parts.rows === rows && parts.columns === columns && parts.classes <= info.classes.length && dataset.train.count === info.counts.train && dataset.test.count === info.counts.test
    if (!fits) throw changed(info.name, descriptionName, `${parts.rows}×${parts.columns}`)
    await folder.markVerified(this.now())
    return dataset
  }

  /** MNIST's test files. @throws LabError dataset.missing */
  mnistTest(): Promise<Pick<ImportFiles, 'testImages' | 'testLabels'>> { return mnistTestFiles(this.places.mnist) }

  /** Verifies the files of a dataset, and remembers when. @returns the problem; null when they are unchanged since the import */
  async problemIn(info: DatasetInfo): Promise<LabError | null> {
    return info.kind === 'bundled' ? null : await this.folderOf(info.id).problem(info, this.now()) // the lab's own files are verified when they are loaded
  }

  /** What a dataset takes on the disk. */
  size(id: string): Promise<DatasetSize> { return this.folderOf(id).size() }

  /** The first training image of each class, at most so many; none where the files cannot be read. */
  samples(info: DatasetInfo, most: number): Promise<Samples> { return samplesIn(this.folderOf(info.id).path, info, most) }

  /** The folder of an imported dataset. @throws LabError dataset.unknown for a name that is no id */
  folderOf(id: string): DatasetFolder {
    if (!isDatasetId(id)) throw new LabError('dataset.unknown', `${id} is no dataset`, { found: id, wanted: '–' })
    return new DatasetFolder(join(this.folder, id), this.fs)
  }

  /** @returns null for a folder without a description */
  private async entry(id: string): Promise<DatasetEntry | null> {
    const folder = this.folderOf(id)
    try {
      const info = await folder.description()
      if (info.id !== id) return { id, info: null, problem: changed(id, descriptionName, info.id) }
      return { id, info, problem: await folder.missing(info) }
    }
    catch (cause) {
      if (cause instanceof LabError && ['file.missing', 'file.notFolder'].includes(cause.code)) return null
      return { id, info: null, problem: changed(id, descriptionName, cause instanceof LabError ? cause.code : '–') }
    }
  }
}
