import type { ArgOf, FromWorker, LostRun, MetricsFrame, NamedWeights, Pace, ResultOf, RunState, SharedDataset, WeightsBytes, WireError, WorkerCommand, WorkerStart } from '@contract'
import { toWire } from '@contract'
import { countParameters, defaultConfig, LabError, type RunConfig } from '@core'
import { Autosaver } from './autosaver'
import type { KeptName, LabFiles } from './lab-files'
import { Supervisor, type Thread } from './supervisor'

export interface KeeperEvents {
  readonly state: (state: RunState) => void
  readonly metrics: (frame: MetricsFrame) => void
  readonly lost: (lost: LostRun) => void
  readonly warning: (error: WireError) => void
}

export interface KeeperGiven {
  readonly startThread: (start: WorkerStart) => Thread
  readonly dataset: SharedDataset
  readonly sample: NamedWeights
  readonly version: string
  readonly files: LabFiles
  readonly events: KeeperEvents
  /** Besides the time of a mini-batch; left out: a generous one */
  readonly patienceMs?: number
}

/** Weights to go on with. @param kept whether the file is one of the lab's own */
export type Opened = NamedWeights & { readonly kept?: KeptName | undefined }

/** Where a run's first weights stand: in one of the lab's own files, or perhaps on no disk */
interface Source { readonly kept?: KeptName | undefined, readonly nowhere?: boolean }

/** A run and a step of it that stand on the disk. */
interface Mark { readonly runId: number, readonly step: number }
const nowhere: Mark = { runId: -1, step: -1 }

/** Owns the training thread and sees to it that nothing learned is lost. */
export class RunKeeper {
  lost: LostRun | null = null
  private supervisor: Supervisor | null = null
  private state: RunState | null = null
  private step = 0
  /** On the disk by a person's wish, and at all */
  private saved = nowhere
  private safe = nowhere
  private readonly autosaver: Autosaver
  private order: Promise<unknown> = Promise.resolve()

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

  /** Run, pause, step and the like: what the same run is like afterwards. */
  async command<K extends 'run' | 'pause' | 'pace' | 'step'>(command: K, arg: ArgOf<K>): Promise<RunState> {
    const state: RunState = await this.ask(command, arg)
    this.take(state)
    return state
  }

  /** @throws LabError when the network cannot be made; the run stays as it was */
  configure(config: RunConfig, pace: Pace): Promise<RunState> {
    return this.replace(() => this.ask('configure', { config, pace }))
  }

  /** @throws LabError when the file is no network for the dataset; the run stays as it was */
  open({ name, bytes, kept }: Opened, pace: Pace): Promise<RunState> {
    return this.replace(() => this.ask('open', { weights: { name, bytes }, pace }), { kept })
  }

  /** The initial weights may stand on no disk any more, unless a seed draws them. */
  rewind(): Promise<RunState> {
    return this.replace(() => this.ask('rewind', null), { nowhere: this.state?.origin.from === 'file' })
  }

  /** The weights as they are now, for a file that a person asks for. */
  weights(): Promise<WeightsBytes & { readonly config: RunConfig, readonly onDisk: () => void }> {
    return this.inOrder(async () => {
      const { state } = this
      if (!state) throw new LabError('train.noRun', 'there is no run yet')
      const { bytes, step } = await this.ask('weights', null)
      return { bytes, step, config: state.config, onDisk: () => { this.saved = this.safe = { runId: state.runId, step } } }
    })
  }

  /** After the death of the thread or of the app. */
  async recover(from: 'autosave' | 'seed', pace: Pace, read: (name: KeptName) => Promise<Opened>): Promise<RunState> {
    const { config = defaultConfig } = this.state ?? {}
    if (from === 'autosave') {
      if (this.lost && !this.given.files.autosaved) throw new LabError('train.noRun', 'the lost run had not been saved')
      return this.open(await read(this.lost ? 'autosave' : 'recovered'), pace)
    }
    const state = await this.configure(config, pace)
    if (!this.lost) await this.given.files.discardRecovery()
    return state
  }

