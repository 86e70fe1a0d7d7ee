import type { ArgOf, BookmarkChange, ForkRequest, FromWorker, LostRun, MetricsFrame, NamedWeights, Pace, PastMoment, PastReach, ForwardedChannel, RequestArg, RequestResult, ResultOf, RunState, SharedDataset, Threads, WeightsBytes, WireError, WorkerCommand, WorkerStart } from '@contract'
import { defaultConfig, inputSize, LabError, mnist, type RunConfig, type RunSeries } from '@core'
import { controls, toWire, viewChannels } from '@contract'
import { Autosaver } from './autosaver'
import type { Datasets } from './datasets'
import type { RunStore, RunWriter } from '@files'
import type { LabFileName, LabFiles, Opened } from './lab-files'
import { forkRun } from './forks'
import { recordedRun } from './recorded-run'
import type { Past } from './past'
import type { Questions } from './questions'
import type { RunRecorder } from './run-recorder'
import { timeoutFor, Supervisor, type Thread } from './supervisor'
import { SavedSteps } from './saved-steps'

export interface KeeperEvents {
  readonly state: (state: RunState) => void
  readonly metrics: (frame: MetricsFrame) => void
  readonly lost: (lost: LostRun) => void
  readonly warning: (error: WireError) => void
}

export interface KeeperOptions {
  readonly startThread: (start: Omit<WorkerStart, 'compiling'>) => Thread
  /** MNIST, with which a thread starts */
  readonly dataset: SharedDataset
  readonly datasets: Pick<Datasets, 'load' | 'left' | 'trainedOn'>
  readonly sample: NamedWeights
  readonly version: string
  readonly files: LabFiles
  /** Keeps every run on the disk */
  readonly recorder: RunRecorder
  readonly runs: Pick<RunStore, 'open' | 'stateBefore' | 'read' | 'create' | 'discard'>
  /** Shows moments of the run's past */
  readonly past: Past
  readonly events: KeeperEvents
  /** The setting, read whenever a thread starts */
  readonly threads: () => Threads
  /** Timeout in addition to the time of a mini-batch */
  readonly timeoutMs?: number
}

/** Weights for a file that the user saves. */
export interface ToSave extends WeightsBytes {
  readonly config: RunConfig
  readonly input: readonly number[]
  /** Reports the path that they were written to. */
  readonly onDisk: (path: string) => void
}

/** Origin of a run's first weights: a file of the user, a file of the lab (`labFile`), or possibly no file on disk (`notOnDisk`) */
interface Source {
  readonly path?: string | undefined
  readonly labFile?: LabFileName | undefined
  readonly notOnDisk?: boolean
  /** Of the recorded run that is continued */
  readonly writer?: RunWriter
  /** What is recorded of it */
  readonly series?: RunSeries
}

/** Run ids of each thread start at a multiple of this, so that a new run never has the id of an older one. */
const runsPerThread = 1_000_000

// One class, although the file has over 200 lines: the thread, the run's state and its files change together, in one queue.
/** Owns the training thread and makes sure that no training is lost. */
export class RunKeeper {
  lost: LostRun | null = null
  private supervisor: Supervisor | null = null
  /** Number of training threads started so far */
  private startedThreads = 0
  private state: RunState | null = null
  /** Of the current run */
  private current: SharedDataset
  private readonly savedSteps = new SavedSteps()
  private readonly autosaver: Autosaver
  private queue: Promise<unknown> = Promise.resolve()
  /** New runs start in the order of their requests, although their datasets take different times to load. */
  private arrivals: Promise<unknown> = Promise.resolve()
  private quitting = false

  constructor(private readonly options: KeeperOptions) {
    this.current = options.dataset
    this.autosaver = new Autosaver(() => this.inQueue(() => this.autosave()), options.events.warning)
  }

  /**
   * Starts the thread with the run of the last session, at its latest step, or with the default network.
   * @param last id of that run; null: there is none
   */
  async startFirstRun(pace: Pace, last: string | null = null): Promise<RunState> {
    try {
      if (last !== null) return await this.resumeLast(last, pace)
    }
    catch (cause) {
      const error = toWire(cause)
      if (error.code !== 'run.missing') this.options.events.warning(error) // the user may have deleted it
    }
    return await this.configure(defaultConfig, pace)
  }

  /** The run knows more than the autosave of a crashed session, which is not offered then. */
  private async resumeLast(id: string, pace: Pace): Promise<RunState> {
    const state = await this.resume(id, pace)
    await this.options.files.discardRecovery().catch((cause: unknown) => this.options.events.warning(toWire(cause)))
    return state
  }

