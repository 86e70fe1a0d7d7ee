import { mkdir, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { SharedDataset } from '@contract'
import { checkLength, type DatasetFile, datasetFiles, type DatasetInfo, datasetLimits, FormatError, heldOutShare, isDatasetId, LabError, mnist, nearest, ownError, type Preprocessing, readIdxHeader } from '@core'
import { atomicWrite } from './atomic'
import { checkClasses, checkName, describe, isSameName, readDescription, writeDescription } from './dataset-description'
import { type DatasetEntry, entryWithFiles } from './dataset-entry'
import { type DatasetBytes, datasetOf, type NamedBytes, readParts } from './dataset-parts'
import { fileError } from './file-errors'
import { loadMnist, mnistTestFiles } from './mnist'
import { readWhole } from './read'
import { faultIn, type Unpacked, unpackFile } from './unpack'

/** Paths of the files to import, as they were given and to open. */
export type ImportFiles = Readonly<Record<'trainImages' | 'trainLabels', ImportFile> & Partial<Record<DatasetFile, ImportFile>>>
export interface ImportFile {
  readonly path: string
  /** For messages */
  readonly name: string
}

export interface ImportResult {
  readonly info: DatasetInfo
  readonly isNew: boolean
  /** Whether copies that were damaged or missing were written again */
  readonly isRepaired: boolean
  /** The former names of the classes, if they have others now */
  readonly renamedFrom: readonly string[] | null
}

export interface StorePlaces {
  /** The folder with MNIST's four files */
  readonly mnist: string
  /** The program's own folder */
  readonly own: string
}

const descriptionName = 'dataset.json'
const fileNames: Readonly<Record<DatasetFile, string>> = { trainImages: 'train-images.idx', trainLabels: 'train-labels.idx', testImages: 'test-images.idx', testLabels: 'test-labels.idx' }
const kindOf = (file: DatasetFile): 'images' | 'labels' => file.endsWith('Images') ? 'images' : 'labels'
const maxDescriptionBytes = 2 ** 20

/** The datasets on this computer: MNIST and the imported ones, each in a folder named by its id. */
export class DatasetStore {
  /** Of the imported datasets, one folder each */
  readonly folder: string

  constructor(private readonly places: StorePlaces) {
    this.folder = join(places.own, 'datasets')
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
    const entries = await this.list()
    const entry = entries.find(({ id }) => id === wanted) ?? entries.find(({ id, info }) => isSameName(info?.name ?? id, wanted))
    if (entry?.problem) throw entry.problem
    if (entry?.info) return entry.info
    const known = entries.map(({ id, info }) => info?.name ?? id)
    const suggestion = nearest(wanted, entries.flatMap(({ id, info }) => info ? [id, info.name] : [id]))
    throw new LabError('dataset.unknown', `no dataset ${wanted}`, { found: wanted, wanted: known.join(', '), ...suggestion === undefined ? {} : { suggestion } })
  }

  /** Reads a dataset into shared memory, and verifies that it is what was imported. @throws LabError dataset.*, file.* */
  async load(info: DatasetInfo): Promise<SharedDataset> {
    if (info.kind === 'bundled') return await loadMnist(this.places.mnist)
    const files: Partial<Record<DatasetFile, NamedBytes>> = {}
    for (const file of partsOf(info)) files[file] = await this.readVerified(info, file)
    const parts = readParts(files as DatasetBytes, info)
    const dataset = datasetOf(info, parts)
    const [, rows, columns] = info.shape
    const fits = parts.rows === rows && parts.columns === columns && parts.classes <= info.classes.length && dataset.train.count === info.counts.train && dataset.test.count === info.counts.test
    if (!fits) throw changed(info.name, descriptionName, `${parts.rows}×${parts.columns}`)
    return dataset
  }

  /** MNIST's test files. @throws LabError dataset.missing */
  mnistTest(): Promise<Pick<ImportFiles, 'testImages' | 'testLabels'>> { return mnistTestFiles(this.places.mnist) }

  /**
   * Copies files into the store. The same files again are the same dataset, whatever their names; their copies, and its classes
   * if they are given, are then renewed.
   * @param classes names in the order of the labels; left out: 0, 1, 2, …
   * @param preprocessing of a drawing that one of its networks reads
   * @returns the dataset, whether it is new, whether damaged or missing copies were renewed, and the classes that got other names
   * @throws LabError dataset.name, dataset.classes, dataset.nameTaken, dataset.tooFew, file.*; FormatError idx.*
   */
  async import(files: ImportFiles, name: string, classes?: readonly string[], preprocessing: Preprocessing = 'resize'): Promise<ImportResult> {
    const checked = checkName(name)
    const read: Partial<Record<DatasetFile, NamedBytes>> = {}
    const sha256: Partial<Record<DatasetFile, string>> = {}
    let left: number = datasetLimits.bytes
    for (const file of datasetFiles) {
      const given = files[file]
      if (!given) continue
      const { bytes, sha256: hash } = await unpackIdx(given, file, left)
      left -= bytes.length
      read[file] = { name: given.name, bytes }
      sha256[file] = hash
    }
    const parts = readParts(read as DatasetBytes, mnist)
    const named = classes && { classes: checkClasses(classes, parts.classes) }
    const entries = await this.list()
    const known = entryWithFiles(entries, { sha256 })?.info
    if (known?.kind === 'bundled') return { info: known, isNew: false, isRepaired: false, renamedFrom: null }
    if (!known && entries.some(({ id, info }) => isSameName(info?.name ?? id, checked) || id === checked.toLowerCase()))
      throw new LabError('dataset.nameTaken', `another dataset is named ${checked}`, { name: checked })
    const heldOut = parts.test ? 0 : Math.floor(parts.train.count / heldOutShare)
    const described = known ?? describe(checked, sha256, parts, Object.values(files).map(({ name }) => basename(name)).join(', '), heldOut)
    const info = { ...described, ...named, ...known ? {} : { preprocessing } }
    const problem = known ? await this.problemIn(known) : null
    const isRepaired = ['dataset.vanished', 'dataset.changed'].includes(problem?.code ?? '')
    await this.write(info, read)
    const renamedFrom = known && JSON.stringify(known.classes) !== JSON.stringify(info.classes) ? known.classes : null
    return { info, isNew: !known, isRepaired, renamedFrom }
  }

  /** Writes the description last: a folder without one is not a dataset. */
  private async write(info: DatasetInfo, files: Partial<Record<DatasetFile, NamedBytes>>): Promise<void> {
    const folder = join(this.folder, info.id)
    await mkdir(folder, { recursive: true }).catch((cause: unknown) => { throw fileError(cause, folder) })
    for (const file of datasetFiles) if (files[file]) await atomicWrite(join(folder, fileNames[file]), files[file].bytes)
    await atomicWrite(join(folder, descriptionName), writeDescription(info))
  }

  /** @returns null for a folder without a description */
  private async entry(id: string): Promise<DatasetEntry | null> {
    try {
      const text = new TextDecoder().decode(await readWhole(join(this.folder, id, descriptionName), { maxBytes: maxDescriptionBytes }))
      const info = readDescription(text)
      if (info.id !== id) return { id, info: null, problem: changed(id, descriptionName, info.id) }
      return { id, info, problem: await this.missing(info) }
    }
    catch (cause) {
      if (cause instanceof LabError && ['file.missing', 'file.notFolder'].includes(cause.code)) return null
      return { id, info: null, problem: changed(id, descriptionName, cause instanceof LabError ? cause.code : '–') }
    }
  }

  private async missing(info: DatasetInfo): Promise<LabError | null> {
    for (const file of partsOf(info)) if (!await stat(join(this.folder, info.id, fileNames[file])).then(found => found.isFile(), () => false)) return vanished(info.name, fileNames[file])
    return null
  }

  /** Verifies the files of a dataset. @returns the problem; null when they are unchanged since the import */
  private async problemIn(info: DatasetInfo): Promise<LabError | null> {
    if (info.kind === 'bundled') return null // the lab's own files, verified when they are loaded
    try {
      for (const file of partsOf(info)) await this.readVerified(info, file)
      return null
    }
    catch (cause) { return ownError(cause) }
  }

  private async readVerified(info: DatasetInfo, file: DatasetFile): Promise<NamedBytes> {
    const name = fileNames[file]
    let unpacked: Unpacked
    try {
      unpacked = await unpackFile(join(this.folder, info.id, name), { name, maxBytes: datasetLimits.bytes, sizeOf: start => readIdxHeader(start, name, kindOf(file)).bytes })
    }
    catch (cause) {
      if (cause instanceof FormatError) throw changed(info.name, name, String(cause.details['found']))
      throw cause instanceof LabError && cause.code !== 'dataset.memory' ? vanished(info.name, name) : cause
    }
    const found = faultIn(unpacked, { sha256: info.sha256[file] ?? '' })
    if (found !== null) throw changed(info.name, name, String(found))
    return { name, bytes: unpacked.bytes }
  }
}

const partsOf = ({ sha256 }: DatasetInfo): readonly DatasetFile[] => datasetFiles.filter(file => sha256[file] !== undefined)

/** Reads a file to import; its header says how large it is. @throws LabError file.*; FormatError idx.* */
export async function unpackIdx({ path, name }: ImportFile, file: DatasetFile, maxBytes: number): Promise<Unpacked> {
  const unpacked = await unpackFile(path, { name, maxBytes: datasetLimits.bytes, sizeOf: start => readIdxHeader(start, name, kindOf(file), maxBytes).bytes })
  const { bytes, length, damage } = unpacked
  if (damage !== null) throw new FormatError('idx.gzip', `${name}: ${damage} after ${length} bytes`, { file: name, at: length, wanted: 'gzip', found: damage })
  checkLength({ bytes: bytes.length }, length, name)
  return unpacked
}

const vanished = (name: string, file: string): LabError => new LabError('dataset.vanished', `${name}: ${file} is missing`, { name, file })
const changed = (name: string, file: string, found: string): LabError => new LabError('dataset.changed', `${name}: ${file} has changed: ${found}`, { name, file, found })
