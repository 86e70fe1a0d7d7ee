import type { ArgOf, BookmarkChange, ForkRequest, FromWorker, LeftRun, LostRun, MemoryAmounts, MetricsFrame, NamedWeights, Neighbours, NeighboursQuery, Pace, PastMoment, PastReach, ForwardedChannel, KeepTaughtRequest, ReadImages, RequestArg, RequestResult, ResultOf, RunState, SharedDataset, SuspendedRun, TaughtFrame, TeachRequest, Threads, TwinRequest, TwinState, WeightsBytes, WireError, WorkerCommand, WorkerStart } from '@contract'
import { checkWeightsFit, type ChoiceAccuracy, type DatasetInfo, defaultConfig, type ExportFiles, inputSize, LabError, mnist, ownError, readWeights, readWeightsHeader, type RunConfig, type RunSeries, type UnitLook } from '@core'
import { controls, toWire, viewChannels } from '@contract'
import { type Datasets, fits, otherNetwork } from './datasets'
import { reachOf, type RunStore, type RunWriter } from '@files'
import { type ExportedNetwork, nameOfNetwork, networkOfRun } from './exported-network'
import { forkRun } from './forks'
import type { Memory } from './memory'
import { recordedRun, startFor } from './recorded-run'
import type { Past } from './past'
import { type ProjectChoices, projectFiles, type ProjectWanted } from './project'
import type { Questions } from './questions'
import type { RunRecorder } from './run-recorder'
import { timeoutFor, Supervisor, type Thread } from './supervisor'
import { type Present, Teacher } from './teach'
import type { TwinRun } from './twin-run'
import type { RunEnd } from './unsaved'

export interface KeeperEvents {
  readonly state: (state: RunState) => void
  readonly metrics: (frame: MetricsFrame) => void
  readonly lost: (lost: LostRun) => void
  readonly warning: (error: WireError) => void
  /** The run is paused because it and its past do not fit in memory; null: it goes on */
  readonly paused: (amounts: MemoryAmounts | null) => void
}

export interface KeeperOptions {
  readonly startThread: (start: Omit<WorkerStart, 'compiling'>) => Thread
  /** MNIST, with which a thread starts */
  readonly dataset: SharedDataset
  readonly datasets: Pick<Datasets, 'load' | 'left' | 'trainedOn'>
  readonly sample: NamedWeights
  readonly version: string
  /** Keeps every run on the disk */
  readonly recorder: RunRecorder
  readonly runs: Pick<RunStore, 'open' | 'stateBefore' | 'read' | 'create' | 'discard'>
  /** Shows moments of the run's past */
  readonly past: Past
  readonly memory: Memory
  /** Asks about a run that is not on the disk before it ends, see `mayEnd`; left out: it may. @returns whether it may end */
  readonly mayEnd?: (end: RunEnd, problem: LabError | null, weights: () => Promise<ToSave>) => Promise<boolean>
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
  /** The run that has these weights; null for a moment of its past */
  readonly runId: number | null
}

/** How a run is recorded: as a new one, as one that goes on, or not at all. */
type Recorded = 'new' | 'not' | { readonly writer: RunWriter, /** What is recorded of it */ readonly series: RunSeries }

/** Run ids of each thread start at a multiple of this, so that a new run never has the id of an older one. */
const runsPerThread = 1_000_000

// One class, although the file has over 200 lines: the thread, the run's state and its recording change together, in one queue.
/** Owns the training thread and makes sure that no training is lost. */
export class RunKeeper {
  lost: LostRun | null = null
  private supervisor: Supervisor | null = null
  /** Number of training threads started so far */
  private startedThreads = 0
  private state: RunState | null = null
  /** Of the current run */
  private current: SharedDataset
  private queue: Promise<unknown> = Promise.resolve()
  /** New runs start in the order of their requests, although their datasets take different times to load. */
  private arrivals: Promise<unknown> = Promise.resolve()
  private quitting = false
  /** The run for which the thread of the past was started */
  private preparedFor = -1
  /** With what the run goes on, while its thread has ended to make room for its past; null: it has a thread */
  private suspended: (SuspendedRun & { readonly amounts: MemoryAmounts }) | null = null
  /** Called when the run goes on, and when a moment of its past is shown */
  private waiting: (() => void)[] = []
  /** Forks in progress: the run does not go on when another one takes its place */
  private forking = 0
  private readonly teacher: Teacher

