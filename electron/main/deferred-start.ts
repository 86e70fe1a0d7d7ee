import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatasetState, type NamedWeights, type Settings, type SharedDataset, toWire } from '@contract'
import { DatasetStore, type JsonStore, loadMnist, RunStore, runsFolder } from '@files'
import { Datasets } from './datasets'
import { LabFiles } from './lab-files'
import type { Outbox } from './outbox'
import { RunComparison } from './run-comparison'
import { type KeeperOptions, RunKeeper } from './run-keeper'
import { Past } from './past'
import { openSession, type Session } from './session'
import { RunRecorder } from './run-recorder'
import { mnistFolder } from './environment'
import { RunsLibrary } from './runs-library'
import { WeightsLibrary } from './weights-library'

export interface DeferredStartOptions extends Pick<KeeperOptions, 'startThread' | 'version'> {
  readonly folder: string
  readonly samplePath: string
  readonly settings: JsonStore<Settings>
  readonly outbox: Outbox
  /** Moves a folder to the system's trash. */
  readonly trash: (path: string) => Promise<void>
}

/** The expensive part of the start (70,000 digits, the training thread), delayed until the window has painted. */
export class DeferredStart {
  /** Null until the dataset is loaded */
  keeper: RunKeeper | null = null
  /** Null until the dataset is loaded */
  comparison: RunComparison | null = null
  datasetState: DatasetState = { phase: 'loading' }
  readonly files: LabFiles
  readonly library: Promise<WeightsLibrary>
  readonly datasets: Datasets
  readonly runs: RunStore
  readonly runsLibrary: RunsLibrary
  /** Resolves when the keeper exists; rejects with the error of the dataset. */
  readonly ready: Promise<RunKeeper>
  private readonly recorder: RunRecorder
  private readonly session: Promise<JsonStore<Session>>
  private openedLibrary: WeightsLibrary | null = null

  /** @param shown resolves when the window has painted */
  constructor(private readonly options: DeferredStartOptions, shown: Promise<void>) {
    const { folder, outbox, trash } = options
    const warn = (cause: unknown): void => outbox.warn(toWire(cause))
    this.files = new LabFiles(folder)
    this.runs = new RunStore(runsFolder(folder), { trash, onProblem: warn })
    this.session = openSession(join(folder, 'session.json'))
    this.recorder = new RunRecorder({ store: this.runs, onProblem: warn, onCurrent: run => void this.remember({ run }) })
    this.runsLibrary = new RunsLibrary(this.runs, this.recorder)
    const filesReady = this.files.startSession().catch((cause: unknown) => outbox.warn(toWire(cause))) // continue without recovery from a crash
    const sample = shown.then(() => readSample(options.samplePath))
    this.library = Promise.all([sample, filesReady]).then(([sample]) => WeightsLibrary.open(join(folder, 'recent.json'), this.files, sample))
    this.library.then((opened) => { this.openedLibrary = opened }, () => undefined) // the next request reports the error
    const places = { mnist: mnistFolder(), own: folder }
    this.datasets = new Datasets(new DatasetStore(places), shown.then(() => loadMnist(places.mnist)), name => outbox.send('data:loading', name))
    this.ready = Promise.all([this.datasets.mnist, sample, filesReady]).then(([dataset, sample]) => this.createKeeper(dataset, sample))
    this.ready.catch((cause: unknown) => this.setDatasetState({ phase: 'failed', error: toWire(cause) }))
  }

  /** Resolves when all pending writes have finished. */
  async finishWrites(): Promise<void> { await Promise.all([this.openedLibrary?.finishWrites(), this.session.then(session => session.finishWrites())]) }

  /** A disk that refuses only means that the next session begins anew; what matters more has been reported. */
  private async remember(session: Session): Promise<void> { await (await this.session).set(session).catch(() => undefined) }

  private async createKeeper(dataset: SharedDataset, sample: NamedWeights): Promise<RunKeeper> {
    const { settings, outbox, startThread, version } = this.options
    const replaying = { dataset, sample, version, startThread, runs: this.runs, recorder: this.recorder }
    this.comparison = new RunComparison({ ...replaying, datasets: this.datasets })
    const past = new Past({
      ...replaying, onProgress: progress => outbox.send('past:progress', progress), onLost: error => outbox.send('past:lost', error),
      onFinding: progress => outbox.send('past:finding', progress), onLane: points => outbox.send('past:lane', points), onProblem: cause => outbox.warn(toWire(cause)),
    })
    const keeper = this.keeper = new RunKeeper({
      dataset, sample, version, datasets: this.datasets, startThread, files: this.files, runs: this.runs, recorder: this.recorder, past, threads: () => settings.value.threads,
      events: { state: state => outbox.send('run:state', state), metrics: frame => outbox.send('run:metrics', frame), lost: lost => outbox.send('run:lost', lost), warning: error => outbox.warn(error) },
    })
    this.setDatasetState({ phase: 'ready', info: dataset.info })
    const { run } = (await this.session).value
    try { outbox.send('run:state', await keeper.startFirstRun(settings.value.pace, run)) }
    catch (cause) { if (!keeper.lost) outbox.warn(toWire(cause)) } // the death of the thread has already been reported
    return keeper
  }

  private setDatasetState(state: DatasetState): void {
    this.datasetState = state
    this.options.outbox.send('dataset', state)
  }
}

const readSample = async (path: string): Promise<NamedWeights> => ({ name: 'sample.safetensors', bytes: Uint8Array.from(await readFile(path)) })
