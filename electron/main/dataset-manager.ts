import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type DatasetListing, type DatasetPreview, type DatasetSamples, type ImportedDataset, type RequestArg, type SharedDataset, toWire, type WireError } from '@contract'
import { classCountOf, countsByClass, type DatasetInfo, firstOfClasses, imageAt, isKnownFile, type KnownDataset, knownDatasetOf, LabError, type LabelledImages, mnist } from '@core'
import { type DatasetStore, fileError, type FolderChoices, type FoundImages, type ImportFile, readSource, usualChoices } from '@files'

/** At most so many images of a class are shown before an import, of so many classes */
const [samplesEach, sampledClasses] = [5, 100]
/** Images of a dataset's card */
const cardSamples = 12
const progressMs = 100

export interface DatasetManagerOptions {
  readonly store: DatasetStore
  readonly mnist: Promise<SharedDataset>
  /** Id of the dataset that the current run learns */
  readonly current: () => string | null
  /** Asks for files or a folder. @returns null when cancelled */
  readonly ask: (from: 'files' | 'folder') => Promise<readonly string[] | null>
  readonly reveal: (path: string) => void
  readonly onProgress: (progress: { readonly done: number, readonly total: number }) => void
}

/** What was found and is not taken yet. */
interface Held { readonly handle: string, readonly files: readonly ImportFile[], readonly wanted: string | null, readonly found: FoundImages }

/** Imports datasets, and renames, repairs and removes imported ones. */
export class DatasetManager {
  private held: Held | null = null
  private reading: AbortController | null = null
  /** What the last verification of a dataset found */
  private readonly problems = new Map<string, LabError>()

  constructor(private readonly options: DatasetManagerOptions) {}

  /** Reads the folder anew, since the terminal may have imported one. */
  async list(): Promise<readonly DatasetListing[]> {
    const { store } = this.options
    return await Promise.all((await store.list()).map(async ({ id, info, problem: found }): Promise<DatasetListing> => {
      const problem = found ?? this.problems.get(id) ?? null
      const listing = { id, info, problem: problem && toWire(problem) }
      return id === mnist.id ? listing : { ...listing, disk: { folder: store.folderOf(id).path, ...await store.size(id) } }
    }))
  }

  /** Looks at what a dialog asks for. @throws LabError dataset.*, file.*; FormatError */
  async preview({ from, known }: RequestArg<'data:preview'>): Promise<DatasetPreview | null> {
    const paths = await this.options.ask(from)
    return paths && await this.look(filesOf(paths), usualChoices, known)
  }

  /** Looks at files, or a folder. */
  previewOf(paths: readonly string[]): Promise<DatasetPreview> { return this.look(filesOf(paths), usualChoices, null) }

  /** @throws LabError dataset.previewGone */
  revise({ handle, size, isDark }: RequestArg<'data:revise'>): Promise<DatasetPreview> {
    const { files, wanted } = this.heldAs(handle)
    return this.look(files, { size, isDark }, wanted)
  }

  dismiss(): void {
    this.reading?.abort()
    this.held = null
  }

  /** Writes what was found. @throws LabError dataset.previewGone, dataset.*, file.* */
  async import({ handle, name, classes, test }: RequestArg<'data:import'>): Promise<ImportedDataset> {
    const held = this.heldAs(handle)
    const { info, isNew, isRepaired } = await this.options.store.add(held.found, { name, ...classes && { classes }, testShare: test })
    if (this.held === held) this.held = null
    this.problems.delete(info.id)
    return { info, outcome: isNew ? 'new' : isRepaired ? 'repaired' : 'known' }
  }

  async change({ id, ...change }: RequestArg<'data:change'>): Promise<readonly DatasetListing[]> {
    await this.options.store.change(id, change)
    return await this.list()
  }

  /** @throws LabError dataset.unknown */
  async verify(id: string): Promise<readonly DatasetListing[]> {
    const { store } = this.options
    const { info, problem } = await store.entryOf(id)
    const found = info && !problem ? await store.problemIn(info) : null
    if (found) this.problems.set(id, found)
    else this.problems.delete(id)
    return await this.list()
  }

  /** @throws LabError dataset.otherImages, dataset.*, file.*; FormatError */
  async repair({ id, from }: RequestArg<'data:repair'>): Promise<readonly DatasetListing[] | null> {
    const { store, ask } = this.options
    const { info, problem } = await store.entryOf(id)
    if (!info) throw problem ?? new LabError('dataset.unknown', id, { found: id, wanted: '–' })
    const paths = await ask(from)
    if (!paths) return null
    const [, rows, columns] = info.shape
    await store.repair(info.id, await this.read(filesOf(paths), { size: { rows, columns }, isDark: info.preprocessing === 'resizeDark' }))
    this.problems.delete(info.id)
    return await this.list()
  }

