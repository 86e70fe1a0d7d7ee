import { checkpointOf, LabError, type Replay, type Trainer, writeCheckpoint } from '@core'
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
  /** Makes room for a moment. @param mayDrop whether the one that is shown may go @returns whether it went @throws LabError train.memory */
  readonly makeRoom?: (bytes: number, mayDrop: boolean) => boolean
}

/** What is done with a moment that nobody sees. */
export interface Work<T> {
  /** Memory that it takes besides the run's; left out: none worth counting */
  readonly bytes?: number
  /** Whether the moment that is shown may go for it */
  readonly mayDrop: boolean
  readonly begin: (trainer: Trainer) => {
    /** Goes on until the slice is over. @returns null while there is more to do */
    readonly advance: (isOver: () => boolean) => T | null
    readonly dispose?: () => void
  }
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
  to(run: RecordedRun, sources: RunSources): Promise<ReachedMoment> {
    return this.wished(async (mine) => {
      const { replay, stepMs } = await this.reach(run, sources, { mayDrop: true }, mine)
      try { return { state: this.options.show(fromReplay(replay, run, sources)), differsAt: replay.differsAt, stepMs } }
      catch (cause) {
        replay.trainer.dispose()
        throw cause
      }
      finally { this.bytes = 0 }
    })
  }

  /** A checkpoint of a moment; the one that is shown stays unless both need too much memory. @throws LabError as `work` */
  async state(run: RecordedRun, sources: RunSources, mayDrop = true): Promise<ReachedState> {
    const { version } = this.options
    const { result: bytes, ...reached } = await this.work(run, sources, { mayDrop, begin: trainer => ({ advance: () => writeCheckpoint(checkpointOf(trainer, { version })) }) })
    return { bytes, ...reached }
  }

  /** Works with a moment that nobody sees, in slices, and frees it. @throws LabError as `to`, and those of the work; run.inexact when the step cannot be reached */
  work<T>(run: RecordedRun, sources: RunSources, work: Work<T>): Promise<{ readonly result: T, readonly differsAt: number | null, readonly dropped: boolean }> {
    return this.wished(async (mine) => {
      const { replay: { trainer, differsAt, step }, dropped } = await this.reach(run, sources, work, mine)
      let begun: ReturnType<Work<T>['begin']> | null = null
      try {
        if (step < run.step) throw new LabError('run.inexact', `diverges at step ${step + 1}`, { file: run.name, step: step + 1 })
        begun = work.begin(trainer)
        for (;;) {
          const result = begun.advance(this.slice())
          if (result !== null) return { result, differsAt, dropped }
          await this.pause(run, mine)
        }
      }
      finally {
        begun?.dispose?.()
        trainer.dispose()
        this.bytes = 0
      }
    })
  }

  /** Ends the latest wish. */
  unwish(): void { this.wish++ }

  /** Resolves when no moment is being reached. */
  async ended(): Promise<void> {
    for (let last; last !== this.underway;) await (last = this.underway)
  }

  private wished<T>(work: (mine: number) => Promise<T>): Promise<T> {
    const mine = ++this.wish
    const done = this.bytes === 0 ? work(mine) : this.underway.then(() => work(mine)) // the one before frees its memory first
    this.underway = done.then(() => undefined, () => undefined) // the caller gets the error
    return done
  }

  private async reach(run: RecordedRun, sources: RunSources, { bytes: more = 0, mayDrop }: Pick<Work<unknown>, 'bytes' | 'mayDrop'>, mine: number): Promise<Reached> {
    const { clock, onProgress, makeRoom = () => false } = this.options
    this.check(mine, run)
    const bytes = bytesToReplay(run, sources) + more
    const dropped = makeRoom(bytes, mayDrop)
    const replay = replayOf(run, sources)
    this.bytes = bytes
    const from = replay.step
    let spent = 0
    const advance = (): boolean => {
      const began = clock.now()
      const isThere = replay.advance(this.slice())
      spent += clock.now() - began
      return isThere
    }
    try {
      while (!advance()) {
        onProgress({ step: replay.step, from, to: run.step })
        await this.pause(run, mine)
      }
      return { replay, stepMs: replay.step > from ? spent / (replay.step - from) : null, dropped }
    }
    catch (cause) {
      replay.trainer.dispose()
      this.bytes = 0
      throw cause
    }
  }

  private slice(): () => boolean {
    const { clock } = this.options
    const began = clock.now()
    return () => clock.now() - began >= sliceMs
  }

  /** Lets messages in between two slices. @throws LabError past.left */
  private async pause(run: RecordedRun, mine: number): Promise<void> {
    await new Promise<void>((next) => { this.options.clock.soon(next) })
    this.check(mine, run)
  }

  private check(wish: number, { step }: RecordedRun): void {
    if (wish !== this.wish) throw new LabError('past.left', `step ${step} is no longer wished for`, { step })
  }
}
