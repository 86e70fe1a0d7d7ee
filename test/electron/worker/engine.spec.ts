import { EventEmitter } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type ComputeStart, controlWords, defaultConfig, type RunConfig, Trainer, writeWeights } from '@core'
import type { ArgOf, FromWorker, Reply, ResultOf, RunState, ToWorker, WorkerCommand } from '@contract'
import { fromWire } from '@contract'
import { describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../../electron/worker/clock'
import { type Host, TrainingThread } from '../../../electron/worker/thread'
import { kernelBytes, noKernels } from '../../fixtures/fast-ops'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'

const dataset = smallDataset()
const config: RunConfig = { ...defaultConfig, layers: [12, 400, 400, 6], batchSize: 20 } // 3 million multiply-adds: worth sharing
const small: RunConfig = { ...config, layers: [12, 8, 6] }
const sample = { name: 'sample', bytes: writeWeights(new Trainer(small, dataset).weights({ version: '1' })) }
const pixels = new Float32Array(12).fill(0.5)

class IdleThread extends EventEmitter {
  unref(): void { /* it holds up nothing */ }
  terminate(): Promise<number> { return Promise.resolve(0) }
}

/** The training thread's insides, in this thread: its host is the test. */
function insides(host: Partial<Host> = {}, clock?: Clock) {
  const messages: FromWorker[] = []
  const starts: ComputeStart[] = []
  const threads: IdleThread[] = []
  const failed: unknown[] = []
  const waiting = new Map<number, (reply: Reply<unknown>) => void>()
  const wanted = new Int32Array(new SharedArrayBuffer(4))
  const thread = new TrainingThread({ role: 'train', dataset, sample, wanted, version: 'test', threads: 2, firstRunId: 0, compiling: new Int32Array(new SharedArrayBuffer(4)) }, (message) => {
    messages.push(message)
    if (message.type === 'reply') waiting.get(message.id)?.(message.reply)
  }, {
    bytes: kernelBytes, cores: 4, fail: cause => failed.push(cause),
    startThread: (start) => {
      starts.push(start)
      threads.push(new IdleThread())
      return threads.at(-1)!
    },
    ...host,
  }, clock)
  let lastId = 0
  const ask = async <K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> => {
    const id = ++lastId
    Atomics.add(wanted, 0, 1)
    const reply = await new Promise<Reply<unknown>>((answered) => {
      waiting.set(id, answered)
      thread.take({ id, command, arg } as ToWorker)
    })
    if (!reply.ok) throw fromWire(reply.error)
    return reply.value as ResultOf<K>
  }
  const warnings = () => messages.flatMap(message => message.type === 'warning' ? [message.error.code] : [])
  const states = () => messages.flatMap(message => message.type === 'state' ? [message.state] : [])
  return { thread, ask, warnings, states, starts, threads, failed }
}

describe('memory', () => {
  test('does not grow over thirty networks, watched, evaluated and drawn on', async () => {
    const { ask, starts } = insides()
    const use = async (seed: number): Promise<number> => {
      await ask('configure', { config: { ...config, seed, optimizer: 'adam' }, pace: 'full' })
      await ask('step', { unit: 'batch' })
      await ask('predict', { source: 'run', pixels })
      await ask('probe', { stats: true })
      return starts[0]!.memory.buffer.byteLength
    }
    for (let seed = 0; seed < 4; seed++) await use(seed) // a new network is made before the old one goes: until the gaps fit
    const settled = await use(4)
    for (let seed = 5; seed < 30; seed++) expect(await use(seed)).toBe(settled)
    expect(settled).toBeGreaterThan(4 * 160_000) // the one matrix alone
  })

  test('of a network that is refused is given back', async () => {
    const { ask, starts } = insides()
    await ask('configure', { config, pace: 1 })
    await ask('configure', { config, pace: 1 })
    const before = starts[0]!.memory.buffer.byteLength
    for (let i = 0; i < 5; i++) await expect(ask('configure', { config: { ...config, layers: [12, 4000, 4000, 7] }, pace: 1 })).rejects.toMatchObject({ code: 'config.ends' })
    await ask('configure', { config, pace: 1 })
    expect(starts[0]!.memory.buffer.byteLength).toBe(before)
  })
})

describe('the speed of the registers', () => {
  test('is measured in the training thread, with the name of what computes there', async () => {
    const { ask } = insides()
    const { backend } = await ask('configure', { config: small, pace: 1 })
    const speed = await ask('peak', null)
    expect(speed).toEqual({ backend, operationsPerSecond: expect.any(Number) as number })
    expect(speed.operationsPerSecond).toBeGreaterThan(1e8) // a hundredth of what any processor with SIMD does
  })

  test('is not known without SIMD', async () => {
    const { ask } = insides({ bytes: noKernels })
    expect(await ask('peak', null)).toEqual({ backend: 'reference-float32', operationsPerSecond: null })
  })
})

describe('threads', () => {
  test('are started for a network that is worth it, and one is told for a small one', async () => {
    const { ask, starts } = insides()
    expect(await ask('configure', { config: small, pace: 1 })).toMatchObject({ backend: 'wasm-relaxed-simd', threads: 1 })
    expect(starts).toHaveLength(0)
    expect(await ask('configure', { config, pace: 1 })).toMatchObject({ threads: 2 })
    expect(starts).toMatchObject([{ role: 'compute', part: 1, threads: 2 }])
    expect(await ask('threads', { threads: 3 })).toMatchObject({ threads: 3 })
    expect(await ask('configure', { config: small, pace: 1 })).toMatchObject({ threads: 1 })
  })

  test('that end by themselves leave one at work; the window is told', async () => {
    const { ask, warnings, states, threads } = insides()
    await ask('configure', { config, pace: 1 })
    threads[0]!.emit('exit', 1)
    expect([warnings(), states().at(-1)?.threads]).toEqual([['worker.computeLost'], 1])
    expect((await ask('step', { unit: 'batch' })).step).toBe(1)
  })

  test('that fail in the middle of an operation end the training thread, after its answer', async () => {
    // Ready like any other, and gone at the first piece of work (core/ops/pool.ts).
    const breaks = `
      const { workerData: { control } } = require('node:worker_threads')
      const state = new Int32Array(control, 0, 64)
      Atomics.add(state, ${controlWords.ready}, 1)
      Atomics.wait(state, ${controlWords.generation}, 0)
      Atomics.store(state, ${controlWords.failed}, 1)
      Atomics.sub(state, ${controlWords.pending}, 1)
      Atomics.notify(state, ${controlWords.pending})`
    const workers: Worker[] = []
    const { ask, failed } = insides({
      startThread: (start) => {
        workers.push(new Worker(breaks, { eval: true, workerData: start }))
        return workers.at(-1)!
      },
    }, new FakeClock()) // no slice of work but what is asked for
    await ask('configure', { config, pace: 1 })
    const code = async (): Promise<string> => await ask('step', { unit: 'batch' }).then(() => 'ok', (error: { code: string }) => error.code)
    await vi.waitUntil(async () => await code() === 'worker.died', { timeout: 20_000 }) // until it is there, one does it all
    await vi.waitUntil(() => failed.length > 0)
    expect(failed[0]).toMatchObject({ code: 'worker.died' })
    await Promise.all(workers.map(worker => worker.terminate()))
  })
})

test('without SIMD the reference trains, and the window is told why it is slow', async () => {
  const { thread, ask, warnings } = insides({ bytes: noKernels })
  thread.greet()
  expect(warnings()).toEqual(['worker.noSimd'])
  const state: RunState = await ask('configure', { config, pace: 1 })
  expect(state).toMatchObject({ backend: 'reference-float32', threads: 1 })
  expect((await ask('step', { unit: 'batch' })).loss).toBeGreaterThan(0)
})
