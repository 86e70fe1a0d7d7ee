import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { RunState, SharedDataset, WorkerStart } from '@contract'
import { defaultConfig, Random, Trainer, writeWeights } from '@core'
import { RunStore, runsFolder } from '@files'
import { Memory } from '../../electron/main/memory'
import { Past } from '../../electron/main/past'
import { RunRecorder } from '../../electron/main/run-recorder'
import { Supervisor, type Thread } from '../../electron/main/supervisor'
import { Watch } from './answer'
import { configOf, type Network } from './cases'
import type { Burst, VisitFigures } from './child'

const version = '0.0.0-bench'

/** The app's training thread and its recorder, and the thread that shows the past. */
export class LabPast {
  private readonly folder = mkdtempSync(join(tmpdir(), 'lab-bench-'))
  private readonly runs = new RunStore(runsFolder(this.folder))
  private readonly recorder = new RunRecorder({ store: this.runs, onProblem: (cause) => { throw cause } })
  private readonly sample: WorkerStart['sample']
  private readonly compiling = new Int32Array(new SharedArrayBuffer(4))
  private readonly threads = new Map<boolean, Supervisor>()
  private readonly past: Past
  private running: { readonly network: string, readonly recording: boolean } | null = null

  /** @param file bundle of the training thread */
  constructor(private readonly file: string, private readonly dataset: SharedDataset) {
    this.sample = { name: 'untrained', bytes: writeWeights(new Trainer(defaultConfig, dataset).weights({ version })) }
    this.past = new Past({
      twinRecorder: new RunRecorder({ store: this.runs, onProblem: fail }), onTwin: () => undefined, onTwinMetrics: () => undefined,
      runs: this.runs, recorder: this.recorder, memory: new Memory(), dataset, sample: this.sample, version,
      startThread: start => this.start(start), onProgress: () => undefined, onLost: fail, onProblem: fail, onFinding: () => undefined, onLane: () => undefined, onHealth: () => undefined, onPath: () => undefined,
    })
  }

  /** Learns at full speed for a time. */
  async burst(network: Network, seconds: number, recording: boolean): Promise<Burst> {
    const thread = await this.learn(network, recording)
    const began = (await thread.ask('run:pace', { pace: 'full' })).step
    const watch = new Watch(seconds)
    await sleep(1000 * seconds)
    const steps = (await thread.ask('run:pace', { pace: 'full' })).step - began
    const burst = { count: steps * network.batchSize, steps, ...watch.read() }
    await thread.ask('run:pause', null)
    return burst
  }

  async visits(network: Network, steps: number, count: number, seconds: number): Promise<VisitFigures> {
    const thread = await this.learn(network, true)
    let state: RunState = await thread.ask('run:pace', { pace: 'full' })
    while (state.step < steps) {
      await sleep(200)
      state = await thread.ask('run:pace', { pace: 'full' })
    }
    await thread.ask('run:pause', null)
    const random = new Random(1)
    const visit = async (): Promise<number> => {
      const began = performance.now()
      await this.past.visit(random.bits() % (steps + 1), this.dataset)
      return performance.now() - began
    }
    await visit() // the thread starts
    const atRest = await times(count, visit)
    const [whileLearning, alone, reaching, looking]: number[][] = [[], [], [], []]
    for (let round = 0; round < 3; round++) {
      this.past.leave()
      alone!.push(rate(await this.burst(network, seconds, true)))
      reaching!.push(rate(await this.during(() => this.burst(network, seconds, true), async () => { whileLearning!.push(await visit()) })))
      looking!.push(rate(await this.burst(network, seconds, true)))
    }
    return { steps, atRest, whileLearning: whileLearning!, alone: alone!, reaching: reaching!, looking: looking! }
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.threads.values()].map(thread => thread.stop()))
    await this.past.stop()
    await this.recorder.end()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Does something again and again during a burst. */
  private async during(work: () => Promise<Burst>, each: () => Promise<void>): Promise<Burst> {
    let isOver = false
    const done = work().finally(() => { isOver = true })
    while (!isOver) await each()
    return await done
  }

  /** Starts or continues a run of the network at full speed. */
  private async learn(network: Network, isKept: boolean): Promise<Supervisor> {
    const thread = this.threads.get(isKept) ?? this.trainingThread(isKept)
    const name = JSON.stringify(network)
    if (this.running?.network !== name || !this.threads.has(isKept)) {
      const state = await thread.ask('configure', { config: configOf(network), pace: 'full', isKept })
      if (isKept) this.recorder.begin(state)
    }
    this.threads.set(isKept, thread)
    this.running = { network: name, recording: isKept }
    await thread.ask('run:start', { pace: 'full' })
    return thread
  }

  private trainingThread(isKept: boolean): Supervisor {
    const pendingRequests = new Int32Array(new SharedArrayBuffer(4))
    const { recorder } = this
    const thread = this.start({ role: 'train', dataset: this.dataset, sample: this.sample, version, pendingRequests, threads: 1, firstRunId: 0 })
    return new Supervisor(thread, {
      pendingRequests, timeoutMs: () => 60_000, onDeath: (error) => { throw error },
      onMessage: (message) => {
        if (!isKept) return
        if (message.type === 'metrics') recorder.metrics(message.frame)
        if (message.type === 'checkpoint') recorder.checkpoint(message.frame)
        if (message.type === 'state') recorder.state(message.state)
      },
    })
  }

  private start(start: Omit<WorkerStart, 'compiling'>): Thread {
    return new Worker(this.file, { workerData: { ...start, compiling: this.compiling } }) as Thread
  }
}

const fail = (cause: unknown): never => { throw new Error('the past has failed', { cause }) }
const rate = ({ count, seconds }: Burst): number => count / seconds
const sleep = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))
async function times<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let i = 0; i < count; i++) results.push(await work())
  return results
}
