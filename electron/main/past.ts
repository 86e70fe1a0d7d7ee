import { type ArgOf, type BrowsedSplit, type ContinuedState, type ForwardedChannel, type NamedWeights, type Neighbours, type NeighboursQuery, type NetworkNumbers, type PastMoment, type PastReach, type ReachedState, type RecordedRun, type RequestArg, type RequestResult, type ResultOf, type RunState, type SharedDataset, toWire, type VisitProgress, type WeightsBytes, type WireError, type WorkerCommand, type WorkerStart } from '@contract'
import { computesSameBits, defaultConfig, inputSize, LabError, mnist, type Taught, type UnitLook } from '@core'
import { reachOf } from '@files'
import type { Asking, Memory } from './memory'
import { Questions, type QuestionsOptions } from './questions'
import { checkReach, readRecorded, recordedRun, startFor } from './recorded-run'
import { Supervisor, type Thread, timeoutFor } from './supervisor'
import { TwinRun, type TwinRunOptions } from './twin-run'

export interface PastOptions extends Pick<QuestionsOptions, 'onFinding' | 'onLane' | 'onHealth' | 'onPath' | 'onProblem'>, Pick<TwinRunOptions, 'runs' | 'recorder' | 'twinRecorder' | 'onTwin' | 'onTwinMetrics'> {
  readonly startThread: (start: Omit<WorkerStart, 'compiling'>) => Thread
  /** MNIST, with which the thread starts */
  readonly dataset: SharedDataset
  readonly sample: NamedWeights
  readonly version: string
  readonly memory: Memory
  readonly onProgress: (progress: VisitProgress) => void
  /** Called when its thread has died: views show the present again */
  readonly onLost: (error: WireError) => void
}

/** Its run ids are above those of all training threads. */
const firstRunId = 1_000_000_000

// One class, although the file has over 200 lines: the moment, the questions and the twin share one thread, its memory and its end.
/**
 * Shows moments of the current run's past, in a thread of their own: the run learns on. One moment is shown at most; while one
 * is, the views ask this thread instead of the training thread.
 */
export class Past {
  private supervisor: Supervisor | null = null
  private shown: RunState | null = null
  private wish = 0
  /** The latest wish to teach */
  private teaching = 0
  /** Whether the moment that the window shows had to make room */
  private isGone = false
  /** The wish that is being fulfilled; null: none is */
  private underway: number | null = null

  /** To the current run's past */
  readonly questions: Questions
  /** Learns beside the current run */
  readonly twin: TwinRun

  constructor(private readonly options: PastOptions) {
    const { memory } = options
    /** A moment that nobody looks at any more goes with its thread. */
    const restart = (command: WorkerCommand) => async (): Promise<boolean> => this.isIdleFor(command) && await this.restart()
    this.questions = new Questions({
      ...options, onRest: () => this.settle(),
      measure: (command, arg, mayPause) => this.within(command, arg, { ...mayPause && { mayPause }, first: [restart(command)] }),
      tell: async (command, arg) => { await this.supervisor?.ask(command, arg) },
    })
    this.twin = new TwinRun({
      ...options, past: { stateAt: (run, dataset) => this.stateAt(run, dataset, { mayPause: () => false }) }, // it learns beside the run
      ask: (command, arg) => command === 'twin:begin' ? this.within(command, arg, { mayPause: () => false, first: [restart(command)] }) : this.thread().ask(command, arg),
    })
    memory.others.set('past', { isInUse: () => this.isWaitedFor || this.twin.id !== null, isWaitedFor: () => this.isWaitedFor, end: () => this.end() })
  }

  /** Whether views show the past. */
  get isShown(): boolean { return this.shown !== null }
  /** The step that views show; null: the present */
  get shownStep(): number | null { return this.shown?.step ?? null }

  /** Starts the thread, so that the first visit does not wait for it. */
  prepare(): void { this.thread() }

  /** Whether memory is needed for a moment, a question or a lane. */
  private get isWaitedFor(): boolean { return this.shown !== null || this.isReaching || this.questions.isBusy }
  private get isReaching(): boolean { return this.underway === this.wish }
  /** Whether the thread holds nothing that is needed besides a question. */
  private isIdleFor(command: WorkerCommand): boolean { return !this.shown && !this.isReaching && this.twin.id === null && !(command === 'priceStep' && this.questions.isBusy) }

  /** What can be visited of the current run; null while it is not on the disk. @throws LabError run.*, file.* */
  async reach(): Promise<PastReach | null> {
    const { runs, recorder } = this.options
    const id = await recorder.id()
    if (id === null) return null
    await recorder.flush()
    const run = await runs.read(id)
    return { id, name: run.record.name, ...reachOf(run), beginning: run.record.config, checkpoints: run.checkpoints.map(({ step }) => step), bookmarks: run.record.bookmarks }
  }

