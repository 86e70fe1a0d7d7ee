import type { ArgOf, FromWorker, LostRun, MetricsFrame, NamedWeights, Pace, PassedOn, RequestArg, RequestResult, ResultOf, RunState, SharedDataset, Threads, WeightsBytes, WireError, WorkerCommand, WorkerStart } from '@contract'
import { defaultConfig, LabError, type RunConfig } from '@core'
import { controls, toWire } from '@contract'
import { Autosaver } from './autosaver'
import type { KeptName, LabFiles, Opened } from './lab-files'
import { patienceFor, Supervisor, type Thread } from './supervisor'
import { Whereabouts } from './whereabouts'

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
  /** The setting, when a thread starts */
  readonly threads: () => Threads
  /** Besides the time of a mini-batch; left out: a generous one */
  readonly patienceMs?: number
}

/** Weights for a file that a person asks for. */
export interface ToSave extends WeightsBytes {
  readonly config: RunConfig
  /** Says where they stand now. */
  readonly onDisk: (path: string) => void
}

/** Where a run's first weights stand: in a file, in one of the lab's own, or perhaps on no disk */
interface Source { readonly path?: string | undefined, readonly kept?: KeptName | undefined, readonly lost?: boolean }

/** Each thread counts its runs on from a multiple of this, so that the window never takes a new one for an older one. */
const runsPerThread = 1_000_000

/** Owns the training thread and sees to it that nothing learned is lost. */
export class RunKeeper {
  lost: LostRun | null = null
  private supervisor: Supervisor | null = null
  /** Training threads so far */
  private begun = 0
  private state: RunState | null = null
  private readonly disk = new Whereabouts()
  private readonly autosaver: Autosaver
  private order: Promise<unknown> = Promise.resolve()
  private quitting = false

  constructor(private readonly given: KeeperGiven) {
    this.autosaver = new Autosaver(() => this.inOrder(() => this.autosave()), given.events.warning)
  }

  /** A thread and a first network. */
  begin(pace: Pace): Promise<RunState> { return this.configure(defaultConfig, pace) }

  /** @throws LabError what the thread answered, worker.died, worker.timeout, train.noRun */
  async ask<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> {
    if (this.supervisor) return await this.supervisor.ask(command, arg)
    if (this.lost) throw new LabError('worker.died', 'the training thread has ended', { found: this.lost.error.message })
    throw new LabError('train.noRun', 'there is no run yet')
  }

  /** Passes a request of the window on to the thread. @throws LabError what `ask` throws */
  async pass<K extends PassedOn>(channel: K, arg: RequestArg<K>): Promise<RequestResult<K>> {
    const result = await this.ask(channel, arg)
    if (channel in controls) this.take(result as RunState)
    return result
  }

  /** The setting was changed: what is learned is the same, only the speed is another. */
  async setThreads(threads: Threads): Promise<void> {
    if (!this.supervisor) return
    const state: RunState | null = await this.ask('threads', { threads })
    if (state && state.runId === this.state?.runId) this.given.events.state(state)
  }

  /** @throws LabError when the network cannot be made; the run stays as it was */
  configure(config: RunConfig, pace: Pace): Promise<RunState> {
    return this.replace(() => this.ask('configure', { config, pace }))
  }

  /** @throws LabError when the file is no network for the dataset; the run stays as it was */
  open({ name, bytes, path, kept }: Opened, pace: Pace): Promise<RunState> {
    return this.replace(() => this.ask('open', { weights: { name, bytes }, pace }), { path, kept })
  }

  /** The initial weights may stand on no disk any more, unless a seed draws them. */
  rewind(): Promise<RunState> {
    return this.replace(() => this.ask('rewind', null), { lost: this.state?.origin.from === 'file' })
  }

  /** The weights as they are now, for a file that a person asks for. */
  weights(): Promise<ToSave> {
    return this.inOrder(async () => {
      const { state } = this
      if (!state) throw new LabError('train.noRun', 'there is no run yet')
      const { bytes, step } = await this.ask('weights', null)
      return { bytes, step, config: state.config, onDisk: path => this.disk.keep({ runId: state.runId, step }, path) }
    })
  }

  /** After the death of the thread or of the app. */
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

  /** The last autosave, within bounds, then the end of the thread. @returns whether all that was learned is on the disk */
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

  /** A run that is being replaced may not be on the disk yet, nor its successor. */
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

  /** Puts another run in the place of this one, whose weights are kept beside. */
  private replace(start: () => Promise<RunState>, { path, kept, lost = false }: Source = {}): Promise<RunState> {
    return this.inOrder(async () => {
      const { files, events } = this.given
      const byPerson = await this.isKept()
      // The thread may have died during that: from here to its next request nothing is awaited.
      if (this.quitting) throw new LabError('train.noRun', 'the lab is closing')
      const { lost: gone } = this
      const again = gone !== null && kept === 'autosave' && files.autosaved
      const unsaved = this.supervisor !== null && this.state !== null && this.state.step > 0 && !byPerson
      this.startThread()
      const leaving = unsaved ? this.ask('weights', null) : null // the thread answers in order
      leaving?.catch(() => undefined) // then the next one fails likewise
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

  /** Whether a person has the run just as it is. A running one goes on meanwhile. */
  private async isKept(): Promise<boolean> {
    const { state } = this
    return state !== null && state.phase !== 'running' && await this.disk.isKept(state) && this.state?.step === state.step
  }

  /** A file of the lab's own may just have been taken for the run that left. */
  private async standsOnDisk(kept: KeptName, previousWritten: boolean): Promise<boolean> {
    if (kept === 'autosave') return await this.given.files.adoptAutosave()
    if (kept === 'recovered') return await this.given.files.adoptRecovery()
    return !previousWritten
  }

  private startThread(): void {
    if (this.supervisor) return
    const wanted = new Int32Array(new SharedArrayBuffer(4))
    const { dataset, sample, version, threads, startThread } = this.given
    this.supervisor = new Supervisor(startThread({ role: 'train', dataset, sample, version, wanted, threads: threads(), firstRunId: ++this.begun * runsPerThread }), {
      wanted, patienceMs: () => patienceFor(this.state?.config ?? defaultConfig, this.given.patienceMs), hear: message => this.hear(message), died: error => void this.die(error),
    })
  }

  private hear(message: Exclude<FromWorker, { type: 'reply' }>): void {
    const { events } = this.given
    if (message.type === 'metrics') {
      const { runId, firstStep, losses } = message.frame
      if (runId === this.state?.runId && losses.length) this.take({ ...this.state, step: firstStep + losses.length - 1 })
      events.metrics(message.frame)
    }
    else if (message.type === 'state') {
      this.take(message.state)
      events.state(message.state)
    }
    else if (message.type === 'warning') events.warning(message.error)
  }

  /** An answer about a run that was replaced meanwhile is no news. */
  private take(state: RunState): void {
    if (state.runId !== this.state?.runId) return
    this.state = state
    if (!this.safe) this.autosaver.touch(state.phase !== 'running')
  }

  /** The run counts as lost at once; the window hears of it when it is known what is left, unless another run has begun by then. */
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

  /** What touches the run's files goes one after the other. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.order.then(work)
    this.order = done.catch(() => undefined) // told to whoever asked
    return done
  }
}