  constructor(private readonly options: KeeperOptions) {
    this.current = options.dataset
    this.teacher = new Teacher(options)
    const { memory } = options
    memory.run = { pause: amounts => this.inQueue(() => this.suspend(amounts)), released: () => void this.goOn(() => memory.isWaitedFor || this.forking > 0) }
  }

  /**
   * Starts the thread with the run of the last session, at its latest step, or with the default network.
   * @param last id of that run; null: there is none
   */
  async startFirstRun(pace: Pace, last: string | null = null): Promise<RunState> {
    try {
      if (last !== null) return await this.resume(last, pace)
    }
    catch (cause) {
      const error = toWire(cause)
      if (error.code !== 'run.missing') this.options.events.warning(error) // the user may have deleted it
    }
    return await this.configure(defaultConfig, pace)
  }

  /** The checkpoint with which a run would begin that is opened from a weights file. @throws LabError as `open` */
  async firstState(weights: NamedWeights): Promise<Uint8Array<ArrayBuffer>> {
    const { datasets, dataset: mnist } = this.options
    const dataset = await datasets.load(await datasets.trainedOn(weights, this.current.info))
    this.startThread()
    return (await this.tell('firstState', { weights, ...dataset !== mnist && { dataset } })).bytes
  }

  /**
   * Measures a network of another program under each answer to what its file leaves open.
   * @param weights the same under any answer, as a weights file
   * @throws LabError weights.dataset for a network that does not fit its dataset, as `ask`
   */
  async choices(file: NamedWeights, weights: NamedWeights): Promise<{ readonly choices: readonly ChoiceAccuracy[], readonly dataset: DatasetInfo }> {
    const { datasets, dataset: mnist } = this.options
    const dataset = await datasets.load(await datasets.trainedOn(weights, this.current.info))
    checkWeightsFit(readWeightsHeader(weights.bytes, weights.name), dataset.info, file.name)
    return { choices: await this.ask('choices', { file, ...dataset !== mnist && { dataset } }), dataset: dataset.info }
  }

  /** @throws LabError the thread's error, worker.died, worker.timeout, train.noRun */
  async ask<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> {
    for (;;) {
      while (this.suspended) await this.changed()
      const { supervisor } = this
      try { return await this.tell(command, arg) }
      catch (cause) { if (!this.hasPaused(supervisor)) throw cause }
    }
  }

  /** As `ask`, but does not wait while the run is paused for its past. */
  private async tell<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> {
    if (this.supervisor) return await this.supervisor.ask(command, arg)
    if (this.lost) throw new LabError('worker.died', 'the training thread has ended', { found: this.lost.error.message })
    throw new LabError('train.noRun', 'there is no run yet')
  }

  /** Shows a step of the run's past in the views, which ask another thread then. @throws LabError as `Past.visit` */
  async visit(step: number): Promise<PastMoment> {
    const moment = await this.options.past.visit(step, this.current)
    this.wake()
    return moment
  }

  /** A unit at a step of the run's past. @throws LabError as `Past.lookAtUnit` */
  lookAtUnit(wanted: RequestArg<'past:lastWake'>): Promise<UnitLook> { return this.options.past.lookAtUnit(wanted, this.current) }
  /** The views show the present again. */
  leavePast(): void { this.options.past.leave() }
  /** To the run's past. */
  get questions(): Questions { return this.options.past.questions }
  /** Begins a twin of the run. @throws LabError as `TwinRun.begin`; train.noRun */
  async beginTwin(wanted: TwinRequest): Promise<TwinState> {
    if (!this.state) throw new LabError('train.noRun', 'there is no run yet')
    const { suspended } = this
    if (suspended) throw new LabError('past.memory', 'a twin learns beside the run', { found: suspended.amounts.wanted, max: suspended.amounts.max })
    return await this.twin.begin(wanted, this.current, this.state)
  }

