import { LabError, maxRunBytes } from '@core'
import type { MetricsFrame, Pace, RunState } from '@contract'
import type { Clock } from './clock'
import { frameMs, MetricsFeed } from './metrics-feed'
import { Pacer } from './pacer'
import { type RunPlan, Run } from './run'
import type { Sliceable } from './scheduler'
import { Speed } from './speed'

/** How far a session trains: without end, or to the end of the epoch. */
interface Goal {
  readonly until: number
  readonly paced: boolean
  readonly since: number
  /** Called when the goal is reached or abandoned. */
  readonly done: ((state: RunState) => void) | null
}

/** The compute engine of the runs. */
export interface ComputeEngine {
  /** Prepares for a run. @param work multiply-adds of its largest product */
  serve(work: number): void
}

export interface SessionEvents {
  metrics(frame: MetricsFrame): void
  /** The state changed without a request */
  state(state: RunState): void
}

/** The training thread's current run, its goal, and its next slice of work. */
export class Session implements Sliceable {
  private current: Run | null = null
  private goal: Goal | null = null
  private pace: Pace = 1
  private evaluatedLast = false
  private toldAt = -Infinity
  private readonly pacer = new Pacer()
  private readonly speed = new Speed()
  private readonly feed: MetricsFeed

  /**
   * @param runId the ids of its runs start after this one
   * @param maxBytes limit for two runs while one replaces the other
   */
  constructor(private readonly clock: Clock, private readonly workplace: ComputeEngine, private runId: number, private readonly events: SessionEvents, private readonly maxBytes = maxRunBytes) {
    this.feed = new MetricsFeed(frame => events.metrics(frame), this.speed)
  }

  /** @throws LabError train.noRun before the first `adopt` */
  get run(): Run {
    if (!this.current) throw new LabError('train.noRun', 'there is no run yet')
    return this.current
  }

  /** Replaces the run. @throws LabError train.memory, in which case the old run is kept */
  adopt(beginning: RunPlan, pace: Pace): RunState {
    const run = this.replace(beginning)
    this.workplace.serve(run.trainer.work)
    this.pace = pace
    return this.begin(run)
  }

  /** Builds the new run before disposing the old one if memory suffices for both, otherwise after. */
  private replace(beginning: RunPlan): Run {
    const { current: old, maxBytes } = this
    const build = () => new Run(beginning, this.clock, evaluation => this.feed.evaluation(evaluation))
    const leave = () => {
      this.halt()
      old?.dispose()
      this.current = null
    }
    if (old && old.trainer.bytes + beginning.bytes > maxBytes) {
      const end = beginning.reserve(old)
      leave()
      try { return this.current = build() }
      finally { end() }
    }
    const run = build()
    leave()
    return this.current = run
  }

  rewind(): RunState {
    const { run } = this
    this.halt()
    run.rewind()
    return this.begin(run)
  }

  start(pace: Pace): RunState {
    this.learnable()
    this.pace = pace
    if (this.goal?.paced) this.pacer.change(pace, this.clock.now())
    else {
      this.halt()
      this.pursue({ until: Infinity, paced: true, done: null })
    }
    return this.state()
  }

  pause(): RunState {
    const { run } = this
    this.halt()
    if (!run.trainer.divergence) run.evaluations.request(run.trainer.step, 'rest')
    return this.state()
  }

  setPace(pace: Pace): RunState {
    this.pace = pace
    if (this.goal?.paced) this.pacer.change(pace, this.clock.now())
    return this.state()
  }

  /** Trains one mini-batch immediately. */
  stepBatch(): RunState {
    const run = this.learnable()
    this.halt()
    this.speed.start(this.clock.now())
    run.evaluations.settle(run.trainer.step)
    this.learn(run)
    if (!run.trainer.divergence) run.evaluations.request(run.trainer.step, 'rest')
    return this.state()
  }

  /** Trains the rest of the epoch at full speed. */
  stepEpoch(): Promise<RunState> {
    const { trainer: { step, stepInEpoch, stepsPerEpoch } } = this.learnable()
    this.halt()
    return new Promise((done) => {
      this.pursue({ until: step - stepInEpoch + stepsPerEpoch, paced: false, done })
      this.tell()
    })
  }

