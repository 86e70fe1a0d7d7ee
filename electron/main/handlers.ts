import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { AppInfo, Channel, ForwardedChannel, Locale, OpenedFile, Playground, Progress, RequestArg, RequestResult, SavedFile, Settings, SharedDataset, WireError } from '@contract'
import { forwardedChannels, toWire } from '@contract'
import { checkRunConfig, LabError, maxRecipeCharacters, mnist, networkWriters, writeGraphDocument, type WrittenFormat, writtenFormats } from '@core'
import { atomicWrite, checkExportFolder, exportFolder, fileError, type FileTrash, type JsonStore, openedKind, type OpenedKind, type OwnDigits, readWhole, weightsSha256, writeHashedWeights } from '@files'
import { networkOfFile } from './exported-file'
import { GivenFiles } from './given-files'
import { readGraphFile } from './graph-files'
import { Browser, bytesOf, labelsOf, meansOf } from './browse'
import type { Certifier } from './certificate'
import type { DatasetManager } from './dataset-manager'
import { type Datasets, imagesOf } from './datasets'
import { networkBytes, NetworkFiles } from './network-files'
import { readProgressFile, writtenProgress } from './progress'
import type { ProjectWanted } from './project'
import type { RunComparison } from './run-comparison'
import type { RunKeeper } from './run-keeper'
import type { RunsLibrary } from './runs-library'
import { remember as rememberSession, type Session } from './session'
import { type FileDialogs, UserFiles } from './user-files'
import { WeightsFiles } from './weights-files'
import type { WeightsLibrary } from './weights-library'

/** Dependencies of the handlers; parts that need Electron are injected as functions. */
export interface HandlerContext {
  readonly settings: JsonStore<Settings>
  readonly progress: JsonStore<Progress>
  readonly playground: JsonStore<Playground | null>
  readonly session: JsonStore<Session>
  readonly library: Promise<WeightsLibrary>
  readonly runs: RunsLibrary
  readonly certifier: Certifier
  readonly datasets: Datasets
  readonly manager: DatasetManager
  readonly digits: OwnDigits
  /** Resolves when the first run exists; rejects with the error of the dataset. */
  readonly ready: Promise<RunKeeper>
  /** Null until the dataset is loaded */
  readonly keeper: () => RunKeeper | null
  /** Null until the dataset is loaded */
  readonly comparison: () => RunComparison | null
  readonly info: () => AppInfo
  readonly locale: () => Locale
  /** The window has painted its first screen. */
  readonly shown: () => void
  /** Shows the window on the whole screen and magnified, or as before */
  readonly present: (on: boolean) => void
  readonly settingsChanged: (settings: Settings) => void
  readonly warn: (error: WireError) => void
  /** Asks for a path to save to. @param name suggested name, with the folder that was used last. @returns null when cancelled */
  readonly askSave: (kind: FileKind, name: string) => Promise<string | null>
  readonly askOpen: (kind: OpenKind) => Promise<string | null>
  readonly reveal: (path: string) => void
  readonly given: GivenFiles
  /** For weights files */
  readonly trash: Pick<FileTrash, 'take' | 'restore'>
  /** Prints the window's page. @returns the bytes of a PDF @throws LabError summary.print */
  readonly print: () => Promise<Uint8Array>
}

/** Kinds of files in dialogs. */
export type FileKind = WrittenFormat | 'weights' | 'run' | 'project' | 'digits' | 'graph' | 'progress' | 'summary'
/** Kinds of files that an open dialog offers. `file`: any kind that the lab can open. */
export type OpenKind = 'file' | 'weights' | 'digits' | 'progress'

export type Handlers = { readonly [K in Channel]: (arg: RequestArg<K>) => RequestResult<K> | Promise<RequestResult<K>> }

