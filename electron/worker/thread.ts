import { createHash } from 'node:crypto'
import { architectureOn, checkpointOf, choiceAccuracies, Continuation, Engine, type EngineOptions, LabError, maxRunBytes, readNetworkFile, sampleGradients, stageView, Teaching, teachingBytes, type Trainer, unitLook, withSha256, writeCheckpoint, writeWeights } from '@core'
import { type ArgOf, type FromWorker, fromWire, type Pace, replyOf, type ResultOf, type SuspendedRun, toWire, type ToWorker, viewChannels, type WorkerCommand, type WorkerStart } from '@contract'
import { type Clock, realClock } from './clock'
import { measureLine, Planes } from './measurements'
import { NeighbourSearch } from './neighbours'
import { Predictor } from './predictor'
import { Questions, sameDataset } from './questions'
import { nextBatch, probe } from './probe'
import { ProbeBudget } from './probe-budget'
import { fromRecord, type Resumed } from './recorded'
import { Room } from './room'
import { fromConfig, fromWeights, type RunPlan } from './run'
import { Scheduler } from './scheduler'
import { SplitReader } from './split-reader'
import { TrainingLoop, type TrainingLoopEvents } from './training-loop'
import { Twin } from './twin'
import { Visits } from './visits'
import { Xray } from './xray'

type Handlers = { readonly [K in WorkerCommand]: (arg: ArgOf<K>) => ResultOf<K> | Promise<ResultOf<K>> }

/** @param transfer buffers whose ownership moves to the receiver */
export type Post = (message: FromWorker, transfer: readonly ArrayBuffer[]) => void

/** The environment for computing. `fail` is called when the thread cannot continue. */
export interface Host extends Pick<EngineOptions, 'bytes' | 'cores' | 'startThread'> {
  readonly fail: (cause: LabError) => void
}

/** Options for tests. */
export interface ThreadOptions {
  readonly clock?: Clock
  /** Memory limit of a run, and of two while one replaces the other */
  readonly maxBytes?: number
}

// One class, although the file has over 200 lines: one table with a handler for each command, and what the handlers share.
/** Handles main's messages and trains in between. */
export class TrainingThread {
  private readonly scheduler: Scheduler
  private readonly handlers: Handlers
  private readonly engine: Engine
  private readonly budget: ProbeBudget
  private readonly clock: Clock
  /** Memory that this thread holds, in bytes */
  private readonly held: () => number
  private toldHeld = 0
  /** Number of requests about the past in progress, which go before a twin */
  private asked = 0