  /**
   * Shows a step of the current run; a newer wish ends an older one.
   * @param dataset that the run learns
   * @throws LabError past.none, past.left, past.range; run.*, file.* for a damaged run; worker.died
   */
  async visit(step: number, dataset: SharedDataset): Promise<PastMoment> {
    return this.fulfil(step, async (check) => {
      const { runs } = this.options
      const run = await readRecorded(null, this.options)
      checkReach(run, step)
      const recorded = await recordedRun(run, () => runs.stateBefore(run.record.id, startFor(run, step)), step)
      const { state, differsAt, stepMs } = await this.within('visit', { run: recorded, ...this.unlessMnist(dataset) }, { last: [() => this.questions.end()] }, check)
      check()
      this.shown = state
      return { state, differsAt, stepMs, exact: differsAt === null && computesSameBits(run.record.backend, state.backend) }
    })
  }

  /**
   * A checkpoint of a recorded run's step, learned again beside the moment that is shown; a newer wish ends an older one.
   * @param dataset that the run learns
   * @param may.mayPause whether the run may be paused for it; left out: yes
   * @param may.mayDrop whether the moment that is shown may go for it
   * @throws LabError past.left, run.inexact, train.memory, worker.died
   */
  async stateAt(run: RecordedRun, dataset: SharedDataset, { mayPause, mayDrop = true }: { readonly mayPause?: () => boolean, readonly mayDrop?: boolean } = {}): Promise<ReachedState> {
    return this.fulfil(run.step, async (check) => {
      const reached = await this.within('reach', { run, mayDrop, ...this.unlessMnist(dataset) }, { last: [() => this.questions.end()], ...mayPause && { mayPause } }, check)
      check()
      if (reached.dropped) this.drop()
      return reached
    })
  }

  /**
   * Teaches a recorded run's step one image, beside the moment that is shown; a newer wish ends an older one.
   * @param dataset that the run learns
   * @throws LabError teach.*, past.left, run.inexact, train.memory, worker.died
   */
  async teach(run: RecordedRun, taught: Taught, dataset: SharedDataset): Promise<ResultOf<'teach'>> {
    return this.fulfil(run.step, async (check) => {
      this.teaching = this.wish
      const taughtOne = await this.within('teach', { run, taught, ...this.unlessMnist(dataset) }, { last: [() => this.questions.end()] }, check)
      check()
      return taughtOne
    })
  }

  /**
   * A recorded run's step as a checkpoint, and the losses that follow it, beside the moment that is shown; a newer wish ends an older one.
   * @param dataset that the run learns
   * @throws LabError past.left, run.inexact, train.memory, worker.died
   */
  async continued(run: RecordedRun, dataset: SharedDataset): Promise<ContinuedState> {
    return this.fulfil(run.step, async (check) => {
      const continued = await this.within('continued', { run, ...this.unlessMnist(dataset) }, { last: [() => this.questions.end()] }, check)
      check()
      return continued
    })
  }

  /**
   * Looks at a unit at a step of the current run, beside the moment that is shown; a newer wish ends an older one.
   * @param dataset that the run learns
   * @throws LabError past.none, past.left, past.range, train.noTensor; run.*, file.*, train.memory, worker.died
   */
  async lookAtUnit({ step, ...unit }: RequestArg<'past:lastWake'>, dataset: SharedDataset): Promise<UnitLook> {
    return this.fulfil(step, async (check) => {
      const { runs } = this.options
      const run = await readRecorded(null, this.options)
      checkReach(run, step)
      const recorded = await recordedRun(run, () => runs.stateBefore(run.record.id, startFor(run, step)), step)
      const look = await this.within('lookAtUnit', { run: recorded, ...unit, ...this.unlessMnist(dataset) }, { last: [() => this.questions.end()] }, check)
      check()
      return look
    })
  }

  /** Ends what is being taught; what is shown stays. */
  cancelTeaching(): void {
    if (!this.isReaching || this.teaching !== this.wish) return
    this.wish++
    void this.supervisor?.ask('unwish', null).catch(() => undefined) // its death is reported
  }

  /** Fulfils a wish unless a newer one ends it with past.left. @param work calls `check` before it goes on after having waited */
  private async fulfil<T>(step: number, work: (check: () => void) => Promise<T>): Promise<T> {
    const mine = this.underway = ++this.wish
    const check = (): void => { if (mine !== this.wish) throw new LabError('past.left', `step ${step} is no longer wished for`, { step }) }
    try { return await work(check) }
    catch (cause) {
      check() // its thread may have ended since
      throw cause
    }
    finally {
      if (this.underway === mine) this.underway = null
      this.settle()
    }
  }