  /** @throws LabError the thread's error, worker.died, worker.timeout, train.noRun */
  async ask<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> {
    if (this.supervisor) return await this.supervisor.ask(command, arg)
    if (this.lost) throw new LabError('worker.died', 'the training thread has ended', { found: this.lost.error.message })
    throw new LabError('train.noRun', 'there is no run yet')
  }

  /** Shows a step of the run's past in the views, which ask another thread then. @throws LabError as `Past.visit` */
  visit(step: number): Promise<PastMoment> { return this.options.past.visit(step, this.current) }
  /** The views show the present again. */
  leavePast(): void { this.options.past.leave() }
  /** To the run's past. */
  get questions(): Questions { return this.options.past.questions }
  /** What can be visited of the run. @throws LabError as `Past.reach` */
  pastReach(): Promise<PastReach | null> { return this.options.past.reach() }
  /** Marks a step of the run; note null: no longer. @throws LabError past.none, past.range, past.bookmarks */
  async bookmark({ step, note }: BookmarkChange): Promise<PastReach> {
    const { past, recorder } = this.options
    const reach = await past.reach()
    if (!reach) throw new LabError('past.none', 'the run has no past yet', {})
    const { first, last } = reach
    if (note !== null && (step < first || step > last)) throw new LabError('past.range', `no step ${step}`, { step, first, last })
    return { ...reach, bookmarks: await recorder.bookmark(step, note) }
  }

  /** Forwards a request of the window to the thread that knows the answer. @throws LabError as `ask` */
  async forward<K extends ForwardedChannel>(channel: K, arg: RequestArg<K>): Promise<RequestResult<K>> {
    const { past } = this.options
    if (past.isShown && isView(channel)) return await past.ask(channel, arg)
    const result = await this.ask(channel, arg)
    if (channel in controls) this.update(result as RunState)
    return result
  }

  /** Applies the new setting; it changes the speed, never the results. */
  async setThreads(threads: Threads): Promise<void> {
    if (!this.supervisor) return
    const state: RunState | null = await this.ask('threads', { threads })
    if (state && state.runId === this.state?.runId) this.options.events.state(state)
  }

  /** The current run's dataset. */
  get dataset(): SharedDataset { return this.current }

  /** @throws LabError when its dataset cannot be used or the network cannot be created; the run is unchanged then */
  configure(config: RunConfig, pace: Pace, isKept = true): Promise<RunState> {
    return this.startOn(() => config.dataset, dataset => this.ask('configure', { config, pace, dataset, isKept }))
  }

  /** Starts the default network for a demonstration: what it learns is neither autosaved nor kept as the previous run. @throws LabError as `configure` */
  async demonstrate(pace: Pace): Promise<RunState> {
    const state = await this.configure(defaultConfig, pace, false)
    this.savedSteps.needNotKeep(state)
    this.options.recorder.pass()
    return state
  }

  /** @throws LabError when the file's dataset cannot be used or its network does not fit; the run is unchanged then */
  open({ name, bytes, path, labFile }: Opened, pace: Pace): Promise<RunState> {
    return this.startOn(() => this.options.datasets.trainedOn({ name, bytes }, this.current.info), dataset => this.ask('open', { weights: { name, bytes }, pace, dataset }), { path, labFile })
  }

  /**
   * Continues a recorded run at its latest step.
   * @throws LabError run.*, file.*, or when its dataset cannot be used; the run is unchanged then
   */
  async resume(id: string, pace: Pace): Promise<RunState> {
    const { runs, recorder, events } = this.options
    if (this.state && await recorder.id() === id) return this.state
    await recorder.ended()
    const { run, writer } = await runs.open(id)
    try {
      const recorded = await recordedRun(run, step => runs.stateBefore(id, step))
      return await this.startOn(() => run.record.config.dataset, async (dataset) => {
        const { state, differsAt } = await this.ask('resume', { run: recorded, pace, ...dataset && { dataset } })
        if (differsAt !== null) events.warning(toWire(new LabError('run.inexact', `step ${differsAt} has another loss`, { file: recorded.name, step: differsAt })))
        return state
      }, { writer, series: run.series })
    }
    catch (cause) {
      await writer.close()
      throw cause
    }
  }

