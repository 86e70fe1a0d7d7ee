import { type Evaluation, LabError, maxRunBytes, replaceWithin, type SettingsChange, type StopCondition, type Taught } from '@core'
import type { CheckpointFrame, MetricsFrame, MistakesFrame, MistakesQuery, Pace, RunState, SuspendedRun } from '@contract'
import { CheckpointFeed } from './checkpoint-feed'
import type { Clock } from './clock'
import { frameMs, MetricsFeed, type Position } from './metrics-feed'
import { Pacer } from './pacer'
import { type RunPlan, Run } from './run'
import type { Sliceable } from './scheduler'
import { Speed } from './speed'
import { StopFeed } from './stop-feed'

/** From this interval between mini-batches on, a copy of the state before each one costs nothing that is noticed. */
const slowMs = 100

/** How far the loop trains: without end, to the end of an epoch, or to a step. */
interface Goal {
  /** Number of completed epochs */
  readonly untilEpoch: number
  readonly untilStep: number
  readonly paced: boolean
  readonly since: number
  /** Called when the goal is reached or abandoned. */
  readonly done: ((state: RunState) => void) | null
}

/** The compute engine of the runs. */
export interface ComputeEngine {
  /** Prepares for a run. @param work multiply-adds of its largest product */
  prepareFor(work: number): void
}

export interface TrainingLoopEvents {
  metrics(frame: MetricsFrame): void
  checkpoint(frame: CheckpointFrame): void
  /** The state changed without a request */
  state(state: RunState): void
}

export interface LoopOptions { readonly version: string, readonly maxBytes?: () => number }

// One class, although the file has over 200 lines: every command changes the goal, and every slice reads it.
/** The training thread's current run, its goal, and its next slice of work. */
export class TrainingLoop implements Sliceable {
  private current: Run | null = null
  private goal: Goal | null = null
  private pace: Pace = 1
  private readonly stop = new StopFeed()
  private evaluatedLast = false
  private postedAt = -Infinity
  private readonly pacer = new Pacer()
  private readonly speed = new Speed()
  /** Called after the next mini-batch */
  private readonly waiting: (() => void)[] = []
  private readonly feed: MetricsFeed
  private readonly checkpoints: CheckpointFeed
  private readonly maxBytes: () => number
  /** The latest one that was given to a run */
  private lastId: number
  /** A field: a function made in `replace` would keep the run before alive, and with it its dataset. */
  private readonly takeEvaluation = (evaluation: Evaluation): void => {
    this.feed.evaluation(evaluation)
    if (this.stop.evaluated(evaluation)) this.halt()
  }

  /**
   * @param runId the ids of its runs start after this one
   * @param options.version of the lab, for checkpoints
   * @param options.maxBytes limit for a run, and for two while one replaces the other
   */
  constructor(private readonly clock: Clock, private readonly engine: ComputeEngine, private runId: number, private readonly events: TrainingLoopEvents, { version, maxBytes = () => maxRunBytes }: LoopOptions) {
    this.maxBytes = maxBytes
    this.lastId = runId
    this.feed = new MetricsFeed(frame => events.metrics(frame), this.speed)
    this.checkpoints = new CheckpointFeed(clock, version, frame => events.checkpoint({ runId: this.runId, ...frame }))
  }

  /** @throws LabError train.noRun before the first `switchTo` */
  get run(): Run {
    if (!this.current) throw new LabError('train.noRun', 'there is no run yet')
    return this.current
  }

  /** Replaces the run. @throws LabError train.memory, in which case the old run is kept */
  switchTo(plan: RunPlan, pace: Pace): RunState {
    const run = this.replace(plan)
    this.engine.prepareFor(run.trainer.work)
    this.pace = pace
    this.runId = ++this.lastId
    return this.announce(run, plan.isKept)
  }

  /** Goes on with a run as the thread that had it before would have. @throws LabError train.memory */
  takeOver(plan: RunPlan, pace: Pace, { runId, goal, trainedMs, stop, diverged, evaluation }: SuspendedRun): RunState {
    const run = this.replace(plan)
    this.engine.prepareFor(run.trainer.work)
    this.pace = pace
    this.runId = runId
    this.announce(run)
    run.trainedMs = trainedMs
    run.curves.latest = evaluation
    this.stop.resume(stop, trainedMs)
    if (diverged) this.stepBatch() // diverges again
    else if (goal === 'epoch' || (goal && pace !== 'layer')) this.trainTowards({ untilEpoch: goal === 'epoch' ? run.trainer.epoch + 1 : Infinity, untilStep: Infinity, paced: goal === 'endless', done: null })
    return this.state()
  }

