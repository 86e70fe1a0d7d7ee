import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatasetState, type Locale, type NamedWeights, sampleWeightsFile, type Settings, type SharedDataset, toWire, translate } from '@contract'
import { LabError } from '@core'
import { FileTrash, OwnDigits, DatasetStore, type JsonStore, loadMnist, removeLeftovers, runLimitsOf, RunStore, runsFolder, trashMs } from '@files'
import { Datasets } from './datasets'
import { adoptOldSaves } from './old-saves'
import type { Outbox } from './outbox'
import { RunComparison } from './run-comparison'
import { Memory } from './memory'
import { type KeeperOptions, RunKeeper } from './run-keeper'
import { Past } from './past'
import { remember, type Session } from './session'
import { RunRecorder } from './run-recorder'
import { mnistFolder } from './environment'
import { RunsLibrary } from './runs-library'
import { WeightsLibrary } from './weights-library'

export interface DeferredStartOptions extends Pick<KeeperOptions, 'startThread' | 'version' | 'mayEnd'> {
  readonly folder: string
  readonly samplePath: string
  readonly settings: JsonStore<Settings>
  readonly session: JsonStore<Session>
  readonly locale: () => Locale
  readonly outbox: Outbox
  /** Moves a folder or a file to the system's trash. */
  readonly trash: (path: string) => Promise<void>
}

/** The expensive part of the start (70,000 digits, the training thread), delayed until the window has painted. */
export class DeferredStart {
  /** Null until the dataset is loaded */
  keeper: RunKeeper | null = null
  /** Null until the dataset is loaded */
  comparison: RunComparison | null = null
  datasetState: DatasetState = { phase: 'loading' }
  readonly library: Promise<WeightsLibrary>
  readonly datasets: Datasets
  readonly digits: OwnDigits
  readonly datasetStore: DatasetStore
  /** For weights files */
  readonly fileTrash: FileTrash
  readonly runs: RunStore
  readonly runsLibrary: RunsLibrary
  /** Resolves when the keeper exists; rejects with the error of the dataset. */
  readonly ready: Promise<RunKeeper>
  private readonly recorder: RunRecorder
  private readonly twinRecorder: RunRecorder
  private hasToldThinned = false
  private openedLibrary: WeightsLibrary | null = null

  /** @param shown resolves when the window has painted */
  constructor(private readonly options: DeferredStartOptions, shown: Promise<void>) {
    const { folder, outbox, session, trash } = options
    const warn = (cause: unknown): void => outbox.warn(toWire(cause))
    const warnOfRun = (cause: unknown): void => warn(ofRun(cause))
    this.runs = new RunStore(runsFolder(folder), { trash, onProblem: warnOfRun, limits: () => runLimitsOf(options.settings.value) })
    this.fileTrash = new FileTrash(join(folder, 'trash-files'), trash)
    void shown.then(() => Promise.all([this.runs.trash.empty({ olderThanMs: trashMs }), this.fileTrash.empty(trashMs)])).catch(warn)
    this.recorder = new RunRecorder({ store: this.runs, onProblem: warnOfRun, onCurrent: run => void remember(session, { run }), onRoomMade: ids => this.tellThinned(ids.length) })
    this.twinRecorder = new RunRecorder({ store: this.runs, onProblem: warnOfRun })
    this.runsLibrary = new RunsLibrary(this.runs, this.recorder, this.twinRecorder)
    const isTidy = removeLeftovers(folder).catch(warn) // no other session writes to this folder
    const sample = shown.then(() => readSample(options.samplePath))
    this.library = Promise.all([sample, isTidy]).then(([sample]) => WeightsLibrary.open(join(folder, 'recent.json'), sample))
    this.library.then((opened) => { this.openedLibrary = opened }, () => undefined) // the next request reports the error
    const places = { mnist: mnistFolder(), own: folder }
    this.datasetStore = new DatasetStore(places, { trash })
    void shown.then(() => this.datasetStore.trash.empty({ olderThanMs: trashMs })).catch(warn)
    this.datasets = new Datasets(this.datasetStore, shown.then(() => loadMnist(places.mnist)), name => outbox.send('data:loading', name))
    this.digits = new OwnDigits(join(folder, 'digits'))
    this.ready = Promise.all([this.datasets.mnist, sample, isTidy]).then(([dataset, sample]) => this.createKeeper(dataset, sample))
    this.ready.catch((cause: unknown) => this.setDatasetState({ phase: 'failed', error: toWire(cause) }))
  }

  /** Says once that runs have lost states to make room. */
  private tellThinned(n: number): void {
    if (this.hasToldThinned) return
    this.hasToldThinned = true
    const { outbox, settings } = this.options
    outbox.warn(toWire(new LabError('run.thinned', `${n} runs lost checkpoints`, { n, max: settings.value.allRunsGb })))
  }

  /** Resolves when all pending writes have finished. */
  async finishWrites(): Promise<void> { await this.openedLibrary?.finishWrites() }

  private async createKeeper(dataset: SharedDataset, sample: NamedWeights): Promise<RunKeeper> {
    const { folder, settings, session, locale, outbox, startThread, version, mayEnd } = this.options
    const memory = new Memory()
    const replaying = { dataset, sample, version, startThread, runs: this.runs, recorder: this.recorder, memory }
    this.comparison = new RunComparison({ ...replaying, twinRecorder: this.twinRecorder, datasets: this.datasets, onProgress: progress => outbox.send('runs:comparing', progress) })
    const past = new Past({
      ...replaying, twinRecorder: this.twinRecorder, onTwin: twin => outbox.send('twin:state', twin), onTwinMetrics: frame => outbox.send('twin:metrics', frame),
      onProgress: progress => outbox.send('past:progress', progress), onLost: error => outbox.send('past:lost', error),
      onFinding: progress => outbox.send('past:finding', progress), onLane: points => outbox.send('past:lane', points), onHealth: points => outbox.send('past:health', points), onPath: points => outbox.send('past:path', points), onProblem: cause => outbox.warn(toWire(cause)),
    })
    const keeper = this.keeper = new RunKeeper({
      dataset, sample, version, datasets: this.datasets, startThread, runs: this.runs, recorder: this.recorder, past, memory, ...mayEnd && { mayEnd }, threads: () => settings.value.threads,
      events: { state: state => outbox.send('run:state', state), metrics: frame => outbox.send('run:metrics', frame), lost: lost => outbox.send('run:lost', lost), warning: error => outbox.warn(error), paused: amounts => outbox.send('past:paused', amounts) },
    })
    this.setDatasetState({ phase: 'ready', info: dataset.info })
    const saved = await adoptOldSaves(folder, { runs: this.runs, firstState: weights => keeper.firstState(weights), name: translate(locale(), 'runs.oldSave'), warn: error => outbox.warn(error) })
    try { outbox.send('run:state', await keeper.startFirstRun(settings.value.pace, session.value.run ?? saved)) }
    catch (cause) { if (!keeper.lost) outbox.warn(toWire(cause)) } // the death of the thread has already been reported
    return keeper
  }

  private setDatasetState(state: DatasetState): void {
    this.datasetState = state
    this.options.outbox.send('dataset', state)
  }
}

const readSample = async (path: string): Promise<NamedWeights> => ({ name: sampleWeightsFile, bytes: Uint8Array.from(await readFile(path)) })

/** On a full disk a run is trained on, and written as soon as there is room: the message says so. */
const ofRun = (cause: unknown): unknown => cause instanceof LabError && cause.code === 'file.full' ? new LabError('run.diskFull', cause.message, cause.details, { cause }) : cause