  /** Asks the thread for what takes memory. The run is not paused while its twin learns: the twin would have to go when it goes on. */
  private within<K extends WorkerCommand>(command: K, arg: ArgOf<K>, asking: Asking, check: () => void = () => undefined): Promise<ResultOf<K>> {
    return this.options.memory.within('past', (maxBytes) => {
      check()
      const thread = this.thread()
      thread.limit(maxBytes)
      return thread.ask(command, arg)
    }, this.twin.id === null ? asking : { ...asking, mayPause: () => false })
  }

  private settle(): void { if (!this.isWaitedFor) this.options.memory.released() }

  /** Views show the present again. */
  leave(): void {
    this.wish++
    if (this.shown) void this.supervisor?.ask('leave', null).catch(() => undefined) // its death is reported
    this.shown = null
    this.isGone = false
    this.settle()
  }

  /** If the moment that the window shows had to make room, and nothing took its place: the views show the present. */
  tellGone(cause: unknown): void {
    if (this.isGone) this.options.onLost(toWire(cause))
    this.isGone = false
  }

  /** Compares a drawing with the training images, beside the run. @throws LabError ipc.schema, worker.died */
  async neighbours({ pixels, nearest, means }: NeighboursQuery, dataset: SharedDataset): Promise<Neighbours> {
    return await this.thread().ask('neighbours', { pixels, nearest, means, ...this.unlessMnist(dataset) })
  }

  /** How a network reads every image of a split, beside the run. @throws LabError past.left, past.memory, worker.died */
  async readImages(network: NetworkNumbers, dataset: SharedDataset, split: BrowsedSplit): Promise<Uint16Array> {
    return await this.within('readImages', { network, split, ...this.unlessMnist(dataset) }, { mayPause: () => false })
  }

  /** Asks about the moment that is shown. @throws LabError past.none */
  async ask<K extends ForwardedChannel>(channel: K, arg: RequestArg<K>): Promise<RequestResult<K>> {
    if (!this.shown) throw new LabError('past.none', 'no moment is shown', {})
    const answer = await this.thread().ask(channel, arg)
    if (channel === 'run:layer' && this.isShown) this.shown = answer as RunState
    return answer
  }

  /** The weights of the moment that is shown, and its state. @throws LabError past.none */
  async weights(): Promise<WeightsBytes & { readonly state: RunState }> {
    const { shown } = this
    if (!shown) throw new LabError('past.none', 'no moment is shown', {})
    return { ...await this.thread().ask('weights', null), state: shown }
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    this.leave()
    await this.twin.end()
    await this.end()
  }

  /** Ends the thread, the moment that is shown, and what is measured. @returns whether there was a thread */
  private async end(): Promise<boolean> {
    this.questions.abandon()
    if (this.twin.id !== null) this.options.onProblem(new LabError('twin.stopped', 'the memory is needed', {}))
    await this.twin.end()
    return await this.restart()
  }

  /** Ends the thread; the next request starts another one. @returns whether there was one */
  private async restart(): Promise<boolean> {
    const { supervisor } = this
    this.ended()
    await supervisor?.stop()
    return supervisor !== null
  }

  private drop(): void {
    this.isGone ||= this.shown !== null
    this.shown = null
  }

  private ended(): void {
    this.supervisor = null
    this.drop()
    this.options.memory.hold('past', 0)
    this.questions.threadEnded()
  }

  /** The thread has MNIST already. */
  private unlessMnist(dataset: SharedDataset): { readonly dataset?: SharedDataset } { return dataset === this.options.dataset ? {} : { dataset } }

  private thread(): Supervisor {
    if (this.supervisor) return this.supervisor
    const pendingRequests = new Int32Array(new SharedArrayBuffer(4))
    const { startThread, dataset, sample, version, memory, onProgress, onLost } = this.options
    return this.supervisor = new Supervisor(startThread({ role: 'replay', dataset, sample, version, pendingRequests, threads: 1, firstRunId }), {
      pendingRequests, timeoutMs: () => this.timeoutMs,
      onMessage: (message) => {
        if (message.type === 'progress') onProgress(message.progress)
        else if (message.type === 'measured') this.questions.progress(message.progress)
        else if (message.type === 'memory') memory.hold('past', message.bytes)
        else this.twin.receive(message)
      },
      onDeath: (error) => {
        this.ended()
        this.leave()
        void this.twin.lose()
        onLost(toWire(error))
      },
    })
  }

  private get timeoutMs(): number {
    const { input = [inputSize(mnist)], config: { network, batchSize } = defaultConfig } = this.shown ?? {}
    return timeoutFor({ input, ...network }, batchSize)
  }
}