  /** Pauses the run and sends everything it has learned. @returns what another thread needs to continue it */
  suspend(): { readonly state: RunState, readonly suspended: SuspendedRun } {
    const { run, runId, goal } = this
    const state = this.keep()
    const { trainedMs, trainer, curves } = run
    return { state, suspended: { runId, goal: goal && (goal.paced ? 'endless' : 'epoch'), trainedMs, stop: this.stop.suspend(trainedMs), diverged: trainer.divergence !== null, evaluation: curves.latest } }
  }

  /** Disposes of the run without another one. */
  drop(): void {
    this.halt()
    this.current?.dispose()
    this.current = null
  }

  private replace(plan: RunPlan): Run {
    const { current: old, maxBytes } = this
    this.sendFrame()
    return this.current = replaceWithin({
      bothFit: !old || old.trainer.bytes + plan.bytes <= maxBytes(),
      reserve: () => plan.reserve(old!),
      dispose: () => {
        this.halt()
        old?.dispose()
        this.current = null
      },
      build: () => new Run(plan, this.clock, this.takeEvaluation),
    })
  }

  /** Ends the run, if there is one: what it has learned is sent first. */
  end(): void {
    this.sendFrame()
    this.drop()
  }

  rewind(): RunState {
    const { run } = this
    this.halt()
    this.sendFrame()
    run.rewind()
    this.runId = ++this.lastId
    return this.announce(run)
  }

  start(pace: Pace): RunState {
    this.trainableRun()
    this.pace = pace
    if (pace === 'layer') return this.layer('layer')
    this.stop.goOn()
    if (this.goal?.paced) this.pacer.change(pace, this.clock.now())
    else {
      this.halt()
      this.trainTowards({ untilEpoch: Infinity, untilStep: Infinity, paced: true, done: null })
    }
    return this.state()
  }

  pause(): RunState {
    const { run } = this
    this.halt()
    if (!run.trainer.divergence) run.evaluations.request(run.trainer.step, 'rest')
    return this.state()
  }

  /** Pauses, and sends what is needed to continue: what was learned since the last frame, and the first state of a file's network. */
  keep(): RunState {
    const { run: { trainer } } = this
    this.halt()
    this.sendFrame()
    trainer.betweenSteps(() => { this.checkpoints.rest(trainer) })
    return this.state()
  }

  /** At the pace 'layer' it pauses: each layer is asked for. */
  setPace(pace: Pace): RunState {
    this.pace = pace
    if (pace === 'layer') return this.goal?.paced ? this.pause() : this.state()
    if (this.goal?.paced) this.pacer.change(pace, this.clock.now())
    return this.state()
  }

  /**
   * Changes settings of the run between two mini-batches, after one that has begun; a run that has diverged may then continue.
   * @param taught an image that the run was taught, instead of a change: a twin takes it over
   * @throws ConfigError, LabError train.memory, teach.diverged: the run continues as it was
   */
  change(change: SettingsChange, taught?: Taught): RunState {
    const { run } = this
    if (run.trainer.hasBegun) this.learn(run)
    const diverged = run.trainer.divergence !== null
    run.change(change, this.maxBytes(), taught)
    const { trainer } = run
    this.engine.prepareFor(trainer.work)
    this.haltAtGoal() // a new order begins an epoch
    if (diverged && !trainer.divergence) run.evaluations.request(trainer.step, 'rest')
    return this.state()
  }

  /** Stops the run by itself once a condition holds; null: never. @throws LabError train.stopPassed */
  stopWhen(condition: StopCondition | null): RunState {
    const { run } = this
    this.stop.wait(condition, run.trainer, this.trainedMs(run))
    return this.state()
  }

  /** Trains one mini-batch immediately, or the rest of one that has begun. */
  stepBatch(): RunState {
    const run = this.trainableRun()
    this.beginByHand(run)
    this.endByHand(run, () => { this.learn(run) })
    return this.state()
  }

  /** Computes the next layer of a mini-batch, or the rest of one that has begun. */
  layer(unit: 'layer' | 'step'): RunState {
    const run = this.trainableRun()
    const { trainer } = run
    if (unit === 'step') return trainer.hasBegun ? this.stepBatch() : this.state()
    this.beginByHand(run)
    if (!trainer.hasBegun) this.stepBegins(run)
    const step = trainer.step + 1
    this.endByHand(run, () => {
      const loss = run.advance()
      if (loss !== null) this.stepEnded(run, step, loss)
      return loss !== null
    })
    return this.state()
  }

  private beginByHand(run: Run): void {
    this.stop.goOn()
    this.halt()
    if (run.trainer.hasBegun) return
    this.speed.start(this.clock.now())
    run.evaluations.finishQueued(run.trainer.step)
  }