  /** Teaches a copy of the run one image. @throws LabError as `Teacher.try`; train.noRun */
  teach(wanted: TeachRequest): Promise<TaughtFrame> { return this.teacher.try(wanted, this.present()) }
  /** Ends what is being taught. */
  cancelTeaching(): void { this.options.past.cancelTeaching() }
  /** Keeps what was taught, beside the run. @throws LabError as `Teacher.keep`; train.noRun */
  async keepTaught(wanted: KeepTaughtRequest): Promise<{ readonly id: string }> {
    const { datasets } = this.options
    const { id } = await this.teacher.keep(wanted, this.present(), dataset => datasets.load(dataset))
    return { id }
  }

  /** The files of a PyTorch project, of a run or of a weights file. @throws LabError as `projectFiles` */
  project(wanted: ProjectWanted, choices: ProjectChoices): Promise<ExportFiles> {
    const { datasets } = this.options
    return projectFiles(wanted, choices, { ...this.options, firstState: weights => this.firstState(weights), load: dataset => datasets.load(dataset) })
  }

  /** The network of a run for other programs; null: the one that is shown. @throws LabError as `networkOfRun`, `weights` */
  async exported(run: string | null): Promise<ExportedNetwork> {
    const { datasets } = this.options
    if (run !== null) return await networkOfRun(run, { ...this.options, load: dataset => datasets.load(dataset) })
    const { bytes, step, config: { network: { layers } }, input } = await this.weights()
    const name = nameOfNetwork({ input, layers }, step)
    return { name, weights: readWeights(bytes, name) }
  }

  private present(): Present {
    if (!this.state) throw new LabError('train.noRun', 'there is no run yet')
    return { state: this.state, dataset: this.current }
  }