  /** @throws LabError file.* */
  async reveal(id: string): Promise<void> {
    const { path } = this.options.store.folderOf(id)
    await stat(path).catch((cause: unknown) => { throw fileError(cause, basename(path)) })
    this.options.reveal(path)
  }

  /** @throws LabError dataset.inTraining, dataset.bundled, dataset.unknown, file.* */
  async remove(id: string): Promise<{ readonly listings: readonly DatasetListing[], readonly canRestore: boolean }> {
    const { store, current } = this.options
    const { info } = await store.entryOf(id)
    if (current() === id && id !== mnist.id) throw new LabError('dataset.inTraining', `the run learns ${id}`, { name: info?.name ?? id })
    await store.remove(id)
    this.problems.delete(id)
    return { listings: await this.list(), canRestore: (await store.trash.size()).ids.includes(id) }
  }

  async restore(id: string): Promise<readonly DatasetListing[]> {
    await this.options.store.restore(id)
    return await this.list()
  }

  /** The first image of each class. @throws LabError dataset.* */
  async samples(id: string): Promise<DatasetSamples> {
    const { store } = this.options
    const info = await store.find(id)
    const { shape } = info
    if (id !== mnist.id) return { shape, ...await store.samples(info, cardSamples) }
    const { train } = await this.options.mnist
    const first = firstOfClasses(train.labels, info.classes.length, 1).flat().slice(0, cardSamples)
    return { shape, images: first.map(n => Uint8Array.from(imageAt({ ...train, normalization: { divideBy: 1 } }, n))), labels: first.map(n => train.labels[n]!) }
  }

  private async look(files: readonly ImportFile[], choices: FolderChoices, wanted: string | null): Promise<DatasetPreview> {
    const found = await this.read(files, choices)
    const existing = await this.options.store.known(found)
    const handle = randomBytes(16).toString('hex')
    this.held = { handle, files, wanted, found }
    return previewOf(this.held, existing)
  }

  /** Reads images; a newer wish ends an older one. */
  private async read(files: readonly ImportFile[], choices: FolderChoices): Promise<FoundImages> {
    this.dismiss()
    const own = this.reading = new AbortController()
    let told = 0
    try {
      return await readSource(files, choices, {
        signal: own.signal,
        onProgress: (done, total) => {
          if (Date.now() - told < progressMs) return
          told = Date.now()
          this.options.onProgress({ done, total })
        },
      })
    }
    finally { if (this.reading === own) this.reading = null }
  }

  private heldAs(handle: string): Held {
    if (this.held?.handle !== handle) throw new LabError('dataset.previewGone', 'the preview is gone')
    return this.held
  }
}

/** Files with the names that a person knows them by. */
const filesOf = (paths: readonly string[]): readonly ImportFile[] => paths.map(path => ({ path, name: basename(path) }))

function previewOf({ handle, found, wanted }: Held, existing: DatasetInfo | null): DatasetPreview {
  const { kind, images, given, files, sizes, preprocessing } = found
  const { rows, columns, train, test } = images
  const published = knownDatasetOf(given, wanted ?? undefined)
  const known = published?.differing.length === 0 ? published.known : null
  const n = classCountOf(images)
  const names = existing?.classes ?? images.classes ?? known?.classes ?? null // an import again keeps the names
  const [trained, tested] = [countsByClass(train.labels, n), test && countsByClass(test.labels, n)]
  const first = firstOfClasses(train.labels, n, samplesEach)
  return {
    handle, kind, name: existing?.name ?? known?.name ?? found.name, shape: [1, rows, columns], counts: { train: train.labels.length, test: test && test.labels.length },
    classes: Array.from({ length: Math.max(n, existing?.classes.length ?? known?.classes.length ?? 0) }, (_, c) => ({
      name: names?.[c] ?? String(c), train: trained[c] ?? 0, test: tested?.[c] ?? 0, samples: c < sampledClasses ? (first[c] ?? []).map(index => imageOf(train, index)) : [],
    })),
    sizes, isDark: preprocessing === 'resizeDark', known: known?.id ?? null, existing: existing && { id: existing.id, name: existing.name },
    licence: known?.licence ?? '', source: known?.source ?? images.source,
    problems: [...published && !known ? differences(published, files, given) : [], ...found.problems.map(toWire)],
  }
}

function imageOf({ images, labels }: LabelledImages, index: number): Uint8Array {
  const size = images.length / labels.length
  return images.slice(index * size, (index + 1) * size)
}

/** Says which files are not the published ones. */
const differences = ({ known, differing }: { readonly known: KnownDataset, readonly differing: readonly (keyof KnownDataset['files'])[] }, files: FoundImages['files'], given: FoundImages['given']): readonly WireError[] =>
  differing.filter(file => !isKnownFile(known.files[file], given[file])).map(file => toWire(new LabError('dataset.differs', `${file} of ${known.name}`, { name: known.name, file: files[file] ?? known.files[file].name })))
