import type { FromWorker, LostRun, MetricsFrame, NamedWeights, Pace, Recovery, RunState, SharedDataset, WorkerStart } from '@contract'
import { toWire, type WireError } from '@contract'
import { defaultConfig, LabError, type RunConfig } from '@core'
import type { LabFiles } from './lab-files'
import { Supervisor, type Thread } from './supervisor'

/** The issue says 30 s; a slow disk and a long mini-batch fit in between. */
const autosaveMs = 20_000
const quitMs = 3_000

export interface KeeperEvents {
  readonly state: (state: RunState) => void
  readonly metrics: (frame: MetricsFrame) => void
  readonly lost: (lost: LostRun) => void
  readonly warning: (error: WireError) => void
}

/** Owns the training thread and sees to it that nothing learned is lost. */
export class RunKeeper {
  lost: LostRun | null = null
  private supervisor: Supervisor | null = null
  private state: RunState | null = null
  private step = 0
  private config: RunConfig = defaultConfig
  /** Runs and steps that are on disk, by a person's wish and by the autosave */
  private saved = { runId: -1, step: 0 }
  private autosaved = { runId: -1, step: 0 }
  private readonly timer: NodeJS.Timeout
  private warned = false

  constructor(
    private readonly startThread: (start: WorkerStart) => Thread,
    private readonly given: { readonly dataset: SharedDataset, readonly sample: NamedWeights, readonly version: string },
    private readonly files: LabFiles,
    private readonly events: KeeperEvents,
  ) {
    this.timer = setInterval(() => void this.autosave(), autosaveMs)
    this.timer.unref()
  }

  /** A fresh thread with a fresh network. */
  async begin(pace: Pace): Promise<RunState> {
    this.startSupervisor()
    return await this.replace(await this.ask('configure', { config: this.config, pace }))
  }

  get ask(): Supervisor['ask'] {
    const { supervisor } = this
    if (!supervisor) throw this.lost ? new LabError('worker.died', 'the training thread has ended', { found: this.lost.error.message }) : new LabError('train.noRun', 'the dataset is still loading')
    return supervisor.ask.bind(supervisor)
  }

  async configure(config: RunConfig, pace: Pace): Promise<RunState> {
    const before = await this.unsaved()
    const state = await this.ask('configure', { config, pace })
    await this.keepPrevious(before)
    this.config = config
    return this.replace(state)
  }

  /** @throws LabError when the file is no network for the dataset; the run stays as it was */
  async open(weights: NamedWeights, pace: Pace): Promise<RunState> {
    const before = await this.unsaved()
    const state = await this.ask('open', { weights, pace })
    await this.keepPrevious(before)
    this.config = state.config
    this.saved = { runId: state.runId, step: state.step }
    return this.replace(state)
  }

  async rewind(): Promise<RunState> {
    await this.keepPrevious(await this.unsaved())
    return this.replace(await this.ask('rewind', null))
  }

  /** The weights for a file that a person asked for. @param write must have succeeded before the run counts as saved */
  async save(write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    const runId = this.state?.runId ?? -1
    const { bytes, step } = await this.ask('weights', null)
    await write(bytes)
    this.saved = { runId, step }
  }

  /** After the thread's death: a new one, from the autosave or from the seed. */
  async recover(from: 'autosave' | 'seed', pace: Pace, read: (handle: 'autosave' | 'recovered') => Promise<NamedWeights>): Promise<RunState> {
    if (!this.supervisor) {
      const weights = from === 'autosave' ? await read('autosave') : null
      this.startSupervisor()
      const state = weights ? await this.ask('open', { weights, pace }) : await this.ask('configure', { config: this.config, pace })
      this.lost = null
      return this.replace(state)
    }
    if (from === 'seed') {
      await this.files.discardRecovery()
      return await this.begin(pace)
    }
    const state = await this.open(await read('recovered'), pace)
    await this.files.adoptRecovery()
    return state
  }

  /** Writes what was learned since the last time; at most every 20 s, on pause and on quit. */
  async autosave(): Promise<void> {
    const { supervisor, state, step } = this
    if (!supervisor || !state || (step === this.autosaved.step && state.runId === this.autosaved.runId) || step === originStep(state)) return
    try {
      const saved = await supervisor.ask('weights', null)
      await this.files.autosave(saved.bytes)
      this.autosaved = { runId: state.runId, step: saved.step }
      this.warned = false
    }
    catch (cause) {
      if (!this.warned) this.events.warning(toWire(cause)) // once, until it works again
      this.warned = true
    }
  }

  /** The last autosave, within bounds, then the end of the thread. */
  async quit(): Promise<void> {
    clearInterval(this.timer)
    const { supervisor } = this
    if (!supervisor) return
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, quitMs) })
    await Promise.race([this.autosave(), late])
    clearTimeout(timer)
    this.supervisor = null
    await supervisor.stop()
  }

  private startSupervisor(): void {
    void this.supervisor?.stop()
    const wanted = new Int32Array(new SharedArrayBuffer(4))
    const { dataset, sample, version } = this.given
    const thread = this.startThread({ dataset, sample, version, wanted })
    const supervisor: Supervisor = new Supervisor(thread, wanted, message => this.hear(message), error => void this.die(supervisor, error))
    this.supervisor = supervisor
  }

  private hear(message: FromWorker): void {
    if (message.type === 'metrics') {
      const { frame } = message
      if (frame.runId === this.state?.runId && frame.losses.length) this.step = frame.firstStep + frame.losses.length - 1
      this.events.metrics(frame)
    }
    else if (message.type === 'state') {
      this.take(message.state)
      this.events.state(message.state)
      if (message.state.phase !== 'running') void this.autosave()
    }
  }

  private take(state: RunState): RunState {
    this.state = state
    this.step = state.step
    return state
  }

  private replace(state: RunState): RunState {
    this.autosaved = { runId: -1, step: 0 }
    return this.take(state)
  }

  private async die(supervisor: Supervisor, error: LabError): Promise<void> {
    if (this.supervisor !== supervisor) return
    this.supervisor = null
    const autosave: Recovery | null = this.state && this.autosaved.runId === this.state.runId ? await this.files.describe('autosave') : null
    this.lost = { error: toWire(error), autosave }
    this.events.lost(this.lost)
  }

  /** What would be lost if the run were replaced now. */
  private async unsaved(): Promise<Uint8Array | null> {
    const { state, step } = this
    if (!state || step <= originStep(state) || (this.saved.runId === state.runId && this.saved.step === step)) return null
    return (await this.ask('weights', null)).bytes
  }

  private async keepPrevious(bytes: Uint8Array | null): Promise<void> {
    if (!bytes) return
    await this.files.keepPrevious(bytes).catch((cause: unknown) => this.events.warning(toWire(cause)))
  }
}

const originStep = ({ origin }: RunState): number => origin.from === 'file' ? origin.step : 0