  /** The run that learns beside this one. */
  get twin(): TwinRun { return this.options.past.twin }
  /** What can be visited of the run. @throws LabError as `Past.reach` */
  pastReach(): Promise<PastReach | null> { return this.options.past.reach() }
  /** Compares a drawing with training images. @throws LabError as `Past.neighbours` */
  neighbours(query: NeighboursQuery, dataset: SharedDataset): Promise<Neighbours> { return this.options.past.neighbours(query, dataset) }
  /** How the network of the moment that is shown reads every image of a dataset. @throws LabError dataset.otherNetwork; as `Past.readImages` */
  async answers(dataset: SharedDataset): Promise<ReadImages> {
    const network = await this.forward('draw:network', { source: 'run' })
    if (!fits(network.architecture, dataset.info)) throw otherNetwork(network.architecture, dataset.info)
    const { past } = this.options
    const test = await past.readImages(network, dataset, 'test')
    return { at: network.at ?? { runId: -1, step: 0 }, predicted: { test, train: await past.readImages(network, dataset, 'train') } }
  }

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
    if (channel === 'run:layer' && past.isShown) return await past.ask(channel, arg) // never the present instead
    if (channel in controls) return await this.control(channel, arg)
    while (isView(channel)) {
      const { supervisor } = this
      if (!past.isShown && this.suspended) await this.changed()
      else {
        const isPast = past.isShown
        try { return isPast ? await past.ask(channel, arg) : await this.tell(channel, arg) }
        catch (cause) { if (isPast ? past.isShown || !isGone(cause) : !this.hasPaused(supervisor)) throw cause } // another thread knows now
      }
    }
    return await this.ask(channel, arg)
  }

  /** A command to the present: a run that is paused for its past goes on. */
  private async control<K extends ForwardedChannel>(channel: K, arg: RequestArg<K>): Promise<RequestResult<K>> {
    const { suspended, state } = this
    if (suspended && state && (channel === 'run:pause' || channel === 'run:pace')) { // neither needs the thread
      if (channel === 'run:pause') this.suspended = { ...suspended, goal: null }
      else this.state = { ...state, ...arg as RequestArg<'run:pace'> }
      return this.state as RequestResult<K>
    }
    if (suspended && channel === 'run:step') this.suspended = { ...suspended, goal: null } // it was seen to be paused
    await this.goOn()
    const next = channel === 'run:change' ? await this.within(() => this.ask(channel, arg)) : await this.ask(channel, arg)
    this.update(next as RunState)
    return next
  }

  /** Applies the new setting; it changes the speed, never the results. */
  async setThreads(threads: Threads): Promise<void> {
    if (!this.supervisor) return
    const state: RunState | null = await this.ask('threads', { threads })
    if (state && state.runId === this.state?.runId) this.options.events.state(state)
  }

  /** The latest run that another one has replaced, if it is kept. */
  get left(): LeftRun | null { return this.options.recorder.leftRun }

  /** The current run's dataset. */
  get dataset(): SharedDataset { return this.current }

  /** @throws LabError when its dataset cannot be used or the network cannot be created; the run is unchanged then */
  configure(config: RunConfig, pace: Pace): Promise<RunState> {
    return this.startOn(() => config.dataset, dataset => this.tell('configure', { config, pace, dataset }))
  }

  /** Starts the default network for a demonstration, which is not recorded. @throws LabError as `configure` */
  demonstrate(pace: Pace): Promise<RunState> {
    return this.startOn(() => defaultConfig.dataset, dataset => this.tell('configure', { config: defaultConfig, pace, dataset, isKept: false }), 'not')
  }

  /** @throws LabError when the file's dataset cannot be used or its network does not fit; the run is unchanged then */
  open(weights: NamedWeights, pace: Pace): Promise<RunState> {
    return this.startOn(() => this.options.datasets.trainedOn(weights, this.current.info), dataset => this.tell('open', { weights, pace, dataset }))
  }

  /**
   * Continues a recorded run at its latest step.
   * @throws LabError run.*, file.*, or when its dataset cannot be used; the run is unchanged then
   */
  async resume(id: string, pace: Pace): Promise<RunState> {
    const { runs, recorder, events } = this.options
    if (this.state && await recorder.id() === id) {
      await this.goOn()
      return this.state
    }
    if (this.twin.id === id) await this.twin.end()
    await recorder.ended()
    const { run, writer } = await runs.open(id)
    try {
      const recorded = await recordedRun(run, step => runs.stateBefore(id, startFor(run, step)))
      return await this.startOn(() => run.record.config.dataset, async (dataset) => {
        const { state, differsAt } = await this.tell('resume', { run: recorded, pace, ...dataset && { dataset } })
        if (differsAt !== null) events.warning(toWire(inexact(differsAt, recorded.name)))
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
    const { past, memory } = this.options
    this.forking++
    try { return await this.forked(wanted, pace) }
    catch (cause) {
      past.tellGone(cause)
      throw cause
    }
    finally {
      this.forking--
      memory.released()
    }
  }

  private async forked(wanted: ForkRequest, pace: Pace): Promise<RunState> {
    const { runs, recorder, past, datasets, events } = this.options
    const { id, differsAt } = await forkRun(wanted, async dataset => dataset === this.current.info.id ? this.current : await datasets.load(dataset), { runs, recorder, past })
    try {
      const state = await this.resume(id, pace)
      if (differsAt !== null) events.warning(toWire(inexact(differsAt, wanted.name || id)))
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
  private startOn(find: () => string | Promise<string>, start: (dataset?: SharedDataset) => Promise<RunState>, recorded?: Recorded): Promise<RunState> {
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
      }, recorded)
    })
    this.arrivals = started.catch(() => undefined) // the caller gets the error
    return started
  }

  /** Begins a new run with the initial weights of the current one. */
  async rewind(): Promise<RunState> {
    if (this.suspended) await this.goOn() // its thread has the initial weights
    return await this.replace(() => this.tell('rewind', null))
  }

  /** The weights that are shown, of the present or of the past, for a file that the user saves. */
  async weights(): Promise<ToSave> {
    const { past } = this.options
    if (past.isShown) {
      const { state: { config, input }, ...weights } = await past.weights()
      return { ...weights, config, input, runId: null }
    }
    if (this.suspended) await this.goOn()
    return await this.inQueue(() => this.latestWeights())
  }

  private async latestWeights(): Promise<ToSave> {
    const { state } = this
    if (!state) throw new LabError('train.noRun', 'there is no run yet')
    return { ...await this.tell('weights', null), config: state.config, input: state.input, runId: state.runId }
  }

  /** Before the lab quits: asks about a run that is not on the disk, or not within a time. @returns whether it may quit */
  async mayQuit(timeoutMs = 4_000): Promise<boolean> {
    const written = this.queue.then(() => this.written()).then(problem => ({ isKept: problem === null, problem }))
    const { isKept, problem } = await within(timeoutMs, written, { isKept: false, problem: null })
    return isKept || await this.mayEnd('lab', problem)
  }

  private async mayEnd(end: RunEnd, problem: LabError | null): Promise<boolean> {
    return await this.options.mayEnd?.(end, problem, () => this.latestWeights()) ?? true
  }

  /** Writes everything that was learned. @returns why that was not possible, else null */
  private async written(): Promise<LabError | null> {
    const { recorder } = this.options
    await this.sendRest()
    await recorder.flush()
    return recorder.problem
  }

  /** Stops learning and the threads when everything is on the disk, or after a timeout. @returns whether everything is there */
  async quit(timeoutMs = 4_000): Promise<boolean> {
    this.quitting = true
    const { recorder, past } = this.options
    const isKept = await within(timeoutMs, this.keepRest(), false)
    const { supervisor } = this
    this.supervisor = null
    await Promise.all([supervisor?.stop(), past.stop()])
    return await within(timeoutMs, recorder.end(), false) && isKept
  }

  /** Waits for replacements in progress, then has the thread send what it has not sent yet. */
  private async keepRest(): Promise<true> {
    await this.queue
    await this.sendRest()
    return true
  }

  private async sendRest(): Promise<void> {
    if (this.supervisor && this.state) await this.tell('keep', null).catch(() => undefined) // a thread that has died has sent all it could
  }

  /** Replaces the run by another one; the old one is complete then. */
  private replace(start: () => Promise<RunState>, recorded: Recorded = 'new'): Promise<RunState> {
    return this.inQueue(async () => {
      const { recorder, past } = this.options
      if (this.quitting) throw new LabError('train.noRun', 'the lab is closing')
      const problem = recorder.problem && await this.written() // where the disk took the latest, nothing waits
      if (problem && !await this.mayEnd('run', problem)) throw new LabError('run.stays', 'the run stays as it is', {}, { cause: problem })
      const state = await this.within(start).catch(async (cause: unknown) => {
        await this.comeBack()
        past.tellGone(cause)
        throw cause
      })
      this.takeUp()
      past.leave()
      past.questions.forget()
      void past.twin.end()
      this.lost = null
      this.state = state
      if (recorded === 'not') recorder.pass()
      else if (recorded === 'new') recorder.begin(state)
      else recorder.adopt(state, recorded.writer, recorded.series)
      this.update(state)
      // the file may be deleted before the first step
      if (recorded === 'new' && state.origin.from === 'file') await this.tell('keep', null).catch(() => undefined) // its death is reported
      return state
    })
  }

  /** Has the thread do what may take more memory. @param work may be done again after a refusal */
  private within<T>(work: () => Promise<T>): Promise<T> {
    return this.options.memory.within('run', (maxBytes) => {
      this.startThread()
      this.supervisor?.limit(maxBytes)
      return work()
    })
  }

  /** Ends the thread to make room for the past; the run is complete on the disk. @returns whether that was possible */
  private async suspend(amounts: MemoryAmounts): Promise<boolean> {
    const { supervisor, options: { recorder, runs, events } } = this
    const id = await recorder.id()
    if (!supervisor || id === null || this.quitting) return false
    const { state, suspended } = await supervisor.ask('suspend', null)
    await recorder.flush()
    const isKept = await runs.read(id).then(run => reachOf(run).last === state.step, () => false)
    if (!isKept) { // the disk refuses: it learns on
      if (suspended.goal === 'epoch') void this.tell('run:step', { unit: 'epoch' }).catch(() => undefined) // its death is reported
      else if (suspended.goal) await this.tell('run:start', { pace: state.pace })
      return false
    }
    this.suspended = { ...suspended, amounts }
    await this.endThread()
    const paused = state.phase === 'evaluating' ? { ...state, phase: 'idle' as const } : state
    this.update(paused)
    events.state(paused)
    events.paused(amounts)
    return true
  }

  /** The run that is paused for its past goes on. @param unless asked when its turn has come */
  private async goOn(unless = (): boolean => false): Promise<void> {
    if (this.suspended) await this.inQueue(async () => { if (!this.quitting && !unless()) await this.comeBack() })
  }

  /** A new thread takes the run up where the one before has left it. */
  private async comeBack(): Promise<void> {
    const { suspended, state, current, options: { recorder, runs, past, dataset: mnist, events } } = this
    if (!suspended || !state) return
    try {
      await this.endThread() // of a run that has failed to begin
      const id = (await recorder.id())!
      const run = await runs.read(id)
      const recorded = await recordedRun(run, step => runs.stateBefore(id, startFor(run, step)))
      const { state: resumed, differsAt } = await this.within(() => this.tell('resume', { run: recorded, pace: state.pace, suspended: this.suspended ?? suspended, ...current !== mnist && { dataset: current } }))
      const { pace } = this.state ?? state
      let next = resumed
      if (pace !== resumed.pace) next = await this.tell('run:pace', { pace })
      if (suspended.goal && !this.suspended?.goal) next = await this.tell('run:pause', null)
      if (differsAt !== null) events.warning(toWire(inexact(differsAt, recorded.name)))
      this.update(next)
      events.state(next)
      past.tellGone(new LabError('past.memory', 'the run goes on', { found: suspended.amounts.wanted, max: suspended.amounts.max }))
      this.takeUp()
    }
    catch (cause) {
      await this.endThread()
      this.takeUp()
      void this.threadDied(ownError(cause))
    }
  }

  /** The run has a thread again. */
  private takeUp(): void {
    if (!this.suspended) return
    this.suspended = null
    this.options.events.paused(null)
    this.wake()
  }

  private async endThread(): Promise<void> {
    const { supervisor } = this
    this.supervisor = null
    this.options.memory.hold('run', 0)
    await supervisor?.stop()
  }

  /** Whether a thread has ended to make room for the run's past: its requests are for another one. */
  private hasPaused(supervisor: Supervisor | null): boolean { return supervisor?.isStopped === true && !this.quitting }

  private changed(): Promise<void> { return new Promise((done) => { this.waiting.push(done) }) }
  private wake(): void { for (const done of this.waiting.splice(0)) done() }

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
    const { events, recorder, memory } = this.options
    if (message.type === 'metrics') {
      recorder.metrics(message.frame)
      const { runId, step } = message.frame
      if (runId === this.state?.runId && step > this.state.step) {
        this.update({ ...this.state, step })
        this.prepare(runId)
      }
      events.metrics(message.frame)
    }
    else if (message.type === 'state') {
      this.update(message.state)
      events.state(message.state)
    }
    else if (message.type === 'checkpoint') recorder.checkpoint(message.frame)
    else if (message.type === 'memory') memory.hold('run', message.bytes)
    else if (message.type === 'warning') events.warning(message.error)
  }

  /** Once per run, when it has learned: then it has a past. */
  private prepare(runId: number): void {
    if (runId === this.preparedFor || this.quitting || !this.options.recorder.present) return
    this.preparedFor = runId
    this.options.past.prepare()
  }

  /** Ignores answers about a run that has been replaced. */
  private update(state: RunState): void {
    if (state.runId !== this.state?.runId) return
    this.state = state
    this.options.recorder.state(state)
    this.questions.setBeside(state.phase === 'running')
    this.twin.follow(state)
  }

  /** Marks the run as lost immediately, but tells the window only when its record is complete, unless a run that was requested earlier has started by then. */
  private async threadDied(cause: LabError): Promise<void> {
    const { state, options: { events, recorder, memory } } = this
    this.supervisor = null
    memory.hold('run', 0)
    if (this.suspended) return // what it was to do has failed, and the run is on the disk
    const lost = this.lost = { error: toWire(cause), config: state?.config ?? defaultConfig, run: recorder.present }
    await Promise.all([this.arrivals, recorder.end()])
    if (this.lost === lost) events.lost(lost)
  }

  /** Serializes what replaces the run, reads it or ends it. */
  private inQueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work)
    this.queue = done.catch(() => undefined) // the caller gets the error
    return done
  }
}

const inexact = (step: number, file: string): LabError => new LabError('run.inexact', `step ${step} has another loss`, { file, step })

/** Whether the thread of the past has ended, or the moment that it showed. */
const isGone = (cause: unknown): boolean => cause instanceof LabError && (cause.code === 'worker.died' || cause.code === 'past.none')

const isView = (channel: ForwardedChannel): boolean => (viewChannels as readonly ForwardedChannel[]).includes(channel)

/** The result of a promise, or another value when it takes too long. */
async function within<T>(ms: number, result: Promise<T>, late: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<T>((resolve) => { timer = setTimeout(resolve, ms, late) })
  try { return await Promise.race([result, timeout]) }
  finally { clearTimeout(timer) }
}
