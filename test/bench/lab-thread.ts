import { Worker } from 'node:worker_threads'
import type { ArgOf, FromWorker, ProbeFrame, ResultOf, SharedDataset, WorkerCommand, WorkerStart } from '@contract'
import { defaultConfig, Trainer, writeWeights } from '@core'
import { Watch } from './answer'
import { configOf, type Network } from './cases'
import type { Burst, ProbeBurst } from './child'
import { quantile } from './statistics'
import type { Asked } from './views'

const version = '0.0.0-bench'
/** A view asks at most this often. @source renderer/lib/useSampled.ts; renderer/inspector/health/more/useRepeated.ts */
const [probeMs, measureMs] = [100, 1000]

/** The app's training thread, learning at full speed: bursts of it with and without a view that asks. */
export class LabThread {
  private readonly pendingRequests = new Int32Array(new SharedArrayBuffer(4))
  private readonly waiting = new Map<number, (reply: Extract<FromWorker, { type: 'reply' }>['reply']) => void>()
  private readonly worker: Worker
  private lastId = 0
  private network = ''

  /** @param file the thread's bundle */
  constructor(file: string, dataset: SharedDataset, threads: number) {
    const weights = writeWeights(new Trainer(defaultConfig, dataset).weights({ version }))
    const start: WorkerStart = {
      role: 'train', dataset, sample: { name: 'untrained', bytes: weights }, pendingRequests: this.pendingRequests, version, threads, compiling: new Int32Array(new SharedArrayBuffer(4)), firstRunId: 0,
    }
    this.worker = new Worker(file, { workerData: start })
    this.worker.on('message', (message: FromWorker) => {
      if (message.type !== 'reply') return
      this.waiting.get(message.id)?.(message.reply)
      this.waiting.delete(message.id)
    })
  }

  async burst(network: Network, seconds: number, asked: readonly Asked[]): Promise<Burst> {
    await this.learnAtFullSpeed(network)
    const began = await this.step()
    const watch = new Watch(seconds)
    const [answers] = await Promise.all([Promise.all(asked.map(query => this.askUntil(query, () => watch.up))), sleep(1000 * seconds)])
    const frames = answers.at(-1)
    const steps = await this.step() - began
    return { count: steps * network.batchSize, steps, ...watch.read(), ...frames && { probes: summaryOf(frames) } }
  }

  dispose(): void { void this.worker.terminate() }

  private async learnAtFullSpeed(network: Network): Promise<void> {
    const name = JSON.stringify(network)
    if (name === this.network) return
    await this.ask('configure', { config: configOf(network), pace: 'full' })
    await this.ask('run:start', { pace: 'full' })
    this.network = name
    await sleep(1000) // evaluations of the start
  }

  private async step(): Promise<number> { return (await this.ask('run:pace', { pace: 'full' })).step }

  private async askUntil(query: Asked, over: () => boolean): Promise<Priced[]> {
    const frames: Priced[] = []
    const everyMs = typeof query === 'string' ? measureMs : probeMs
    while (!over()) {
      const began = performance.now()
      frames.push(await (typeof query === 'string' ? this.ask(query, null) : this.ask('run:probe', query)))
      await sleep(Math.max(0, everyMs - (performance.now() - began)))
    }
    return frames
  }

  private ask<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> {
    const id = ++this.lastId
    Atomics.add(this.pendingRequests, 0, 1)
    this.worker.postMessage({ id, command, arg })
    return new Promise((resolve, reject) => this.waiting.set(id, (reply) => {
      if (reply.ok) resolve(reply.value as ResultOf<K>)
      else reject(new Error(`${command}: ${reply.error.message}`))
    }))
  }
}

type Priced = Pick<ProbeFrame, 'price'>

const summaryOf = (frames: readonly Priced[]): ProbeBurst =>
  ({ answers: frames.length, ms: quantile(frames.map(({ price }) => price.ms), 0.5), share: quantile(frames.map(({ price }) => price.share), 0.5) })

const sleep = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))