// Over 200 lines: one table with a handler for each channel.
/** The handlers of all channels; the type requires one for each. Requests before the first run wait for it. */
export function createHandlers(context: HandlerContext): Handlers {
  const { settings, progress, playground, runs, ready, digits, datasets, manager } = context
  const pace = () => settings.value.pace
  const library = () => context.library
  const comparison = async () => {
    await ready
    return context.comparison()!
  }
  const browser = new Browser(datasets, () => context.keeper()?.dataset ?? null)
  /** @throws LabError dataset.unknown for one that is not in memory, as after another run has begun */
  const loadedDataset = async (id: string): Promise<SharedDataset> => {
    const dataset = await browser.find(id)
    if (!dataset) throw new LabError('dataset.unknown', `${id} is not loaded`, { found: id, wanted: [mnist.id, context.keeper()?.dataset.info.id].filter(Boolean).join(', ') })
    return dataset
  }
  const weightsFiles = new WeightsFiles({
    library: context.library, askSave: name => context.askSave('weights', name), trash: context.trash, warn: cause => context.warn(toWire(cause)),
  })
  const networkFiles = new NetworkFiles(async (path, runId) => {
    if (runId !== null) await weightsFiles.belongs(path, runId)
    await weightsFiles.remember(path)
  })
  const dialogsFor = (kind: FileKind): FileDialogs => ({ askSave: name => context.askSave(kind, name), askOpen: () => context.askOpen(kind === 'progress' || kind === 'digits' ? kind : 'file') })
  const digitFiles = new UserFiles('.idx', dialogsFor('digits'))
  const graphs = new UserFiles('.json', dialogsFor('graph'))
  const runFiles = new UserFiles('.labrun', dialogsFor('run'))
  const progresses = new UserFiles('.json', dialogsFor('progress'))
  const summaries = new UserFiles('.pdf', dialogsFor('summary'))
  const projects = new UserFiles('', dialogsFor('project'))
  const networks = new Map(writtenFormats.map(format => [format, new UserFiles(`.${format}`, dialogsFor(format))]))
  /** What was exported, until the program ends */
  const exported = new GivenFiles()
  /** Saves a file or folder that can be shown in its folder. */
  const saveShown = async (files: UserFiles, write: (path: string) => Promise<void>, name: string): Promise<SavedFile | null> => {
    let written = ''
    const saved = await files.saveBy(async (path) => {
      await write(path)
      written = path
    }, name)
    return saved && exported.add(written)
  }
  const saveProject = (wanted: ProjectWanted, name: string, withData: boolean) => saveShown(projects, async (path) => {
    await checkExportFolder(path)
    await exportFolder(path, await (await ready).project(wanted, { locale: context.locale(), withData }))
  }, name)
  const reveal = async (path: string): Promise<null> => {
    await stat(path).catch((cause: unknown) => { throw fileError(cause, basename(path)) })
    context.reveal(path)
    return null
  }

  const openers: Readonly<Record<Exclude<OpenedKind, 'dataset'>, (path: string, name: string) => Promise<OpenedFile>>> = {
    weights: async (path, name) => {
      const opened = await networkFiles.open(path, name, await ready, pace())
      return 'choices' in opened ? { kind: 'question', question: opened } : { kind: 'weights', state: opened }
    },
    run: async path => ({ kind: 'run', arrival: await runFiles.read(path, () => runs.import(path)) }),
    graph: async path => ({ kind: 'graph', graph: await graphs.read(path, () => readGraphFile(path)) }),
    recipe: async (path, name) => ({ kind: 'recipe', name, text: new TextDecoder().decode(await readWhole(path, { maxBytes: maxRecipeCharacters, name })) }),
  }
  /** Of several files the first one counts, unless it belongs to a dataset. */
  const openPaths = async (paths: readonly string[]): Promise<OpenedFile> => {
    const [path] = paths as readonly [string]
    const name = basename(path)
    const kind = await openedKind(path, name)
    return kind === 'dataset' ? await openDataset(paths, name) : await openers[kind](path, name)
  }
  const openDataset = async (paths: readonly string[], name: string): Promise<OpenedFile> => {
    try { return { kind: 'dataset', preview: await manager.previewOf(paths) } }
    catch (cause) {
      if (cause instanceof LabError && cause.code === 'arrays.names' && paths.length === 1) return await openers.weights(paths[0]!, name) // arrays that are no images may be a network
      throw cause
    }
  }

  const writeProgress = (next: Progress): Promise<void> =>
    progress.set(next).catch((cause: unknown) => context.warn(toWire(cause))) // on failure it holds for this session only

  const forward = <K extends ForwardedChannel>(channel: K) => async (arg: RequestArg<K>): Promise<RequestResult<K>> => await (await ready).forward(channel, arg)

  return {
    ...Object.fromEntries(forwardedChannels.map(channel => [channel, forward(channel)])) as Pick<Handlers, ForwardedChannel>,

    'app:info': context.info,
    'app:shown': () => {
      context.shown()
      return null
    },
    'app:present': ({ on }) => {
      context.present(on)
      return null
    },
    'settings:read': () => settings.value,
    'settings:write': async (patch) => {
      const { threads } = settings.value
      const next = { ...settings.value, ...patch }
      const warn = (cause: unknown): void => context.warn(toWire(cause))
      const written = settings.set(next).catch(warn) // on failure the settings hold for this session only
      context.settingsChanged(next)
      if (next.threads !== threads) await context.keeper()?.setThreads(next.threads).catch(warn) // on failure the next training thread uses the setting
      await written
      return settings.value // it may have changed again in the meantime
    },

    'progress:read': () => progress.value,
    'progress:write': async (next) => {
      await writeProgress(next)
      return null
    },
    'progress:save': ({ name }) => progresses.save(writtenProgress(progress.value), name),
    'progress:open': async () => {
      const opened = await progresses.open(readProgressFile)
      if (opened) await writeProgress(opened)
      return opened
    },

    'run:read': () => {
      const keeper = context.keeper()
      return keeper && !keeper.lost ? keeper.ask('read', null) : null
    },
    'run:configure': async config => await (await ready).configure(checkRunConfig(config), pace()),
    'run:demonstrate': async () => await (await ready).demonstrate(pace()),
    'run:rewind': async () => await (await ready).rewind(),
    'run:left': () => context.keeper()?.left ?? null,
    'run:lost': () => context.keeper()?.lost ?? null,

    'runs:list': async () => await runs.list(),
    'runs:change': async ({ id, ...change }) => await runs.change(id, change),
    'runs:remove': async ({ id }) => await runs.remove(id),
    'runs:restore': async ({ id }) => await runs.restore(id),
    'runs:trash': async () => await runs.trash(),
    'runs:emptyTrash': async () => await runs.emptyTrash(),
    'runs:reveal': async ({ id }) => {
      context.reveal(await runs.pathOf(id))
      return null
    },
    'runs:open': async ({ id }) => {
      await runs.settled()
      return await (await ready).resume(id, pace())
    },
    'runs:export': ({ id, name }) => runFiles.saveBy(path => runs.export(id, path), name),
    'runs:project': ({ id, name, withData }) => saveProject({ run: id }, name, withData),
    'runs:curves': async query => await runs.curves(query),
    'runs:difference': async pair => await (await comparison()).difference(pair),
    'runs:distance': async query => await (await comparison()).distance(query),
    'runs:compared': async () => {
      await context.comparison()?.rest()
      return null
    },

    'runs:losses': range => runs.losses(range),
    'runs:fork': async (wanted) => {
      await runs.settled()
      return await (await ready).fork(wanted, pace())
    },

    'past:visit': async ({ step }) => await (await ready).visit(step),
    'past:leave': () => {
      context.keeper()?.leavePast()
      return null
    },
    'past:price': async (question) => {
      const { questions, dataset } = await ready
      return await questions.price(question, dataset)
    },
    'past:find': async (question) => {
      const { questions, dataset } = await ready
      return await questions.find(question, dataset)
    },
    'past:cancel': async () => {
      await (await ready).questions.cancel()
      return null
    },
    'past:lane': async (quantity) => {
      const { questions, dataset } = await ready
      return await questions.lane(quantity, dataset)
    },
    'past:endLane': async ({ id }) => {
      await (await ready).questions.endLane(id)
      return null
    },
    'past:health': async (query) => {
      const { questions, dataset } = await ready
      return await questions.measureHealth(query, dataset)
    },
    'past:path': async (query) => {
      const { questions, dataset } = await ready
      return await questions.measurePath(query, dataset)
    },
    'past:endPath': async () => {
      await context.keeper()?.questions.endPath()
      return null
    },
    'past:endHealth': async () => {
      await context.keeper()?.questions.endHealth()
      return null
    },
    'past:lanes': () => context.keeper()?.questions.all ?? [],
    'past:lastWake': async wanted => await (await ready).lookAtUnit(wanted),
    'past:read': async () => await context.keeper()?.pastReach() ?? null,
    'past:bookmark': async change => await (await ready).bookmark(change),

    'twin:begin': async wanted => await (await ready).beginTwin(wanted),
    'twin:read': async () => await context.keeper()?.twin.read() ?? null,
    'twin:end': async () => {
      await context.keeper()?.twin.end()
      return null
    },

    'teach:try': async wanted => await (await ready).teach(wanted),
    'teach:cancel': () => {
      context.keeper()?.cancelTeaching()
      return null
    },
    'teach:keep': async (wanted) => {
      await runs.settled()
      return await (await ready).keepTaught(wanted)
    },
    'draw:neighbours': async query => await (await ready).neighbours(query, await loadedDataset(query.dataset)),

    'data:list': async () => await manager.list(),
    'data:preview': async arg => await manager.preview(arg),
    'data:revise': async arg => await manager.revise(arg),
    'data:dismiss': () => {
      manager.dismiss()
      return null
    },
    'data:import': async arg => await manager.import(arg),
    'data:change': async arg => await manager.change(arg),
    'data:verify': async ({ id }) => await manager.verify(id),
    'data:repair': async arg => await manager.repair(arg),
    'data:reveal': async ({ id }) => {
      await manager.reveal(id)
      return null
    },
    'data:remove': async ({ id }) => await manager.remove(id),
    'data:restore': async ({ id }) => await manager.restore(id),
    'data:samples': async ({ id }) => await manager.samples(id),
    'data:images': async arg => imagesOf(await loadedDataset(arg.dataset), arg),
    'data:open': async ({ dataset }) => labelsOf(await browser.open(dataset)),
    'data:leave': () => {
      browser.leave()
      return null
    },
    'data:bytes': async arg => bytesOf(await browser.open(arg.dataset), arg),
    'data:means': async arg => await meansOf(await browser.open(arg.dataset), arg),
    'data:answers': async ({ dataset }) => await (await ready).answers(await browser.open(dataset)),

    'file:open': async () => {
      const path = await context.askOpen('file')
      return path === null ? null : await openPaths([path])
    },
    'file:answer': async answer => await networkFiles.answer(answer, await ready, pace()),
    'file:take': async ({ id }) => await openPaths([context.given.take(id)]),
    'file:reveal': async ({ id }) => await reveal(exported.pathOf(id)),
    'file:drop': async ({ paths }) => await openPaths(paths),

    'digits:read': () => digits.read(),
    'digits:add': ({ image, label }) => digits.add({ images: image, labels: Uint8Array.of(label) }),
    'digits:hide': ({ index, isHidden }) => digits.hide(index, isHidden),
    'digits:export': ({ name }) => digitFiles.saveBy(path => digits.export(path), name),
    'digits:import': () => digitFiles.open(path => digits.import(path)),
    'digits:dataset': ({ name }) => datasets.ofDigits(digits, name),

    'weights:save': async () => await weightsFiles.save(await ready),
    'weights:saveAs': async () => await weightsFiles.save(await ready, true),
    'weights:list': async () => await (await library()).list(),
    'weights:open': async ({ handle }) => {
      const known = await library()
      if (!known.has(handle)) return await (await ready).open(await known.read(handle), pace())
      const path = known.pathOf(handle)
      return await networkFiles.open(path, basename(path), await ready, pace())
    },
    'weights:bytes': async ({ handle }) => {
      if (handle !== null) return await (await library()).read(handle)
      const path = await context.askOpen('weights')
      if (path === null) return null
      const name = basename(path)
      const read = await networkBytes(path, name) // a file of another kind is not remembered
      await weightsFiles.remember(path)
      return read
    },
    'weights:forget': ({ handle }) => weightsFiles.forget(handle),
    'weights:project': async ({ handle, name, withData }) => {
      const { weights } = await networkOfFile(handle, await library())
      return await saveProject({ weights: { name, bytes: writeHashedWeights(weights) } }, name, withData)
    },
    'weights:export': async ({ of, format }) => {
      const { name, weights } = 'run' in of ? await (await ready).exported(of.run) : await networkOfFile(of.handle, await library())
      const bytes = networkWriters[format]({ ...weights, weightsSha256: weightsSha256(weights) })
      return await saveShown(networks.get(format)!, path => atomicWrite(path, bytes), name)
    },
    'weights:rename': ({ handle, name }) => weightsFiles.rename(handle, name),
    'weights:duplicate': ({ handle }) => weightsFiles.duplicate(handle),
    'weights:remove': ({ handle }) => weightsFiles.remove(handle),
    'weights:restore': ({ handle }) => weightsFiles.restore(handle),
    'weights:reveal': async ({ handle }) => await reveal((await library()).pathOf(handle)),

    'graph:save': ({ document, name }) => graphs.save(writeGraphDocument(document), name),
    'graph:recall': () => playground.value,
    'graph:remember': async (next) => {
      await playground.set(next).catch((cause: unknown) => context.warn(toWire(cause))) // on failure it holds for this session only
      return null
    },

    'desk:recall': () => context.session.value.desk,
    'desk:remember': async (desk) => {
      await rememberSession(context.session, { desk })
      return null
    },

    'summary:pdf': async ({ name }) => summaries.save(await context.print(), name),

    'certificate:state': () => context.certifier.run,
    'certificate:start': () => context.certifier.start(),
    'certificate:stop': () => context.certifier.stop(),
  }
}