  /** Takes another way from a step of a run, which becomes the current run. @throws LabError as `forkRun`; the run is unchanged then */
  async fork(wanted: ForkRequest, pace: Pace): Promise<RunState> {
    const { runs, recorder, past, datasets, events } = this.options
    const { id, differsAt } = await forkRun(wanted, async dataset => dataset === this.current.info.id ? this.current : await datasets.load(dataset), { runs, recorder, past })
    try {
      const state = await this.resume(id, pace)
      if (differsAt !== null) events.warning(toWire(new LabError('run.inexact', `step ${differsAt} has another loss`, { file: wanted.name || id, step: differsAt })))
      return state
    }
    catch (cause) {
      await runs.discard(id)
      throw cause
    }
  }

  /**
   * Loads a dataset, unless the current run has it, and starts a run on it.
   * @param find returns its id
   * @param start asks the thread, which has MNIST already
   */
  private startOn(find: () => string | Promise<string>, start: (dataset?: SharedDataset) => Promise<RunState>, source?: Source): Promise<RunState> {
    const { datasets, dataset: mnist } = this.options
    const started = this.arrivals.then(async () => {
      const id = await find()
      const dataset = id === this.current.info.id ? this.current : await datasets.load(id)
      return await this.replace(async () => {
        const state = await start(dataset === mnist ? undefined : dataset)
        const { id: before } = this.current.info
        this.current = dataset
        if (before !== id) datasets.left(before)
        return state
      }, source)
    })
    this.arrivals = started.catch(() => undefined) // the caller gets the error
    return started
  }

  /** Restarts the run. Its initial weights may no longer be on disk, unless a seed draws them. */
  rewind(): Promise<RunState> {
    return this.replace(() => this.ask('rewind', null), { notOnDisk: this.state?.origin.from === 'file' })
  }

  /** The weights that are shown, of the present or of the past, for a file that the user saves. */
  async weights(): Promise<ToSave> {
    const { past } = this.options
    if (past.isShown) {
      const { state: { config, input }, ...weights } = await past.weights()
      return { ...weights, config, input, onDisk: () => undefined }
    }
    return await this.inQueue(async () => {
      const { state } = this
      if (!state) throw new LabError('train.noRun', 'there is no run yet')
      const { bytes, step, events } = await this.ask('weights', null)
      return { bytes, step, events, config: state.config, input: state.input, onDisk: path => this.savedSteps.savedByUser({ runId: state.runId, step, events }, path) }
    })
  }

  /** Continues after the death of the thread or of the app. */
  async recover(from: 'autosave' | 'seed', pace: Pace, read: (name: LabFileName) => Promise<Opened>): Promise<RunState> {
    const { lost, options: { files } } = this
    if (from === 'autosave') {
      if (lost && !files.autosaved) throw new LabError('train.noRun', 'the lost run had not been saved')
      return this.open(await read(lost ? 'autosave' : 'recovered'), pace)
    }
    const state = await this.configure(this.state?.config ?? defaultConfig, pace)
    if (!lost) await files.discardRecovery()
    return state
  }

  /** Saves a last time, with a timeout, and stops the thread. @returns whether everything was saved */
  async quit(timeoutMs = 4_000): Promise<boolean> {
    this.quitting = true
    const allSaved = await within(timeoutMs, this.saveUnsaved(), false)
    this.autosaver.clear()
    const { supervisor } = this
    this.supervisor = null
    await Promise.all([supervisor?.stop(), this.options.past.stop()])
    await within(timeoutMs, this.options.recorder.end(), undefined)
    return allSaved
  }

  /** Waits for replacements in progress, then saves what is unsaved. */
  private async saveUnsaved(): Promise<boolean> {
    await this.queue
    return this.supervisor === null || this.isSaved || await this.autosaver.save()
  }

  private get isSaved(): boolean { return this.state === null || this.savedSteps.isSaved(this.state) }

  private async autosave(): Promise<void> {
    const { state } = this
    if (!state || this.isSaved) return
    const { bytes, step, events } = await this.ask('weights', null)
    await this.options.files.autosave(bytes)
    this.savedSteps.autosaved({ runId: state.runId, step, events })
  }

