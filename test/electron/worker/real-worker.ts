import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ArgOf, FromWorker, Reply, ResultOf, RunState, WorkerCommand, WorkerStart } from '@contract'
import { fromWire } from '@contract'
import { build } from 'vite'
import { alias } from '../../../alias.config'
import { kernels } from '../../../kernels.config'

/** The training thread, bundled as in the app. @returns the file, and a function that removes it */
export async function bundleWorker(): Promise<{ file: string, remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'backprop-lab-worker-'))
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias },
    plugins: [kernels()],
    ssr: { noExternal: true },
    build: { ssr: resolve(import.meta.dirname, '../../../electron/worker/index.ts'), outDir: folder, target: 'node20.18', rolldownOptions: { output: { entryFileNames: 'worker.mjs' } } },
  })
  return { file: join(folder, 'worker.mjs'), remove: () => rm(folder, { recursive: true, force: true }) }
}

export type WithTime<T> = T & { readonly at: number }

/** Talks to a training thread as main does. */
export class RealWorker {
  readonly frames: WithTime<Extract<FromWorker, { type: 'metrics' }>['frame']>[] = []
  readonly states: WithTime<RunState>[] = []
  readonly warnings: string[] = []
  /** Messages that are not replies, in order */
  readonly messages: Exclude<FromWorker, { type: 'reply' }>[] = []
  private readonly waiting = new Map<number, (reply: Reply<unknown>) => void>()
  private readonly watchers = new Set<() => void>()
  private lastId = 0

  private constructor(private readonly worker: Worker, private readonly wanted: Int32Array) {
    worker.on('message', (message: FromWorker) => { this.take(message) })
  }

  static async start(file: string, given: Pick<WorkerStart, 'dataset' | 'sample'> & Partial<WorkerStart>): Promise<RealWorker> {
    const pendingRequests = new Int32Array(new SharedArrayBuffer(4))
    const workerData: WorkerStart = { role: 'train', threads: 'auto', firstRunId: 0, compiling: new Int32Array(new SharedArrayBuffer(4)), ...given, pendingRequests, version: '0.0.0-test' }
    const worker = new Worker(file, { workerData })
    const real = new RealWorker(worker, pendingRequests)
    await new Promise<void>((ready, failed) => {
      worker.once('message', () => { ready() })
      worker.once('error', failed)
    })
    return real
  }

  reply<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<Reply<ResultOf<K>>> {
    const id = ++this.lastId
    Atomics.add(this.wanted, 0, 1)
    this.worker.postMessage({ id, command, arg })
    return new Promise(answered => this.waiting.set(id, answered as (reply: Reply<unknown>) => void))
  }

  /** @throws LabError the error that the thread replied with */
  async ask<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> {
    const reply = await this.reply(command, arg)
    if (!reply.ok) throw fromWire(reply.error)
    return reply.value
  }

  /** Code of the error in the reply to a request, or 'ok'. */
  async code<K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<string> {
    const reply = await this.reply(command, arg)
    return reply.ok ? 'ok' : reply.error.code
  }

  /** Waits for a condition, checking it after every message. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((done) => {
      const look = () => {
        if (!holds()) return
        this.watchers.delete(look)
        done()
      }
      this.watchers.add(look)
      look()
    })
  }

  /** Losses by step, from the frames. */
  get losses(): Map<number, number> {
    return new Map(this.frames.flatMap(({ firstStep, losses }) => Array.from(losses, (loss, i) => [firstStep + i, loss] as const)))
  }

  /** Number of requests that the thread has not taken yet. */
  get untaken(): number { return Atomics.load(this.wanted, 0) }

  forget(): void {
    this.frames.length = this.states.length = 0
  }

  stop(): Promise<number> { return this.worker.terminate() }

  private take(message: FromWorker): void {
    const at = performance.now()
    if (message.type !== 'reply') this.messages.push(message)
    if (message.type === 'metrics') this.frames.push({ ...message.frame, at })
    if (message.type === 'warning') this.warnings.push(message.error.code)
    if (message.type === 'state') this.states.push({ ...message.state, at })
    if (message.type === 'reply') {
      this.waiting.get(message.id)?.(message.reply)
      this.waiting.delete(message.id)
    }
    for (const look of this.watchers) look()
  }
}

export const sleep = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))