  /** @param learn returns false if the mini-batch is not complete */
  private endByHand(run: Run, learn: () => boolean | void): void {
    const began = this.clock.now()
    if (learn() === false) return
    this.checkpoints.learned(run.trainer, this.clock.now() - began)
    if (!run.trainer.divergence) run.evaluations.request(run.trainer.step, 'rest')
  }

  /** Trains the rest of the epoch at full speed. */
  stepEpoch(): Promise<RunState> {
    const { trainer: { epoch } } = this.trainableRun()
    this.stop.goOn()
    this.halt()
    return new Promise((done) => {
      this.trainTowards({ untilEpoch: epoch + 1, untilStep: Infinity, paced: false, done })
      this.postState()
    })
  }

  /** Trains to a step at full speed, and pauses there; one that has come further stays where it is. @throws LabError train.noRun or train.diverged */
  trainTo(step: number): void {
    const { trainer } = this.trainableRun()
    if (trainer.step >= step) return this.halt()
    if (this.goal && !this.goal.paced) this.goal = { ...this.goal, untilStep: step }
    else this.trainTowards({ untilEpoch: Infinity, untilStep: step, paced: false, done: null })
  }

  /** Measures the accuracy on all images, unless it learns. */
  evaluateRest(): void {
    const { evaluations, trainer } = this.run
    if (!this.goal && !trainer.divergence) evaluations.request(trainer.step, 'rest')
  }

  /**
   * Answers from the latest evaluation with recorded answers; before the first one it waits. The run may be replaced meanwhile.
   * @param wake makes the next slice begin
   * @throws LabError train.noRun
   */
  async mistakes(query: MistakesQuery, wake: () => void): Promise<MistakesFrame | null> {
    for (;;) {
      const { run } = this
      const answer = run.mistakes(query, this.goal !== null)
      if (answer) return answer.frame && { runId: this.runId, ...answer.frame }
      wake()
      await run.evaluations.answersChanged()
    }
  }

  /**
   * Resolves when the latest mini-batch can be computed again at once: at a fast pace after the next one, before which the state
   * is kept; at a slow pace, and by hand, the state before each one is. A pause resolves it, too.
   * @throws LabError train.noRun
   */
  async keptStep(): Promise<void> {
    const { run: { trainer } } = this
    if (!this.goal || this.isSlow) return
    trainer.keepNext()
    await new Promise<void>((done) => { this.waiting.push(done) })
  }

  /** @throws LabError train.noRun */
  state(): RunState {
    const { runId, pace, run: { trainer, origin, parent, blocks, curves, evaluations, findings } } = this
    const { config, events, step, epoch, stepInEpoch, stepsPerEpoch, divergence, loss, ops } = trainer
    return {
      runId, config, events, dataset: trainer.dataset.info, input: trainer.model.architecture.input, origin, parent, pace, step, stages: trainer.progress, epoch, stepInEpoch, stepsPerEpoch, blocks, divergence, loss,
      phase: divergence ? 'diverged' : this.goal ? 'running' : evaluations.active ? 'evaluating' : 'idle',
      backend: ops.name, threads: ops.threads, evaluation: curves.latest, findings, stopWhen: this.stop.condition, stopped: this.stop.stopped,
    }
  }

  /** Whether it trains without idle time: at full speed, or at a pace that it cannot keep. */
  get isBusy(): boolean {
    return this.goal !== null && (this.run.evaluations.blocking || this.pacer.wait(this.clock.now()) === 0)
  }

  get currentRunId(): number { return this.runId }
  get hasRun(): boolean { return this.current !== null }

  slice(isOver: () => boolean): number {
    const run = this.current
    if (!run) return Infinity
    const { evaluations } = run
    if (this.nextStepIn(run) === 0 && !(evaluations.active && !this.evaluatedLast)) this.learnUntil(run, isOver)
    else if (evaluations.active) this.evaluateUntil(run, isOver)
    const now = this.clock.now()
    this.feed.findings(run.findings)
    this.feed.flush(this.position(run), now)
    return Math.min(evaluations.active ? 0 : Infinity, this.nextStepIn(run), this.feed.wait(now))
  }

  /** Sends what was not sent yet. */
  private sendFrame(): void { if (this.current) this.feed.flushNow(this.position(this.current), this.clock.now()) }

  private position({ trainer: { step, epoch, stepInEpoch } }: Run): Position { return { runId: this.runId, step, epoch, stepInEpoch } }

