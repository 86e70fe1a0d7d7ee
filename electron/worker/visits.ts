import { checkpointOf, LabError, type Replay, writeCheckpoint } from '@core'
import type { ReachedMoment, ReachedState, RecordedRun, RunState, VisitProgress } from '@contract'
import type { Clock } from './clock'
import { fromReplay, replayOf } from './recorded'
import type { RunPlan, RunSources } from './run'
import { sliceMs } from './scheduler'

/** A moment that has been reached, and the milliseconds that a step took; null: it needed none. */
interface Reached { readonly replay: Replay, readonly stepMs: number | null }

/** Brings this thread's run to moments of a recorded run's past, in slices; a newer wish ends an older one. */
export class Visits {
  private wish = 0
  /** Settles when the latest wish is done */
  private underway: Promise<void> = Promise.resolve()

  /**
   * @param show puts a run in place of the thread's one, which is disposed of
   * @param onProgress called after each slice
   * @param version of the lab, for checkpoints
   */
  constructor(private readonly clock: Clock, private readonly show: (plan: RunPlan) => RunState, private readonly onProgress: (progress: VisitProgress) => void, private readonly version: string) {}

  /** @throws LabError past.left when another moment was wished for meanwhile; checkpoint.otherDataset, train.memory */
  async to(run: RecordedRun, sources: RunSources): Promise<ReachedMoment> {
    const { replay, stepMs } = await this.reached(run, sources)
    try { return { state: this.show(fromReplay(replay, run, sources)), differsAt: replay.differsAt, stepMs } }
    catch (cause) {
      replay.trainer.dispose()
      throw cause
    }
  }

  /** A checkpoint of a moment; the one that is shown stays. @throws LabError as `to`; run.inexact when the step cannot be reached */
  async state(run: RecordedRun, sources: RunSources): Promise<ReachedState> {
    const { replay: { trainer, differsAt, step } } = await this.reached(run, sources)
    try {
      if (step < run.step) throw new LabError('run.inexact', `diverges at step ${step + 1}`, { file: run.name, step: step + 1 })
      return { bytes: writeCheckpoint(checkpointOf(trainer, { version: this.version })), differsAt }
    }
    finally { trainer.dispose() }
  }

  /** Resolves when no moment is being reached. */
  async ended(): Promise<void> {
    for (let last; last !== this.underway;) await (last = this.underway)
  }

  private reached(run: RecordedRun, sources: RunSources): Promise<Reached> {
    const reached = this.reach(run, sources)
    this.underway = reached.then(() => undefined, () => undefined) // the caller gets the error
    return reached
  }

  private async reach(run: RecordedRun, sources: RunSources): Promise<Reached> {
    const mine = ++this.wish
    const replay = replayOf(run, sources)
    const from = replay.step
    let spent = 0
    const advance = (): boolean => {
      const began = this.clock.now()
      const isThere = replay.advance(() => this.clock.now() - began >= sliceMs)
      spent += this.clock.now() - began
      return isThere
    }
    try {
      while (!advance()) {
        this.onProgress({ step: replay.step, from, to: run.step })
        await new Promise<void>((next) => { this.clock.soon(next) })
        if (mine !== this.wish) throw new LabError('past.left', `step ${run.step} is no longer wished for`, { step: run.step })
      }
      return { replay, stepMs: replay.step > from ? spent / (replay.step - from) : null }
    }
    catch (cause) {
      replay.trainer.dispose()
      throw cause
    }
  }
}