  /** @throws LabError train.noRun */
  state(): RunState {
    const { runId, pace, run: { trainer, origin, blocks, curves, evaluations } } = this
    const { config, step, epoch, stepInEpoch, stepsPerEpoch, divergence, loss, ops } = trainer
    return {
      runId, config, origin, pace, step, epoch, stepInEpoch, stepsPerEpoch, blocks, divergence, loss,
      phase: divergence ? 'diverged' : this.goal ? 'running' : evaluations.active ? 'evaluating' : 'idle',
      backend: ops.name, threads: ops.threads, evaluation: curves.evaluations.at(-1) ?? null,
    }
  }

  get id(): number { return this.runId }
  get started(): boolean { return this.current !== null }

  slice(over: () => boolean): number {
    const run = this.current
    if (!run) return Infinity
    const { evaluations, trainer } = run
    if (this.learningIn(run) === 0 && !(evaluations.active && !this.evaluatedLast)) this.learnUntil(run, over)
    else if (evaluations.active) this.evaluateUntil(run, over)
    const now = this.clock.now()
    this.feed.flush({ runId: this.runId, step: trainer.step, epoch: trainer.epoch, stepInEpoch: trainer.stepInEpoch }, now)
    return Math.min(evaluations.active ? 0 : Infinity, this.learningIn(run), this.feed.wait(now))
  }

  private learnUntil(run: Run, over: () => boolean): void {
    this.evaluatedLast = false
    do this.learn(run)
    while (this.learningIn(run) === 0 && !over())
    if (this.goal) run.evaluations.offer(run.trainer.step, run.ranMs + this.clock.now() - this.goal.since)
  }

  private evaluateUntil(run: Run, over: () => boolean): void {
    this.evaluatedLast = true
    const began = this.clock.now()
    const beat = (): boolean => this.pacer.interval > 0 && this.learningIn(run) === 0
    run.evaluations.advance(run.trainer.step, this.goal !== null, () => over() || beat())
    if (this.pacer.interval === 0) this.speed.exclude(this.clock.now() - began)
    if (!this.goal && !run.evaluations.active) this.tell()
  }

  /** Milliseconds until the next mini-batch may be trained. */
  private learningIn(run: Run): number {
    return !this.goal || run.evaluations.blocking ? Infinity : this.pacer.wait(this.clock.now())
  }

  private learn(run: Run): void {
    const { trainer, evaluations } = run
    this.pacer.take(this.clock.now())
    const step = trainer.step + 1
    const loss = trainer.learn()
    if (Number.isFinite(loss)) {
      this.speed.learned(trainer.rows)
      this.feed.loss(step, loss)
      run.curves.takeLoss(step, loss)
    }
    if (trainer.divergence) {
      this.halt()
      this.tell()
      return
    }
    const epochEnds = trainer.stepInEpoch === 0
    if (epochEnds) evaluations.request(step, 'epoch')
    else if (isPowerOfTwo(step - run.firstStep)) evaluations.early(step, run.ranMs + (this.goal ? this.clock.now() - this.goal.since : 0))
    if (this.goal && step >= this.goal.until) this.halt()
    if (epochEnds && (!this.goal || this.clock.now() - this.toldAt >= frameMs)) this.tell()
  }

  /** @throws LabError train.noRun or train.diverged */
  private learnable(): Run {
    const { run } = this
    run.trainer.check()
    return run
  }

  private pursue(goal: Omit<Goal, 'since'>): void {
    const now = this.clock.now()
    this.goal = { ...goal, since: now }
    this.pacer.start(goal.paced ? this.pace : 'full', now)
    this.speed.start(now, this.pacer.interval)
  }

  /** Stops, and resolves a pending request for the end of the epoch. */
  private halt(): void {
    const { goal } = this
    if (!goal) return
    this.goal = null
    this.run.ranMs += this.clock.now() - goal.since
    goal.done?.(this.state())
  }

  /** Posts the session's state. */
  tell(): void {
    if (!this.current) return
    this.toldAt = this.clock.now()
    this.events.state(this.state())
  }

  private begin(run: Run): RunState {
    this.runId++
    this.feed.drop()
    run.evaluations.request(run.trainer.step, 'start')
    return this.state()
  }
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n))