  constructor(private readonly start: WorkerStart, private readonly post: Post, private readonly host: Host, { clock = realClock, maxBytes = maxRunBytes }: ThreadOptions = {}) {
    const { dataset, sample, pendingRequests, version } = start
    let limit = maxBytes
    this.clock = clock
    const engine = this.engine = new Engine({ ...host, threads: start.threads, lost: (cause) => {
      post({ type: 'warning', error: toWire(cause) }, [])
      loop.postState()
    } })
    const events: TrainingLoopEvents = {
      metrics: frame => post({ type: 'metrics', frame }, transferablesOf(frame.losses)),
      checkpoint: frame => post({ type: 'checkpoint', frame }, transferablesOf(frame.bytes)),
      state: (state) => {
        post({ type: 'state', state }, [])
        budget.review()
      },
    }
    const loop = new TrainingLoop(clock, engine, start.firstRunId, events, { version, maxBytes: () => limit })
    const twin = new Twin(new TrainingLoop(clock, engine, start.firstRunId + twinIds, events, { version, maxBytes: () => limit }), {
      clock, rest: host.cores <= 2 ? twinRest : 0, isBusy: () => this.asked > 0, makeRoom: (bytes) => { room.make(bytes, false) }, onProblem: cause => post({ type: 'warning', error: toWire(cause) }, []),
    })
    const budget = this.budget = new ProbeBudget(clock, () => loop.isBusy)
    const predictor = new Predictor(sample, engine.ops)
    const xray = new Xray(() => limit)
    const planes = new Planes(clock, budget, () => limit)
    const neighbours = new NeighbourSearch(dataset)
    const sources = (given = dataset) => ({ dataset: loop.hasRun ? sameDataset(given, loop.run.trainer.dataset) : given, ops: engine.ops, maxBytes: limit })
    let twinIsNext = false
    this.scheduler = new Scheduler({ slice: (isOver) => {
      if (twinIsNext) {
        twinIsNext = false
        twin.slice(isOver)
        return 0
      }
      const wait = loop.slice(isOver)
      budget.review()
      if (wait > 0) return Math.min(wait, twin.slice(isOver))
      twinIsNext = twin.isThere // an evaluation of the moment takes long for a large network
      return 0
    } }, clock, pendingRequests)
    const leaveRun = () => {
      budget.answerAll()
      predictor.forgetRun()
      xray.close()
      planes.end()
    }
    const switchTo = (plan: RunPlan, pace: Pace, suspended?: SuspendedRun) => {
      leaveRun()
      const before = loop.hasRun ? loop.run.trainer.dataset.info.id : null
      const state = suspended ? loop.takeOver(plan, pace, suspended) : loop.switchTo(plan, pace)
      // Main exposes `gc`: the shared memory of a dataset that was left would stay while this thread's own heap is small.
      if (before !== null && before !== state.dataset.id) setImmediate(() => { globalThis.gc?.() })
      return state
    }
    const shown = (): number => loop.hasRun ? loop.run.trainer.bytes : 0
    const room: Room = new Room({
      shown, used: () => visits.bytes + questions.bytes + twin.bytes + reader.bytes, kept: () => questions.keptBytes, free: () => questions.free(),
      drop: () => {
        leaveRun()
        loop.drop()
      },
    }, () => limit)
    const visits = new Visits({ clock, version, show: plan => switchTo({ ...plan, isKept: false }, 'full'), onProgress: progress => post({ type: 'progress', progress }, []), makeRoom: (bytes, mayDrop) => room.make(bytes, mayDrop) })
    const questions = new Questions({
      clock, isWanted: () => Atomics.load(pendingRequests, 0) > 0, visited: () => visits.ended(), onProgress: progress => post({ type: 'measured', progress }, []),
      makeRoom: (bytes) => { room.make(bytes, false) },
    })
    const reader = new SplitReader({ clock, ops: engine.ops, makeRoom: (bytes) => { room.make(bytes, false) } })
    // The backend's memory never shrinks; without one, each tensor has its own.
    this.held = () => Math.max(engine.ops.arena().allocator?.buffer.byteLength ?? 0, shown() + visits.bytes + questions.bytes + questions.keptBytes + twin.bytes + reader.bytes)
    /** Answers with the weights between two steps, also while one has only begun. */
    const ofRun = <T>(answer: (trainer: Trainer | null) => T): T => loop.hasRun ? loop.run.trainer.betweenSteps(() => answer(loop.run.trainer)) : answer(null)
    const at = () => ({ runId: loop.currentRunId, step: loop.run.trainer.step })
    this.handlers = {
      'configure': ({ config, pace, dataset, isKept = true }) => switchTo({ ...fromConfig(config, sources(dataset)), isKept }, pace),
      'open': ({ weights, pace, dataset }) => switchTo(fromWeights(weights, sources(dataset)), pace),
      'resume': ({ run, pace, dataset, suspended }) => {
        const resumed: Resumed = { differsAt: null }
        return { state: switchTo(fromRecord(run, sources(dataset), resumed), pace, suspended), ...resumed }
      },
      'firstState': ({ weights, dataset }) => {
        const trainer = fromWeights(weights, sources(dataset)).build()
        try { return { bytes: writeCheckpoint(checkpointOf(trainer, { version })) } }
        finally { trainer.dispose() }
      },
      'choices': ({ file, dataset }) => choiceAccuracies(readNetworkFile(file.bytes, file.name), sources(dataset).dataset, engine.ops),
      'keep': () => loop.keep(),
      'suspend': () => loop.suspend(),
      'limit': ({ maxBytes }) => {
        limit = maxBytes
        return null
      },
      'visit': ({ run, dataset }) => visits.to(run, sources(dataset)),
      'leave': () => {
        if (loop.hasRun) loop.run.evaluations.clear()
        return null
      },
      'reach': ({ run, mayDrop, dataset }) => visits.state(run, sources(dataset), mayDrop),
      'teach': async ({ run, taught, dataset }) => {
        const learned = sources(dataset)
        const { dataset: { info, test } } = learned
        const bytes = teachingBytes(architectureOn(run.checkpoint.config.network, info), test.count)
        const { result: effect, differsAt } = await visits.work(run, learned, { bytes, mayDrop: false, begin: trainer => new Teaching(trainer, taught) })
        return { effect, differsAt }
      },
      'continued': async ({ run, dataset }) => {
        const begin = (trainer: Trainer) => {
          const bytes = writeCheckpoint(checkpointOf(trainer, { version }))
          const continuation = new Continuation(trainer)
          return { advance: (isOver: () => boolean) => {
            const next = continuation.advance(isOver)
            return next && { bytes, next }
          } }
        }
        const { result, differsAt } = await visits.work(run, sources(dataset), { mayDrop: false, begin })
        return { ...result, differsAt }
      },
      'lookAtUnit': async ({ run, layer, unit, dataset }) => (await visits.work(run, sources(dataset), { mayDrop: false, begin: trainer => ({ advance: () => unitLook(trainer, layer, unit) }) })).result,
      'unwish': () => {
        visits.unwish()
        return null
      },
      'twin:begin': arg => twin.begin(arg, sources(arg.dataset)),
      'twin:follow': (arg) => {
        twin.follow(arg)
        return null
      },
      'twin:read': () => twin.read(),
      'twin:end': () => {
        twin.end()
        return null
      },
      'find': arg => questions.find(arg, sources(arg.dataset)),
      'trace': arg => questions.trace(arg, sources(arg.dataset)),
      'health': arg => questions.health(arg, sources(arg.dataset)),
      'path': arg => questions.path(arg, sources(arg.dataset)),
      'priceStep': arg => questions.price(arg, sources(arg.dataset)),
      'measureBeside': ({ beside }) => {
        questions.setBeside(beside)
        return null
      },
      'neighbours': ({ dataset: given, ...query }) => neighbours.find(query, given),
      'readImages': ({ network, split, dataset: given = dataset }) => reader.read(network, given, split),
      'stopMeasuring': () => {
        questions.stop()
        return null
      },
      'run:start': ({ pace }) => loop.start(pace),
      'run:pause': () => loop.pause(),
      'run:pace': ({ pace }) => loop.setPace(pace),
      'run:stopWhen': ({ condition }) => loop.stopWhen(condition),
      'run:step': ({ unit }) => unit === 'batch' ? loop.stepBatch() : loop.stepEpoch(),
      'run:layer': ({ unit }) => loop.layer(unit),
      'slow:look': ({ cell }) => {
        const view = stageView(loop.run.trainer, cell)
        return view && { runId: loop.currentRunId, ...view }
      },
      'run:change': (change) => {
        budget.answerAll()
        predictor.forgetRun()
        return loop.change(change)
      },
      'rewind': () => {
        budget.answerAll()
        xray.close()
        planes.end()
        return loop.rewind()
      },
      'threads': ({ threads }) => {
        engine.setThreads(threads)
        return loop.hasRun ? loop.state() : null
      },
      'read': () => loop.hasRun ? { state: loop.state(), history: loop.run.curves.read() } : null,
      'draw:predict': ({ source, pixels }) => ofRun(trainer => ({ ...predictor.predict(source, pixels, trainer), at: source === 'run' ? at() : null })),
      'draw:walk': ({ source, pixels }) => ofRun(trainer => ({ ...predictor.walk(source, pixels, trainer), at: source === 'run' ? at() : null })),
      'draw:network': ({ source }) => ofRun(trainer => ({ ...predictor.numbers(source, trainer), at: source === 'run' ? at() : null })),
      'kernels:speed': () => ({ backend: engine.ops.name, operationsPerSecond: engine.peakRate(peakMs) }),
      'run:probe': query => budget.answer(() => ({ ...at(), ...probe(loop.run.trainer, query) })),
      'xray:open': async (query) => {
        if (!query.image) await loop.keptStep()
        return { runId: loop.currentRunId, ...xray.open(loop.run.trainer, query) }
      },
      'xray:cell': query => xray.cell(query),
      'xray:close': () => {
        xray.close()
        return null
      },
      'unit:look': ({ layer, unit }) => budget.answer(() => ({ ...at(), ...unitLook(loop.run.trainer, layer, unit) })),
      'measure:samples': () => budget.answer(() => ({ ...at(), ...sampleGradients(loop.run.trainer) })),
      'measure:line': () => budget.answer(() => measureLine(loop.run.trainer, limit, at())),
      'measure:plane': query => planes.measure(loop.run.trainer, query, at()),
      'run:batch': ({ rows }) => loop.run.trainer.betweenSteps(() => ({ ...at(), ...nextBatch(loop.run.trainer, rows) })),
      'run:mistakes': query => loop.mistakes(query, () => { this.scheduler.wake() }),
      'weights': () => {
        const { trainer } = loop.run
        return trainer.betweenSteps(() => ({ bytes: writeWeights(withSha256(loop.run.weights(version), createHash('sha256'))), step: trainer.step }))
      },
    }
    if (start.role === 'replay') this.handlers = { ...this.handlers, ...this.waiting(async () => {
      await visits.ended()
      if (!loop.hasRun) throw new LabError('past.none', 'the moment had to make room', {})
    }, () => loop.hasRun) }
  }

