import type { ArgOf, FromWorker, ResultOf, RunState, SharedDataset, TwinRequest, TwinSoFar, TwinState } from '@contract'
import { forkSettings, LabError, sharedEvents, twinStart, type TwinStart } from '@core'
import type { RunStore } from '@files'
import { forkRun, type LearnsAgain } from './forks'
import { readRecorded, recordedRun } from './recorded-run'
import type { RunRecorder } from './run-recorder'

/** What the thread of the past is asked. */
type Command = 'twin:begin' | 'twin:follow' | 'twin:read' | 'twin:end'

export interface TwinRunOptions {
  readonly runs: Pick<RunStore, 'read' | 'stateBefore' | 'create' | 'discard' | 'open'>
  /** Of the current run */
  readonly recorder: Pick<RunRecorder, 'id' | 'flush' | 'keep'>
  /** Of the twin */
  readonly twinRecorder: RunRecorder
  readonly past: LearnsAgain
  /** MNIST, with which the thread starts */
  readonly dataset: SharedDataset
  /** Asks the thread of the past. */
  readonly ask: <K extends Command>(command: K, arg: ArgOf<K>) => Promise<ResultOf<K>>
  /** Gets null when it has ended */
  readonly onTwin: (twin: TwinState | null) => void
  readonly onTwinMetrics: (frame: (FromWorker & { type: 'metrics' })['frame']) => void
  /** Gets what ends no request */
  readonly onProblem: (cause: unknown) => void
}

interface Current { twin: TwinState, readonly start: TwinStart }

/** A second run that the thread of the past learns in step with the current one, and that is recorded as a run of its own. */
export class TwinRun {
  private current: Current | null = null
  /** The current run, as it was heard of last, and as the twin was told last */
  private first: RunState | null = null
  private told: RunState | null = null
  private telling = false
  private wish = 0

  constructor(private readonly options: TwinRunOptions) {}

  /** Id of the run on the disk; null: there is no twin */
  get id(): string | null { return this.current?.twin.id ?? null }

  /**
   * Begins a twin of the current run, in place of the one before.
   * @param dataset that the run learns
   * @throws LabError twin.one, twin.batches; past.none, past.range, past.left; ConfigError for the change; run.*, file.*, train.memory, worker.died
   */
  async begin({ step, change, name = '' }: TwinRequest, dataset: SharedDataset, first: RunState): Promise<TwinState> {
    const { runs, recorder, twinRecorder, past, ask, onTwin, dataset: mnist } = this.options
    const other = (): LabError => new LabError('past.left', 'another run has begun', { step })
    const asked = this.wish
    const { record } = await readRecorded(null, { runs, recorder })
    if (asked !== this.wish) throw other()
    const start = twinStart(record, { step, change })
    const ended = this.end()
    const mine = this.wish
    await ended
    const { before, after } = forkSettings(record, start)
    const { id } = await forkRun({ id: record.id, ...start, name }, () => Promise.resolve(dataset), { runs, recorder, past })
    try {
      const { run, writer } = await runs.open(id)
      try {
        const { state } = await ask('twin:begin', { run: await recordedRun(run, at => runs.stateBefore(id, at)), ...dataset !== mnist && { dataset } })
        if (mine !== this.wish) throw other()
        this.current = { twin: { id, name, parent: { run: record.id, step }, before, after, state }, start }
        twinRecorder.adopt(state, writer, run.series)
      }
      catch (cause) {
        await writer.close()
        throw cause
      }
    }
    catch (cause) {
      if (mine === this.wish || !this.current) await ask('twin:end', null).catch(() => undefined) // it may have begun
      await runs.discard(id)
      throw cause
    }
    onTwin(this.current.twin)
    this.told = null
    this.follow(this.first ?? first)
    return this.current.twin
  }

  /** The current run has come to a step, or its settings have changed. */
  follow(first: RunState): void {
    this.first = first
    if (!this.current || this.telling || this.first === this.told) return
    this.telling = true
    const { step, phase, events } = this.told = first
    void this.options.ask('twin:follow', { step, isResting: phase !== 'running', events: sharedEvents(events, this.current.start) })
      .catch(() => undefined) // the thread's death is reported
      .finally(() => {
        this.telling = false
        if (this.first) this.follow(this.first)
      })
  }

  /** State and curves; null: there is no twin. */
  async read(): Promise<TwinSoFar | null> {
    if (!this.current) return null
    const read = await this.options.ask('twin:read', null)
    return read && this.current && { twin: { ...this.current.twin, state: read.state }, history: read.history }
  }

  /** Takes what the thread tells of it, in passing. */
  receive(message: Exclude<FromWorker, { type: 'reply' }>): void {
    const { current, options: { twinRecorder, onTwin, onTwinMetrics } } = this
    if (!current) return
    const isOwn = (runId: number): boolean => runId === current.twin.state.runId
    if (message.type === 'metrics' && isOwn(message.frame.runId)) {
      twinRecorder.metrics(message.frame)
      onTwinMetrics(message.frame)
    }
    else if (message.type === 'state' && isOwn(message.state.runId)) {
      twinRecorder.state(message.state)
      current.twin = { ...current.twin, state: message.state }
      onTwin(current.twin)
    }
    else if (message.type === 'checkpoint' && isOwn(message.frame.runId)) twinRecorder.checkpoint(message.frame)
  }

  /** Ends it; its run stays. */
  async end(): Promise<void> {
    this.wish++
    if (!this.current) return
    await this.options.ask('twin:end', null).catch(() => undefined) // a thread that has died has sent all it could
    await this.lose()
  }

  /** Its thread has ended. */
  async lose(): Promise<void> {
    if (!this.current) return
    this.current = null
    this.first = null
    this.options.onTwin(null)
    await this.options.twinRecorder.end()
  }
}
