import { checkpointOf, LabError, type Replay, writeCheckpoint } from '@core'
import type { ReachedMoment, ReachedState, RecordedRun, RunState, VisitProgress } from '@contract'
import type { Clock } from './clock'
import { bytesToReplay, fromReplay, replayOf } from './recorded'
import type { RunPlan, RunSources } from './run'
import { sliceMs } from './scheduler'

/** A moment that has been reached, and the milliseconds that a step took; null: it needed none. */
interface Reached { readonly replay: Replay, readonly stepMs: number | null, /** Whether the moment that was shown went */ readonly dropped: boolean }

export interface VisitsOptions {
  readonly clock: Clock
  /** Puts a run in place of the thread's one, which is disposed of */
  readonly show: (plan: RunPlan) => RunState
  /** Called after each slice */
  readonly onProgress: (progress: VisitProgress) => void
  /** Of the lab, for checkpoints */
  readonly version: string
  /** Makes room for a moment. @returns whether the one that is shown had to go @throws LabError train.memory */
  readonly makeRoom?: (bytes: number) => boolean
}

/** Brings this thread's run to moments of a recorded run's past, in slices; a newer wish ends an older one. */
export class Visits {
  /** Memory of the moment that is being reached, in bytes */
  bytes = 0
  private wish = 0
  /** Settles when the latest wish is done */
  private underway: Promise<void> = Promise.resolve()

  constructor(private readonly options: VisitsOptions) {}

  /** @throws LabError past.left when another moment was wished for meanwhile; checkpoint.otherDataset, train.memory */
  async to(run: RecordedRun, sources: RunSources): Promise<ReachedMoment> {
    const { replay, stepMs } = await this.reached(run, sources)
    try { return { state: this.options.show(fromReplay(replay, run, sources)), differsAt: replay.differsAt, stepMs } }
    catch (cause) {
      replay.trainer.dispose()
      throw cause
    }
    finally { this.bytes = 0 }
  }

  /** A checkpoint of a moment; the one that is shown stays unless both need too much memory. @throws LabError as `to`; run.inexact when the step cannot be reached */
  async state(run: RecordedRun, sources: RunSources): Promise<ReachedState> {
    const { replay: { trainer, differsAt, step }, dropped } = await this.reached(run, sources)
    try {
      if (step < run.step) throw new LabError('run.inexact', `diverges at step ${step + 1}`, { file: run.name, step: step + 1 })
      return { bytes: writeCheckpoint(checkpointOf(trainer, { version: this.options.version })), differsAt, dropped }
    }
    finally {
      trainer.dispose()
      this.bytes = 0
    }
  }

  /** Resolves when no moment is being reached. */
  async ended(): Promise<void> {
    for (let last; last !== this.underway;) await (last = this.underway)
  }

  private reached(run: RecordedRun, sources: RunSources): Promise<Reached> {
    const mine = ++this.wish
    const reach = () => this.reach(run, sources, mine)
    const reached = this.bytes === 0 ? reach() : this.underway.then(reach) // the one before frees its memory first
    this.underway = reached.then(() => undefined, () => undefined) // the caller gets the error
    return reached
  }

  private async reach(run: RecordedRun, sources: RunSources, mine: number): Promise<Reached> {
    const { clock, onProgress, makeRoom = () => false } = this.options
    this.check(mine, run)
    const bytes = bytesToReplay(run, sources)
    const dropped = makeRoom(bytes)
    const replay = replayOf(run, sources)
    this.bytes = bytes
    const from = replay.step
    let spent = 0
    const advance = (): boolean => {
      const began = clock.now()
      const isThere = replay.advance(() => clock.now() - began >= sliceMs)
      spent += clock.now() - began
      return isThere
    }
    try {
      while (!advance()) {
        onProgress({ step: replay.step, from, to: run.step })
        await new Promise<void>((next) => { clock.soon(next) })
        this.check(mine, run)
      }
      return { replay, stepMs: replay.step > from ? spent / (replay.step - from) : null, dropped }
    }
    catch (cause) {
      replay.trainer.dispose()
      this.bytes = 0
      throw cause
    }
  }

  private check(wish: number, { step }: RecordedRun): void {
    if (wish !== this.wish) throw new LabError('past.left', `step ${step} is no longer wished for`, { step })
  }
}
