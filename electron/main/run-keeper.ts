import type { ArgOf, FromWorker, LostRun, MetricsFrame, NamedWeights, Pace, ForwardedChannel, RequestArg, RequestResult, ResultOf, RunState, SharedDataset, Threads, WeightsBytes, WireError, WorkerCommand, WorkerStart } from '@contract'
import { defaultConfig, LabError, type RunConfig } from '@core'
import { controls, toWire } from '@contract'
import { Autosaver } from './autosaver'
import type { KeptName, LabFiles, Opened } from './lab-files'
import { patienceFor, Supervisor, type Thread } from './supervisor'
import { SavedSteps } from './saved-steps'

export interface KeeperEvents {
  readonly state: (state: RunState) => void
  readonly metrics: (frame: MetricsFrame) => void
  readonly lost: (lost: LostRun) => void
  readonly warning: (error: WireError) => void
}

export interface KeeperGiven {
  readonly startThread: (start: Omit<WorkerStart, 'compiling'>) => Thread
  readonly dataset: SharedDataset
  readonly sample: NamedWeights
  readonly version: string
  readonly files: LabFiles
  readonly events: KeeperEvents
  /** The setting, read whenever a thread starts */
  readonly threads: () => Threads
  /** Timeout in addition to the time of a mini-batch */
  readonly patienceMs?: number
}

/** Weights for a file that the user saves. */
export interface ToSave extends WeightsBytes {
  readonly config: RunConfig
  /** Reports the path that they were written to. */
  readonly onDisk: (path: string) => void
}

/** Origin of a run's first weights: a file of the user, a file of the lab (`kept`), or possibly no file on disk (`lost`) */
interface Source { readonly path?: string | undefined, readonly kept?: KeptName | undefined, readonly lost?: boolean }

/** Run ids of each thread start at a multiple of this, so that a new run never has the id of an older one. */
const runsPerThread = 1_000_000

/** Owns the training thread and makes sure that no training is lost. */
export class RunKeeper {
  lost: LostRun | null = null
  private supervisor: Supervisor | null = null
  /** Number of training threads started so far */
  private begun = 0
  private state: RunState | null = null
  private readonly disk = new SavedSteps()
  private readonly autosaver: Autosaver
  private order: Promise<unknown> = Promise.resolve()
  private quitting = false

  constructor(private readonly given: KeeperGiven) {
    this.autosaver = new Autosaver(() => this.inOrder(() => this.autosave()), given.events.warning)
  }

  /** Starts the thread with a first network. */
  begin(pace: Pace): Promise<RunState> { return this.configure(defaultConfig, pace) }

  /** @throws LabError the thread's error, worker.died, worker.timeout, train.noRun */
  async ask<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> {
    if (this.supervisor) return await this.supervisor.ask(command, arg)
    if (this.lost) throw new LabError('worker.died', 'the training thread has ended', { found: this.lost.error.message })
    throw new LabError('train.noRun', 'there is no run yet')
  }

  /** Forwards a request of the window to the thread. @throws LabError as `ask` */
  async pass<K extends ForwardedChannel>(channel: K, arg: RequestArg<K>): Promise<RequestResult<K>> {
    const result = await this.ask(channel, arg)
    if (channel in controls) this.take(result as RunState)
    return result
  }

  /** Applies the new setting; it changes the speed, never the results. */
  async setThreads(threads: Threads): Promise<void> {
    if (!this.supervisor) return
    const state: RunState | null = await this.ask('threads', { threads })
    if (state && state.runId === this.state?.runId) this.given.events.state(state)
  }

  /** @throws LabError when the network cannot be created; the run is unchanged then */
  configure(config: RunConfig, pace: Pace): Promise<RunState> {
    return this.replace(() => this.ask('configure', { config, pace }))
  }

  /** @throws LabError when the network in the file does not fit the dataset; the run is unchanged then */
  open({ name, bytes, path, kept }: Opened, pace: Pace): Promise<RunState> {
    return this.replace(() => this.ask('open', { weights: { name, bytes }, pace }), { path, kept })
  }

  /** Restarts the run. Its initial weights may no longer be on disk, unless a seed draws them. */
  rewind(): Promise<RunState> {
    return this.replace(() => this.ask('rewind', null), { lost: this.state?.origin.from === 'file' })
  }

  /** The current weights, for a file that the user saves. */
  weights(): Promise<ToSave> {
    return this.inOrder(async () => {
      const { state } = this
      if (!state) throw new LabError('train.noRun', 'there is no run yet')
      const { bytes, step } = await this.ask('weights', null)
      return { bytes, step, config: state.config, onDisk: path => this.disk.keep({ runId: state.runId, step }, path) }
    })
  }

  /** Continues after the death of the thread or of the app. */
  async recover(from: 'autosave' | 'seed', pace: Pace, read: (name: KeptName) => Promise<Opened>): Promise<RunState> {
    const { lost, given: { files } } = this
    if (from === 'autosave') {
      if (lost && !files.autosaved) throw new LabError('train.noRun', 'the lost run had not been saved')
      return this.open(await read(lost ? 'autosave' : 'recovered'), pace)
    }
    const state = await this.configure(this.state?.config ?? defaultConfig, pace)
    if (!lost) await files.discardRecovery()
    return state
  }