  private learnUntil(run: Run, isOver: () => boolean): void {
    this.evaluatedLast = false
    const began = this.clock.now()
    do this.learn(run)
    while (this.nextStepIn(run) === 0 && !isOver())
    this.checkpoints.learned(run.trainer, this.clock.now() - began)
    this.endWaiting()
    if (this.goal) run.evaluations.beginQuick(run.trainer.step, run.trainedMs + this.clock.now() - this.goal.since)
  }

  private evaluateUntil(run: Run, isOver: () => boolean): void {
    this.evaluatedLast = true
    const began = this.clock.now()
    const isStepDue = (): boolean => this.pacer.interval > 0 && this.nextStepIn(run) === 0
    run.evaluations.advance(run.trainer.step, this.goal !== null, () => isOver() || isStepDue())
    if (this.pacer.interval === 0) this.speed.exclude(this.clock.now() - began)
    if (!this.goal && !run.evaluations.active) this.postState()
  }

  /** Milliseconds until the next mini-batch may be trained. */
  private nextStepIn(run: Run): number {
    return !this.goal || run.evaluations.blocking || (this.stop.isWaiting && run.evaluations.active) ? Infinity : this.pacer.wait(this.clock.now())
  }

  private learn(run: Run): void {
    const { trainer } = run
    const step = trainer.step + 1
    this.pacer.stepStarted(this.clock.now())
    if (!trainer.hasBegun) this.stepBegins(run)
    this.stepEnded(run, step, run.learn())
  }

  private stepBegins({ trainer }: Run): void {
    if (!this.goal || this.isSlow) trainer.keepNext()
    this.checkpoints.beforeStep(trainer)
  }

  /** Records a step that is complete. */
  private stepEnded(run: Run, step: number, loss: number): void {
    const { trainer, evaluations } = run
    if (Number.isFinite(loss)) {
      this.speed.learned(trainer.rows)
      const isRepeated = step <= (run.curves.loss.latest?.x ?? -1) // after a divergence; its loss was reported
      if (isRepeated) this.postState()
      else {
        this.feed.loss(step, loss)
        run.curves.takeLoss(step, loss)
      }
    }
    if (trainer.divergence) {
      run.undoAfter(trainer.step)
      this.feed.undoAfter(trainer.step)
      this.halt()
      this.postState()
      return
    }
    const epochEnds = trainer.stepInEpoch === 0
    if (epochEnds) evaluations.request(step, 'epoch')
    else if (isPowerOfTwo(step - run.firstStep)) evaluations.early(step, run.trainedMs + (this.goal ? this.clock.now() - this.goal.since : 0))
    if (this.stop.learned(trainer, loss, epochEnds, () => this.trainedMs(run))) {
      this.halt()
      evaluations.request(step, 'rest')
      this.postState()
      return
    }
    this.haltAtGoal()
    if (epochEnds && (!this.goal || this.clock.now() - this.postedAt >= frameMs)) this.postState()
  }

  /** Milliseconds of learning, up to now */
  private trainedMs(run: Run): number { return run.trainedMs + (this.goal ? this.clock.now() - this.goal.since : 0) }

  /** @throws LabError train.noRun or train.diverged */
  private trainableRun(): Run {
    const { run } = this
    run.trainer.check()
    return run
  }

  private trainTowards(goal: Omit<Goal, 'since'>): void {
    const now = this.clock.now()
    this.goal = { ...goal, since: now }
    this.pacer.start(goal.paced && this.pace !== 'layer' ? this.pace : 'full', now)
    this.speed.start(now, this.pacer.interval)
  }

  private haltAtGoal(): void {
    const { goal, run: { trainer } } = this
    if (goal && (trainer.epoch >= goal.untilEpoch || trainer.step >= goal.untilStep)) this.halt()
  }

  /** Stops, and resolves a pending request for the end of the epoch. */
  private halt(): void {
    this.endWaiting()
    const { goal } = this
    if (!goal) return
    this.goal = null
    this.run.trainedMs += this.clock.now() - goal.since
    goal.done?.(this.state())
  }

  /** Whether the state before each mini-batch is kept, so that nobody waits for the next one. */
  private get isSlow(): boolean { return this.pacer.interval >= slowMs }

  private endWaiting(): void {
    for (const done of this.waiting.splice(0)) done()
  }

  /** Posts the run's state. */
  postState(): void {
    if (!this.current) return
    this.postedAt = this.clock.now()
    this.events.state(this.state())
  }

  private announce(run: Run, isKept?: boolean): RunState {
    this.stop.begin()
    this.feed.begin(run.findings)
    this.checkpoints.begin(isKept)
    run.evaluations.request(run.trainer.step, 'start')
    return this.state()
  }
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n))
