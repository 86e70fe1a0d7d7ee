import { type ForwardedChannel, type NamedWeights, type PastMoment, type PastReach, type ReachedState, type RecordedRun, type RequestArg, type RequestResult, type RunState, type SharedDataset, toWire, type VisitProgress, type WeightsBytes, type WireError, type WorkerStart } from '@contract'
import { computesSameBits, defaultConfig, inputSize, LabError, mnist } from '@core'
import { reachOf } from '@files'
import { Questions, type QuestionsOptions } from './questions'
import { checkReach, readRecorded, recordedRun, startFor } from './recorded-run'
import { Supervisor, type Thread, timeoutFor } from './supervisor'
import { TwinRun, type TwinRunOptions } from './twin-run'

export interface PastOptions extends Pick<QuestionsOptions, 'onFinding' | 'onLane' | 'onProblem'>, Pick<TwinRunOptions, 'runs' | 'recorder' | 'twinRecorder' | 'onTwin' | 'onTwinMetrics'> {
  readonly startThread: (start: Omit<WorkerStart, 'compiling'>) => Thread
  /** MNIST, with which the thread starts */
  readonly dataset: SharedDataset
  readonly sample: NamedWeights
  readonly version: string
  readonly onProgress: (progress: VisitProgress) => void
  /** Called when its thread has died: views show the present again */
  readonly onLost: (error: WireError) => void
}

/** Its run ids are above those of all training threads. */
const firstRunId = 1_000_000_000

/**
 * Shows moments of the current run's past, in a thread of their own: the run learns on. One moment is shown at most; while one
 * is, the views ask this thread instead of the training thread.
 */
export class Past {
  private supervisor: Supervisor | null = null
  private shown: RunState | null = null
  private wish = 0

  /** To the current run's past */
  readonly questions: Questions
  /** Learns beside the current run */
  readonly twin: TwinRun

  constructor(private readonly options: PastOptions) {
    this.questions = new Questions({ ...options, ask: (command, arg) => this.thread().ask(command, arg) })
    this.twin = new TwinRun({ ...options, past: this, ask: (command, arg) => this.thread().ask(command, arg) })
  }

  /** Whether views show the past. */
  get isShown(): boolean { return this.shown !== null }

  /** What can be visited of the current run; null while it is not on the disk. @throws LabError run.*, file.* */
  async reach(): Promise<PastReach | null> {
    const { runs, recorder } = this.options
    const id = await recorder.id()
    if (id === null) return null
    await recorder.flush()
    const run = await runs.read(id)
    return { id, ...reachOf(run), beginning: run.record.config, checkpoints: run.checkpoints.map(({ step }) => step), bookmarks: run.record.bookmarks }
  }

  /**
   * Shows a step of the current run; a newer wish ends an older one.
   * @param dataset that the run learns
   * @throws LabError past.none, past.left, past.range; run.*, file.* for a damaged run; worker.died
   */
  async visit(step: number, dataset: SharedDataset): Promise<PastMoment> {
    const mine = ++this.wish
    const { runs } = this.options
    const run = await readRecorded(null, this.options)
    checkReach(run, step)
    const recorded = await recordedRun(run, () => runs.stateBefore(run.record.id, startFor(run, step)), step)
    if (mine !== this.wish) throw left(step)
    const { state, differsAt, stepMs } = await this.thread().ask('visit', { run: recorded, ...this.unlessMnist(dataset) })
    if (mine !== this.wish) throw left(step)
    this.shown = state
    return { state, differsAt, stepMs, exact: differsAt === null && computesSameBits(run.record.backend, state.backend) }
  }

  /**
   * A checkpoint of a recorded run's step, learned again beside the moment that is shown; a newer wish ends an older one.
   * @param dataset that the run learns
   * @throws LabError past.left, run.inexact, train.memory, worker.died
   */
  async stateAt(run: RecordedRun, dataset: SharedDataset): Promise<ReachedState> {
    const mine = ++this.wish
    const reached = await this.thread().ask('reach', { run, ...this.unlessMnist(dataset) })
    if (mine !== this.wish) throw left(run.step)
    return reached
  }

  /** Views show the present again. */
  leave(): void {
    this.wish++
    this.shown = null
  }

  /** Asks about the moment that is shown. @throws LabError past.none */
  async ask<K extends ForwardedChannel>(channel: K, arg: RequestArg<K>): Promise<RequestResult<K>> {
    if (!this.shown) throw new LabError('past.none', 'no moment is shown', {})
    return await this.thread().ask(channel, arg)
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
    const { supervisor } = this
    this.supervisor = null
    await supervisor?.stop()
  }

  /** The thread has MNIST already. */
  private unlessMnist(dataset: SharedDataset): { readonly dataset?: SharedDataset } { return dataset === this.options.dataset ? {} : { dataset } }

  private thread(): Supervisor {
    if (this.supervisor) return this.supervisor
    const pendingRequests = new Int32Array(new SharedArrayBuffer(4))
    const { startThread, dataset, sample, version, onProgress, onLost } = this.options
    return this.supervisor = new Supervisor(startThread({ role: 'replay', dataset, sample, version, pendingRequests, threads: 1, firstRunId }), {
      pendingRequests, timeoutMs: () => this.timeoutMs,
      onMessage: (message) => {
        if (message.type === 'progress') onProgress(message.progress)
        else if (message.type === 'measured') this.questions.progress(message.progress)
        else this.twin.receive(message)
      },
      onDeath: (error) => {
        this.supervisor = null
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

const left = (step: number): LabError => new LabError('past.left', `step ${step} is no longer wished for`, { step })
