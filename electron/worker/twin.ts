import { isSameConfig, type RunEvent, withChange } from '@core'
import type { ArgOf, ResultOf, RunSoFar } from '@contract'
import type { Clock } from './clock'
import { fromRecord, type Resumed } from './recorded'
import type { RunSources } from './run'
import type { Sliceable } from './scheduler'
import type { TrainingLoop } from './training-loop'

export interface TwinOptions {
  readonly clock: Clock
  /** Time of rest after a slice while the first run learns, as a multiple of it */
  readonly rest: number
  /** Whether a person waits for something of the past, which goes first */
  readonly isBusy: () => boolean
  /** Makes room for its memory, in bytes. @throws LabError train.memory */
  readonly makeRoom: (bytes: number) => void
  /** Gets the error of a shared change that the twin cannot take over. */
  readonly onProblem: (cause: unknown) => void
}

/**
 * A second run in this thread, which learns up to the step of the first one: at full speed until it has caught up, then in step
 * with it. It takes over the changes of the settings that both share, at their steps.
 */
export class Twin implements Sliceable {
  private goal = 0
  private isResting = false
  /** Pending shared changes, and the number of applied ones */
  private due: readonly RunEvent[] = []
  private taken = 0

  /** @param loop of its own */
  constructor(private readonly loop: TrainingLoop, private readonly options: TwinOptions) {}

  /** @throws LabError checkpoint.otherDataset, train.memory: the one before is gone then, too */
  begin({ run }: ArgOf<'twin:begin'>, sources: RunSources): ResultOf<'twin:begin'> {
    this.loop.end()
    const resumed: Resumed = { differsAt: null }
    const plan = fromRecord(run, sources, resumed)
    this.options.makeRoom(plan.bytes)
    const state = this.loop.switchTo(plan, 'full')
    this.goal = state.step
    this.isResting = false
    this.due = []
    this.taken = 0
    return { state, ...resumed }
  }

  get isThere(): boolean { return this.loop.hasRun }

  /** Memory that it holds, in bytes */
  get bytes(): number { return this.loop.hasRun ? this.loop.run.trainer.bytes : 0 }

  /** How far the first run has come. @param follow.events all changes since the beginning of the twin that both share */
  follow({ step, isResting, events }: ArgOf<'twin:follow'>): void {
    this.goal = step
    this.isResting = isResting
    this.due = events.slice(this.taken)
  }

  /** Ends it; what it has learned is sent first. */
  end(): void { this.loop.end() }

  /** State and curves; null: there is no twin */
  read(): RunSoFar | null { return this.loop.hasRun ? { state: this.loop.state(), history: this.loop.run.curves.read() } : null }

  slice(isOver: () => boolean): number {
    const { loop } = this
    if (!loop.hasRun || this.options.isBusy()) return Infinity
    this.takeChanges()
    if (!loop.run.trainer.divergence) {
      loop.trainTo(Math.min(this.goal, this.due[0]?.step ?? Infinity))
      if (this.isResting && !this.isBehind) loop.evaluateRest()
    }
    const { clock, rest } = this.options
    const began = clock.now()
    const wait = loop.slice(isOver)
    const next = this.isBehind ? 0 : wait
    return next === 0 && !this.isResting ? rest * (clock.now() - began) : next
  }

  private get isBehind(): boolean {
    const { loop: { run: { trainer: { step, divergence } } }, due } = this
    return divergence === null && (step < this.goal || (due.length > 0 && due[0]!.step <= step))
  }

  /** The shared changes at its step; those without an effect are left out. */
  private takeChanges(): void {
    const { loop } = this
    for (; this.due.length > 0 && this.due[0]!.step <= loop.run.trainer.step; this.due = this.due.slice(1), this.taken++) {
      const event = this.due[0]!
      const { trainer: { config, model: { architecture: { input } } } } = loop.run
      try { if (event.taught || !isSameConfig(config, withChange(config, event.change, input))) loop.change(event.change, event.taught) }
      catch (cause) { this.options.onProblem(cause) }
    }
  }
}