  /** Saves a last time, with a timeout, and stops the thread. @returns whether everything was saved */
  async quit(boundMs = 4_000): Promise<boolean> {
    this.quitting = true
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => { timer = setTimeout(resolve, boundMs, false) })
    const done = await Promise.race([this.settle(), late])
    clearTimeout(timer)
    this.autosaver.clear()
    const { supervisor } = this
    this.supervisor = null
    await supervisor?.stop()
    return done
  }

  /** Waits for replacements in progress, then saves what is unsaved. */
  private async settle(): Promise<boolean> {
    await this.order
    return this.supervisor === null || this.safe || await this.autosaver.save()
  }

  private get safe(): boolean { return this.state === null || this.disk.isSafe(this.state) }

  private async autosave(): Promise<void> {
    const { state } = this
    if (!state || this.safe) return
    const { bytes, step } = await this.ask('weights', null)
    await this.given.files.autosave(bytes)
    this.disk.autosaved({ runId: state.runId, step })
  }

  /** Replaces the run by another one; unsaved weights of the old one are kept as the previous run. */
  private replace(start: () => Promise<RunState>, { path, kept, lost = false }: Source = {}): Promise<RunState> {
    return this.inOrder(async () => {
      const { files, events } = this.given
      const byPerson = await this.isKept()
      // The thread may have died meanwhile: no await from here to the next request to it.
      if (this.quitting) throw new LabError('train.noRun', 'the lab is closing')
      const { lost: gone } = this
      const again = gone !== null && kept === 'autosave' && files.autosaved
      const unsaved = this.supervisor !== null && this.state !== null && this.state.step > 0 && !byPerson
      this.startThread()
      const leaving = unsaved ? this.ask('weights', null) : null // before `start`: the thread answers in order
      leaving?.catch(() => undefined) // if it fails, so does the next request
      const state = await start()
      this.lost = null
      this.state = state
      if (!kept && !lost) this.disk.keep(state, path)
      try {
        if (gone && !again) await files.release()
        if (!again) await files.replace(leaving && (await leaving).bytes)
        if (kept && await this.standsOnDisk(kept, leaving !== null)) this.disk.autosaved(state)
      }
      catch (cause) { events.warning(toWire(cause)) }
      this.take(this.state)
      return state
    })
  }

  /** Whether the user has a file of exactly the current step; false while the run trains. */
  private async isKept(): Promise<boolean> {
    const { state } = this
    return state !== null && state.phase !== 'running' && await this.disk.isKept(state) && this.state?.step === state.step
  }

  /** Whether the file that was opened still exists: the old run may just have overwritten it. */
  private async standsOnDisk(kept: KeptName, previousWritten: boolean): Promise<boolean> {
    if (kept === 'autosave') return await this.given.files.adoptAutosave()
    if (kept === 'recovered') return await this.given.files.adoptRecovery()
    return !previousWritten
  }

  private startThread(): void {
    if (this.supervisor) return
    const pendingRequests = new Int32Array(new SharedArrayBuffer(4))
    const { dataset, sample, version, threads, startThread } = this.given
    this.supervisor = new Supervisor(startThread({ role: 'train', dataset, sample, version, pendingRequests, threads: threads(), firstRunId: ++this.begun * runsPerThread }), {
      wanted: pendingRequests, patienceMs: () => patienceFor(this.state?.config ?? defaultConfig, this.given.patienceMs), hear: message => this.hear(message), died: error => void this.die(error),
    })
  }

  private hear(message: Exclude<FromWorker, { type: 'reply' }>): void {
    const { events } = this.given
    if (message.type === 'metrics') {
      const { runId, step } = message.frame
      if (runId === this.state?.runId && step > this.state.step) this.take({ ...this.state, step })
      events.metrics(message.frame)
    }
    else if (message.type === 'state') {
      this.take(message.state)
      events.state(message.state)
    }
    else if (message.type === 'warning') events.warning(message.error)
  }

  /** Ignores answers about a run that has been replaced. */
  private take(state: RunState): void {
    if (state.runId !== this.state?.runId) return
    this.state = state
    if (!this.safe) this.autosaver.touch(state.phase !== 'running')
  }

  /** Marks the run as lost immediately, but tells the window only after looking for an autosave, unless another run has started by then. */
  private async die(cause: LabError): Promise<void> {
    this.supervisor = null
    this.autosaver.clear()
    const { files, events } = this.given
    const error = toWire(cause)
    const lost = this.lost = { error, autosave: null }
    const autosave = await this.inOrder(async () => files.autosaved ? await files.describe('autosave') : null)
    if (this.lost !== lost) return
    this.lost = { error, autosave }
    events.lost(this.lost)
  }

  /** Serializes all work on the run's files. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.order.then(work)
    this.order = done.catch(() => undefined) // the caller gets the error
    return done
  }
}