  /** Replaces the run by another one; unsaved weights of the old one are kept as the previous run. */
  private replace(start: () => Promise<RunState>, { path, labFile, notOnDisk = false, writer, series }: Source = {}): Promise<RunState> {
    return this.inQueue(async () => {
      const { files, recorder, past, events } = this.options
      const userCanReopen = await this.userCanReopen()
      // The thread may have died meanwhile: no await from here to the next request to it.
      if (this.quitting) throw new LabError('train.noRun', 'the lab is closing')
      const { lost: lostRun } = this
      const reopensAutosave = lostRun !== null && labFile === 'autosave' && files.autosaved
      const unsaved = this.supervisor !== null && this.state !== null && this.state.step > 0 && !userCanReopen
      this.startThread()
      const oldWeights = unsaved ? this.ask('weights', null) : null // before `start`: the thread answers in order
      oldWeights?.catch(() => undefined) // if it fails, so does the next request
      const state = await start()
      past.leave()
      past.questions.forget()
      this.lost = null
      this.state = state
      if (writer) recorder.adopt(state, writer, series)
      else recorder.begin(state)
      if (!labFile && !notOnDisk) this.savedSteps.savedByUser(state, path)
      try {
        if (lostRun && !reopensAutosave) await files.release()
        if (!reopensAutosave) await files.replace(oldWeights && (await oldWeights).bytes)
        if (labFile && await this.adoptFile(labFile, oldWeights !== null)) this.savedSteps.autosaved(state)
      }
      catch (cause) { events.warning(toWire(cause)) }
      this.update(this.state)
      return state
    })
  }

  /** Whether the user has a file of exactly the current step; false while the run trains. */
  private async userCanReopen(): Promise<boolean> {
    const { state } = this
    return state !== null && state.phase !== 'running' && await this.savedSteps.userCanReopen(state) && this.state?.step === state.step && this.state.events.length === state.events.length
  }

  /** Whether the file that was opened still exists: the old run may just have overwritten it. */
  private async adoptFile(labFile: LabFileName, previousWritten: boolean): Promise<boolean> {
    if (labFile === 'autosave') return await this.options.files.adoptAutosave()
    if (labFile === 'recovered') return await this.options.files.adoptRecovery()
    return !previousWritten
  }

  private get timeoutMs(): number {
    const { network, batchSize } = this.state?.config ?? defaultConfig
    return timeoutFor({ input: this.state?.input ?? [inputSize(mnist)], ...network }, batchSize, this.options.timeoutMs)
  }

  private startThread(): void {
    if (this.supervisor) return
    const pendingRequests = new Int32Array(new SharedArrayBuffer(4))
    const { dataset, sample, version, threads, startThread } = this.options
    this.supervisor = new Supervisor(startThread({ role: 'train', dataset, sample, version, pendingRequests, threads: threads(), firstRunId: ++this.startedThreads * runsPerThread }), {
      pendingRequests: pendingRequests, timeoutMs: () => this.timeoutMs, onMessage: message => this.receive(message), onDeath: error => void this.threadDied(error),
    })
  }

  private receive(message: Exclude<FromWorker, { type: 'reply' }>): void {
    const { events, recorder } = this.options
    if (message.type === 'metrics') {
      recorder.metrics(message.frame)
      const { runId, step } = message.frame
      if (runId === this.state?.runId && step > this.state.step) this.update({ ...this.state, step })
      events.metrics(message.frame)
    }
    else if (message.type === 'state') {
      this.update(message.state)
      events.state(message.state)
    }
    else if (message.type === 'checkpoint') recorder.checkpoint(message.frame)
    else if (message.type === 'warning') events.warning(message.error)
  }

  /** Ignores answers about a run that has been replaced. */
  private update(state: RunState): void {
    if (state.runId !== this.state?.runId) return
    this.state = state
    this.options.recorder.state(state)
    if (!this.isSaved) this.autosaver.schedule(state.phase !== 'running')
  }

  /** Marks the run as lost immediately, but tells the window only after looking for an autosave, unless a run that was requested earlier has started by then. */
  private async threadDied(cause: LabError): Promise<void> {
    this.supervisor = null
    this.autosaver.clear()
    const { files, events, recorder } = this.options
    void recorder.end()
    const error = toWire(cause)
    const lost = this.lost = { error, autosave: null }
    await this.arrivals
    const autosave = await this.inQueue(async () => files.autosaved ? await files.describe('autosave') : null)
    if (this.lost !== lost) return
    this.lost = { error, autosave }
    events.lost(this.lost)
  }

  /** Serializes all work on the run's files. */
  private inQueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work)
    this.queue = done.catch(() => undefined) // the caller gets the error
    return done
  }
}

const isView = (channel: ForwardedChannel): boolean => (viewChannels as readonly ForwardedChannel[]).includes(channel)

/** The result of a promise, or another value when it takes too long. */
async function within<T>(ms: number, result: Promise<T>, late: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<T>((resolve) => { timer = setTimeout(resolve, ms, late) })
  try { return await Promise.race([result, timeout]) }
  finally { clearTimeout(timer) }
}