  /** Questions about a moment wait while another one takes its place. */
  private waiting(until: () => Promise<void>, hasMoment: () => boolean): Partial<Handlers> {
    const wait = (handle: (arg: never) => unknown) => async (arg: never) => {
      if (!hasMoment()) await until()
      return await handle(arg)
    }
    return Object.fromEntries(([...viewChannels, 'weights', 'run:layer'] as const).map(command => [command, wait(this.handlers[command])])) as Partial<Handlers>
  }

  /** Posts the engine's notice, once main listens. */
  postNotice(): void {
    const { notice } = this.engine
    if (notice) this.post({ type: 'warning', error: toWire(notice) }, [])
  }

  private tellHeld(): void {
    const bytes = this.held()
    if (bytes === this.toldHeld) return
    this.toldHeld = bytes
    this.post({ type: 'memory', bytes }, [])
  }

  /** Handles a message and replies with the same id. */
  receive({ id, command, arg }: ToWorker): void {
    Atomics.sub(this.start.pendingRequests, 0, 1)
    const handle = this.handlers[command] as (arg: unknown) => unknown
    const isAsked = goesFirst.includes(command)
    if (isAsked) this.asked++
    void replyOf(() => handle(arg)).then((reply) => {
      this.tellHeld()
      if (isAsked && --this.asked === 0) this.scheduler.wake()
      const began = this.clock.now()
      this.post({ type: 'reply', id, reply }, reply.ok ? transferablesOf(reply.value) : [])
      if (command === 'run:probe') this.budget.charge(this.clock.now() - began)
      if (!reply.ok && fatalCodes.includes(reply.error.code)) this.host.fail(fromWire(reply.error)) // main informs the window and has the recorded run
    })
    this.budget.review() // a command may have ended the training
    this.scheduler.wake()
  }
}

/** What a person asks of the past; it may take long */
const goesFirst: readonly WorkerCommand[] = ['visit', 'reach', 'teach', 'lookAtUnit', 'find', 'trace']
/** Run ids of twins are above those of the moments that a thread shows. */
const twinIds = 500_000_000

/**
 * Where the run and its twin would have both cores, the twin rests after each slice, so that the window stays smooth: while a person
 * scrubs at step 270,000, the interval between frames is 54 ms at p95 with 1, and 74 ms with 0.
 */
const twinRest = 1.5

/** Duration of the measurement of the peak rate; training pauses meanwhile */
const peakMs = 50

/** Errors of a compute thread during an operation: the run's tensors are undefined afterwards. */
const fatalCodes: readonly string[] = ['worker.died', 'worker.timeout']

/** The buffers in a reply are copies, so they can be transferred without copying them again. */
function transferablesOf(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength ? [value.buffer] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(transferablesOf) : []
}
