import { join } from 'node:path'
import { classCountOf, type DatasetInfo, type GivenFiles, isDatasetId, isRunId, knownDatasetOf, LabError, mnist, type Preprocessing, type TestShare, usualTestShare } from '@core'
import { fileError } from '../file-errors'
import { OwnTrash } from '../runs/trash'
import { checkClasses, checkName, describe, isSameName } from './description'
import type { DatasetEntry } from './entry'
import { partsOf } from './folder'
import { DatasetReader, type ReaderOptions, type StorePlaces } from './reader'
import type { FoundImages } from './sources/found'
import { type ImportFiles, readIdxFiles } from './sources/idx'
import { storedAs, storedIn } from './stored'

export interface DatasetStoreOptions extends ReaderOptions {
  /** Moves a folder to the system's trash; left out, or where it fails: the program's own is used */
  readonly trash?: (folder: string) => Promise<void>
}

/** What a person chooses for images that were found. */
export interface ImportChoices {
  readonly name: string
  /** Names in the order of the labels; left out: those of the source, or 0, 1, 2, … */
  readonly classes?: readonly string[] | undefined
  /** How test images are held out where the source has none */
  readonly testShare?: TestShare | undefined
}

export interface ImportResult {
  readonly info: DatasetInfo
  readonly isNew: boolean
  /** Whether copies that were damaged or missing were written again */
  readonly isRepaired: boolean
  /** The former names of the classes, if they have others now */
  readonly renamedFrom: readonly string[] | null
}

/** The datasets on this computer, and all changes of them. */
export class DatasetStore extends DatasetReader {
  /** The program's own */
  readonly trash: OwnTrash
  private readonly systemTrash: ((folder: string) => Promise<void>) | undefined
  /** Changes are made one after the other */
  private latest: Promise<unknown> = Promise.resolve()

  constructor(places: StorePlaces, options: DatasetStoreOptions = {}) {
    super(places, options)
    this.systemTrash = options.trash
    this.trash = new OwnTrash(join(places.own, 'trash'), this.fs, { now: this.now, isId: id => isDatasetId(id) && !isRunId(id) })
  }

  /**
   * Imports IDX files: {@link readIdxFiles}, then {@link add}.
   * @param preprocessing of a drawing that one of its networks reads
   */
  async import(files: ImportFiles, name: string, classes?: readonly string[], preprocessing: Preprocessing = 'resize'): Promise<ImportResult> {
    checkName(name)
    return await this.add({ ...await readIdxFiles(files), preprocessing }, { name, classes })
  }

  /**
   * Copies images into the store. The same images again are the same dataset, whatever it is called; its copies, and the names of its
   * classes if they are given, are then renewed.
   * @returns the dataset, whether it is new, whether damaged or missing copies were renewed, and the classes that got other names
   * @throws LabError dataset.name, dataset.classes, dataset.nameTaken, dataset.tooFew, file.*: nothing is left behind then
   */
  add(found: FoundImages, { name, classes, testShare = usualTestShare }: ImportChoices): Promise<ImportResult> {
    return this.next(async () => {
      const checked = checkName(name)
      const named = classes && { classes: checkClasses(classes, classCountOf(found.images)) }
      const entries = await this.list()
      const { known, stored } = await storedAs(found, entries, testShare)
      if (known?.kind === 'bundled') return { info: known, isNew: false, isRepaired: false, renamedFrom: null }
      if (!known) checkFree(entries, checked)
      const published = knownDatasetOf(givenOf(found, stored.sha256))
      const origin = published && published.differing.length === 0 ? published.known : { licence: '', source: found.images.source, classes: found.images.classes }
      const info = { ...known ?? describe({ ...stored.images, classes: origin.classes }, { ...stored, ...origin, name: checked, preprocessing: found.preprocessing }), ...named }
      const problem = known ? await this.problemIn(known) : null
      const folder = this.folderOf(info.id)
      await (known ? folder.write(info, stored.files) : folder.create(info, stored.files))
      await folder.markVerified(this.now())
      const renamedFrom = known && JSON.stringify(known.classes) !== JSON.stringify(info.classes) ? known.classes : null
      return { info, isNew: !known, isRepaired: problem !== null, renamedFrom }
    })
  }