  /** The last autosave, within bounds, then the end of the thread. @returns whether all that was learned is on the disk */
  async quit(boundMs = 4_000): Promise<boolean> {
    const { supervisor } = this
    if (!supervisor) return true
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => { timer = setTimeout(resolve, boundMs, false) })
    const done = await Promise.race([this.unsafe ? this.autosaver.save() : true, late])
    clearTimeout(timer)
    this.autosaver.clear()
    this.supervisor = null
    await supervisor.stop()
    return done
  }

  /** Learned, and on no disk yet. */
  private get unsafe(): boolean { return this.state !== null && !this.isAt(this.safe) }
  private isAt({ runId, step }: Mark): boolean { return this.state?.runId === runId && this.step === step }

  private async autosave(): Promise<void> {
    const { state } = this
    if (!state || !this.unsafe) return
    const { bytes, step } = await this.ask('weights', null)
    await this.given.files.autosave(bytes)
    this.safe = { runId: state.runId, step }
  }

  /** Puts another run in the place of this one, whose weights are kept beside. */
  private replace(start: () => Promise<RunState>, { kept, nowhere: unkept = false }: Source = {}): Promise<RunState> {
    return this.inOrder(async () => {
      const { files, events } = this.given
      const again = this.lost !== null && kept === 'autosave' && files.autosaved
      const unsaved = this.supervisor !== null && this.step > 0 && !this.isAt(this.saved)
      this.startThread()
      const leaving = unsaved ? this.ask('weights', null) : null // the thread answers in order
      leaving?.catch(() => undefined) // then the next one fails likewise
      const state = await start()
      const mark = unkept ? nowhere : { runId: state.runId, step: state.step }
      const lost = this.lost !== null
      this.lost = null
      this.state = state
      this.step = state.step
      this.saved = kept ? nowhere : mark
      this.safe = nowhere
      try {
        if (lost && !again) await files.release()
        if (!again) await files.replace(leaving && (await leaving).bytes)
        if (await this.standsOnDisk(kept, leaving !== null)) this.safe = mark
      }
      catch (cause) { events.warning(toWire(cause)) }
      this.take(state)
      return state
    })
  }

  /** A file of the lab's own may just have been taken for the run that left. */
  private async standsOnDisk(kept: KeptName | undefined, previousWritten: boolean): Promise<boolean> {
    if (kept === 'autosave') return await this.given.files.adoptAutosave()
    if (kept === 'recovered') return await this.given.files.adoptRecovery()
    return kept === undefined || !previousWritten
  }

  private startThread(): void {
    if (this.supervisor) return
    const wanted = new Int32Array(new SharedArrayBuffer(4))
    const { dataset, sample, version, startThread } = this.given
    const supervisor: Supervisor = new Supervisor(startThread({ dataset, sample, version, wanted }), {
      wanted, patienceMs: () => this.patienceMs, hear: message => this.hear(message), died: error => void this.die(supervisor, error),
    })
    this.supervisor = supervisor
  }

  /** A mini-batch is never interrupted: three products forward and backward, on a machine of 0.2 GFLOPS. */
  private get patienceMs(): number {
    const { layers, batchSize } = this.state?.config ?? defaultConfig
    return (this.given.patienceMs ?? 60_000) + 6 * countParameters(layers) * batchSize / 2e5
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
  }

  /** An answer about a run that was replaced meanwhile is no news. */
  private take(state: RunState): void {
    if (state.runId !== this.state?.runId) return
    this.state = state
    this.step = state.step
    if (this.unsafe) this.autosaver.touch(state.phase !== 'running')
  }

  private async die(supervisor: Supervisor, error: LabError): Promise<void> {
    if (this.supervisor !== supervisor) return
    this.supervisor = null
    this.autosaver.clear()
    const { files, events } = this.given
    const wire = toWire(error)
    this.lost = { error: wire, autosave: null }
    this.lost = { error: wire, autosave: files.autosaved ? await files.describe('autosave') : null }
    events.lost(this.lost)
  }

  /** What touches the run's files goes one after the other. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.order.then(work)
    this.order = done.catch(() => undefined) // told to whoever asked
    return done
  }
}