  /** The dataset that images are already, which may be damaged; null when they are new. */
  async known(found: FoundImages, testShare: TestShare = usualTestShare): Promise<DatasetInfo | null> {
    return (await storedAs(found, await this.list(), testShare)).known
  }

  /** Gives a dataset another name, or other names to its classes. @throws LabError dataset.name, dataset.nameTaken, dataset.classes, dataset.bundled, dataset.unknown, file.* */
  change(id: string, { name, classes }: { readonly name?: string | undefined, readonly classes?: readonly string[] | undefined }): Promise<DatasetInfo> {
    return this.next(async () => {
      const entries = await this.list()
      const info = this.ownInfo(entries.find(entry => entry.id === id), id)
      const checked = name === undefined ? info.name : checkName(name)
      if (!isSameName(checked, info.name)) checkFree(entries.filter(entry => entry.id !== id), checked)
      const next = { ...info, name: checked, ...classes && { classes: checkClasses(classes, info.classes.length) } }
      await this.folderOf(id).describe(next)
      return next
    })
  }

  /**
   * Writes the files of a damaged dataset again.
   * @param found its source: the images must be the same
   * @throws LabError dataset.otherImages, dataset.bundled, dataset.unknown, file.*
   */
  repair(id: string, found: FoundImages): Promise<DatasetInfo> {
    return this.next(async () => {
      const info = this.ownInfo(await this.entryOf(id), id)
      const { files, sha256 } = await storedIn(info, found)
      const other = partsOf(info).find(file => sha256[file] !== info.sha256[file]) ?? partsOf({ sha256 }).find(file => info.sha256[file] === undefined)
      if (other) throw new LabError('dataset.otherImages', `${found.name} does not hold the images of ${info.name}`, { name: info.name, file: found.files[other] ?? found.images.source })
      await this.folderOf(id).write(info, files)
      await this.folderOf(id).markVerified(this.now())
      return info
    })
  }

  /** Moves a dataset to the trash. @throws LabError dataset.bundled, dataset.unknown, file.* */
  remove(id: string): Promise<void> {
    return this.next(async () => {
      if (id === mnist.id) throw bundled()
      const { id: own } = await this.entryOf(id)
      const { path } = this.folderOf(own)
      try {
        if (await this.systemTrash?.(path).then(() => true, () => false)) return // not every system has a trash, and not for every disk
        await this.trash.take(path)
      }
      catch (cause) { throw fileError(cause, path) }
    })
  }

  /** Puts a dataset back that was moved to the program's own trash. @throws LabError dataset.unknown when it is not there; file.* */
  restore(id: string): Promise<void> {
    return this.next(async () => {
      const { path } = this.folderOf(id)
      const isBack = await this.trash.restore(id, path).catch((cause: unknown) => { throw fileError(cause, path) })
      if (!isBack) throw new LabError('dataset.unknown', `${id} is not in the trash`, { found: id, wanted: '–' })
    })
  }

  /** The description of an imported dataset. @throws LabError dataset.bundled, dataset.unknown, dataset.changed */
  private ownInfo(entry: DatasetEntry | undefined, id: string): DatasetInfo {
    if (id === mnist.id) throw bundled()
    if (entry?.info) return entry.info
    throw entry?.problem ?? new LabError('dataset.unknown', `no dataset ${id}`, { found: id, wanted: '–' })
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.latest.then(work)
    this.latest = done.catch(() => undefined) // the caller gets the error
    return done
  }
}

const bundled = (): LabError => new LabError('dataset.bundled', `${mnist.name} belongs to the program`, { name: mnist.name })

/** Hashes of the files as they were given, or as they are stored. */
const givenOf = ({ kind, given }: FoundImages, sha256: DatasetInfo['sha256']): GivenFiles =>
  kind === 'idx' ? given : Object.fromEntries(Object.entries(sha256).map(([file, hash]) => [file, { packedSha256: hash, sha256: hash }]))

/** @throws LabError dataset.nameTaken */
function checkFree(entries: readonly DatasetEntry[], name: string): void {
  if (entries.some(({ id, info }) => isSameName(info?.name ?? id, name) || id === name.toLowerCase())) throw new LabError('dataset.nameTaken', `another dataset is named ${name}`, { name })
}
