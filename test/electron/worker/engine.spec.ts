import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type ComputeStart, controlWords, Engine, LabError, readWeights, type RunConfig, Trainer, writeWeights } from '@core'
import type { ArgOf, FromWorker, Reply, ResultOf, RunState, ToWorker, WorkerCommand } from '@contract'
import { fromWire } from '@contract'
import { weightsSha256 } from '@files'
import { describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../../electron/worker/clock'
import { type Host, TrainingThread } from '../../../electron/worker/thread'
import { kernelBytes, noKernels } from '../../fixtures/fast-ops'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'
import { changed, runConfig } from '../../fixtures/run-config'

const dataset = smallDataset()
const config: RunConfig = runConfig({ dataset: 'small', layers: [12, 400, 400, 6], batchSize: 20 }) // 3 million multiply-adds: worth sharing among threads
const small: RunConfig = changed(config, { layers: [12, 8, 6] })
const sample = { name: 'sample', bytes: writeWeights(new Trainer(small, dataset).weights({ version: '1' })) }
const pixels = new Float32Array(12).fill(0.5)

class IdleThread extends EventEmitter {
  unref(): void { /* does not block */ }
  terminate(): Promise<number> { return Promise.resolve(0) }
}

/** The internals of the training thread, run in this thread with the test as host. */
function internals(host: Partial<Host> = {}, clock?: Clock, maxBytes?: number) {
  const messages: FromWorker[] = []
  const starts: ComputeStart[] = []
  const threads: IdleThread[] = []
  const failed: unknown[] = []
  const waiting = new Map<number, (reply: Reply<unknown>) => void>()
  const pendingRequests = new Int32Array(new SharedArrayBuffer(4))
  const moved: (readonly ArrayBuffer[])[] = []
  const thread = new TrainingThread({ role: 'train', dataset, sample, pendingRequests, version: 'test', threads: 2, firstRunId: 0, compiling: new Int32Array(new SharedArrayBuffer(4)) }, (message, transfer) => {
    messages.push(message)
    moved.push(transfer)
    if (message.type === 'reply') waiting.get(message.id)?.(message.reply)
  }, {
    bytes: kernelBytes, cores: 4, fail: cause => failed.push(cause),
    startThread: (start) => {
      starts.push(start)
      threads.push(new IdleThread())
      return threads.at(-1)!
    },
    ...host,
  }, { ...clock && { clock }, ...maxBytes !== undefined && { maxBytes } })
  let lastId = 0
  const ask = async <K extends WorkerCommand>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> => {
    const id = ++lastId
    Atomics.add(pendingRequests, 0, 1)
    const reply = await new Promise<Reply<unknown>>((answered) => {
      waiting.set(id, answered)
      thread.receive({ id, command, arg } as ToWorker)
    })
    if (!reply.ok) throw fromWire(reply.error)
    return reply.value as ResultOf<K>
  }
  const warnings = () => messages.flatMap(message => message.type === 'warning' ? [message.error.code] : [])
  const states = () => messages.flatMap(message => message.type === 'state' ? [message.state] : [])
  return { thread, ask, warnings, states, starts, threads, failed, messages, moved }
}

describe('memory', () => {
  test('does not grow over thirty networks that are watched, evaluated, drawn on and looked into', async () => {
    const { ask, starts } = internals()
    const use = async (seed: number): Promise<number> => {
      await ask('configure', { config: changed(config, { seed, optimizer: 'adam' }), pace: 'full' })
      await ask('run:step', { unit: 'batch' })
      await ask('draw:predict', { source: 'run', pixels })
      await ask('run:probe', { stats: true })
      await ask('xray:open', { image: null }) // a second trainer, until the next run
      return starts[0]!.memory.buffer.byteLength
    }
    for (let seed = 0; seed < 4; seed++) await use(seed) // new networks are created before the old one is freed, until the free blocks fit
    const settled = await use(4)
    for (let seed = 5; seed < 30; seed++) expect(await use(seed)).toBe(settled)
    expect(settled).toBeGreaterThan(4 * 160_000) // only the one matrix
  })

  test('of a refused network is freed', async () => {
    const { ask, starts } = internals()
    await ask('configure', { config, pace: 1 })
    await ask('configure', { config, pace: 1 })
    const before = starts[0]!.memory.buffer.byteLength
    for (let i = 0; i < 5; i++) await expect(ask('configure', { config: changed(config, { layers: [12, 4000, 4000, 7] }), pace: 1 })).rejects.toMatchObject({ code: 'network.outputs' })
    await ask('configure', { config, pace: 1 })
    expect(starts[0]!.memory.buffer.byteLength).toBe(before)
  })
})

// Cause: a new run was built next to the old one, so the two largest existed at once: twice the memory that a run may take.
describe('a run that replaces another', () => {
  const megabyte = 2 ** 20
  const large = (seed: number): RunConfig => changed(config, { layers: [12, 600, 600, 6], batchSize: 20, seed }) // 6 MB including gradients, copies and panels
  const weights = async ({ ask }: Pick<ReturnType<typeof internals>, 'ask'>): Promise<Uint8Array> => (await ask('weights', null)).bytes
  /** A short description, since comparing a million numbers one by one takes seconds. */
  const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
  const paramsHash = (bytes: Uint8Array): string => hash(Buffer.concat(readWeights(bytes, 'weights').tensors.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))))

  test('is built in its memory when there is no space for both', async () => {
    const { ask, starts } = internals({}, undefined, 10 * megabyte)
    for (let seed = 1; seed <= 6; seed++) {
      await ask('configure', { config: changed(large(seed), { layers: [12, 600 + seed % 2, 600 - 7 * seed, 6] }), pace: 'full' })
      await ask('run:step', { unit: 'batch' })
      await ask('draw:predict', { source: 'run', pixels })
    }
    expect(starts[0]!.memory.buffer.byteLength).toBeLessThan(10 * megabyte)
  })

  test('is built beside it when there is, and only then replaces it', async () => {
    const { ask, starts } = internals({}, undefined, 100 * megabyte)
    await ask('configure', { config: large(1), pace: 'full' })
    const one = starts[0]!.memory.buffer.byteLength
    await ask('configure', { config: large(2), pace: 'full' })
    expect(starts[0]!.memory.buffer.byteLength).toBeGreaterThan(one + 5 * megabyte) // W, dW, W before the update and in the evaluation: 1.4 MB each
  })

  test('computes the same as a run alone', async () => {
    const [alone, second] = [internals(), internals({}, undefined, 14 * megabyte)] // 13 MB with momentum
    await second.ask('configure', { config: large(1), pace: 'full' })
    for (let i = 0; i < 3; i++) await second.ask('run:step', { unit: 'batch' })
    for (const { ask } of [alone, second]) {
      await ask('configure', { config: changed(large(2), { optimizer: 'momentum' }), pace: 'full' })
      for (let i = 0; i < 5; i++) await ask('run:step', { unit: 'batch' })
    }
    expect(hash(await weights(second))).toBe(hash(await weights(alone)))
  })

  test('or is opened from a file, and can be rewound to it', async () => {
    const { ask } = internals({}, undefined, 10 * megabyte)
    await ask('configure', { config: large(3), pace: 'full' })
    await ask('run:step', { unit: 'batch' })
    const saved = await weights({ ask })
    await ask('configure', { config: large(4), pace: 'full' })
    expect(await ask('open', { weights: { name: 'mine', bytes: saved }, pace: 1 })).toMatchObject({ step: 1, origin: { from: 'file', name: 'mine' } })
    await ask('run:step', { unit: 'batch' })
    expect((await ask('rewind', null)).step).toBe(1)
    expect(paramsHash(await weights({ ask }))).toBe(paramsHash(saved))
  })

  test('answers the requests that waited for the end of the old run’s epoch', async () => {
    const { ask } = internals({}, new FakeClock(), 10 * megabyte) // no slice of work except the requested one
    const { runId } = await ask('configure', { config: large(1), pace: 'full' })
    const epoch = ask('run:step', { unit: 'epoch' })
    const next = ask('configure', { config: large(2), pace: 'full' })
    expect(await epoch).toMatchObject({ runId, step: 0, config: large(1) })
    expect((await next).runId).toBe(runId + 1)
  })

  test.each([
    ['the machine has no memory left for it', [12, 640, 640, 6]],
    ['it is larger than a run may be', [12, 1000, 1000, 6]],
  ])('is refused when %s, and the old one continues', async (_, layers) => {
    const { ask } = internals({}, new FakeClock(), 10 * megabyte)
    const { runId } = await ask('configure', { config: large(1), pace: 'full' })
    await ask('run:step', { unit: 'batch' })
    const before = [hash(await weights({ ask })), (await ask('draw:predict', { source: 'run', pixels })).outputs]
    await ask('run:start', { pace: 1 })
    vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => { throw new RangeError('no more memory') })
    try { await expect(ask('configure', { config: changed(large(2), { layers }), pace: 1 })).rejects.toMatchObject({ code: 'train.memory', details: { found: expect.any(Number) as number, max: 10 } }) }
    finally { vi.restoreAllMocks() }
    expect(await ask('read', null)).toMatchObject({ state: { runId, phase: 'running', step: 1 } })
    expect([hash(await weights({ ask })), (await ask('draw:predict', { source: 'run', pixels })).outputs]).toEqual(before)
    expect((await ask('run:step', { unit: 'batch' })).step).toBe(2)
  })
})

test('a weights file has both accuracies if they were measured at exactly its step', async () => {
  const { ask } = internals()
  await ask('configure', { config: small, pace: 1 })
  const evaluation = await vi.waitUntil(async () => (await ask('read', null))?.state.evaluation, { timeout: 20_000 })
  const { train: { accuracy: trainAccuracy }, test: { accuracy: testAccuracy } } = evaluation
  expect(trainAccuracy).not.toBe(testAccuracy)
  const saved = readWeights((await ask('weights', null)).bytes, 'now')
  expect(saved.metrics).toEqual({ trainAccuracy, testAccuracy })
  expect(saved.weightsSha256).toBe(weightsSha256(saved))
  const [{ loss }, { bytes }] = await Promise.all([ask('run:step', { unit: 'batch' }), ask('weights', null)])
  expect(readWeights(bytes, 'later').metrics).toEqual({ loss })
})

test('copied numbers of an answer are transferred, whole, and nothing else is', async () => {
  const { ask, messages, moved } = internals({}, new FakeClock())
  await ask('configure', { config: small, pace: 1 })
  for (let i = 0; i < 3; i++) await ask('run:step', { unit: 'batch' })
  const answers = [await ask('weights', null), await ask('read', null), await ask('run:batch', { rows: 3 }), await ask('run:probe', { stats: true, tensors: [{ path: 'affine1.W' }], images: 2 }), await ask('draw:predict', { source: 'run', pixels })]
  const viewsIn = (value: unknown): ArrayBufferView[] => ArrayBuffer.isView(value) ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(viewsIn) : []
  const replies = messages.flatMap((message, i) => message.type === 'reply' ? [moved[i]!] : []).slice(-answers.length)
  for (const [i, answer] of answers.entries()) {
    const views = viewsIn(answer)
    expect(views.length).toBeGreaterThan(0)
    for (const { buffer, byteLength } of views) expect(replies[i]!.includes(buffer as ArrayBuffer)).toBe(buffer instanceof ArrayBuffer && buffer.byteLength === byteLength)
    for (const buffer of replies[i]!) expect(buffer).toBeInstanceOf(ArrayBuffer) // the run's own memory is shared and stays
  }
})

describe('the speed of the registers', () => {
  test('is measured in the training thread, with the name of the backend', async () => {
    const { ask } = internals()
    const { backend } = await ask('configure', { config: small, pace: 1 })
    const speed = await ask('kernels:speed', null)
    expect(speed).toEqual({ backend, operationsPerSecond: expect.any(Number) as number })
    expect(speed.operationsPerSecond).toBeGreaterThan(1e8) // a hundredth of what any processor with SIMD reaches
  })

  test('is unknown without SIMD', async () => {
    const { ask } = internals({ bytes: noKernels })
    expect(await ask('kernels:speed', null)).toEqual({ backend: 'reference-float32', operationsPerSecond: null })
  })
})

describe('threads', () => {
  test('are started for a network that is worth it, and one is reported for a small one', async () => {
    const { ask, starts } = internals()
    expect(await ask('configure', { config: small, pace: 1 })).toMatchObject({ backend: 'wasm-relaxed-simd', threads: 1 })
    expect(starts).toHaveLength(0)
    expect(await ask('configure', { config, pace: 1 })).toMatchObject({ threads: 2 })
    expect(starts).toMatchObject([{ role: 'compute', threadIndex: 1, threads: 2 }])
    expect(await ask('threads', { threads: 3 })).toMatchObject({ threads: 3 })
    expect(await ask('configure', { config: small, pace: 1 })).toMatchObject({ threads: 1 })
  })

  test('that end by themselves leave one at work; the window is informed', async () => {
    const { ask, warnings, states, threads } = internals()
    await ask('configure', { config, pace: 1 })
    threads[0]!.emit('exit', 1)
    expect([warnings(), states().at(-1)?.threads]).toEqual([['worker.computeLost'], 1])
    expect((await ask('run:step', { unit: 'batch' })).step).toBe(1)
  })

  test('that fail in the middle of an operation end the training thread, after its answer', async () => {
    // Becomes ready like any other, but ends at the first piece of work (core/ops/pool.ts).
    const breaks = `
      const { workerData: { control } } = require('node:worker_threads')
      const state = new Int32Array(control, 0, 64)
      Atomics.add(state, ${controlWords.ready}, 1)
      Atomics.wait(state, ${controlWords.generation}, 0)
      Atomics.store(state, ${controlWords.failed}, 1)
      Atomics.sub(state, ${controlWords.pending}, 1)
      Atomics.notify(state, ${controlWords.pending})`
    const workers: Worker[] = []
    const { ask, failed } = internals({
      startThread: (start) => {
        workers.push(new Worker(breaks, { eval: true, workerData: start }))
        return workers.at(-1)!
      },
    }, new FakeClock()) // no slice of work except the requested one
    await ask('configure', { config, pace: 1 })
    const code = async (): Promise<string> => await ask('run:step', { unit: 'batch' }).then(() => 'ok', (error: { code: string }) => error.code)
    await vi.waitUntil(async () => await code() === 'worker.died', { timeout: 20_000 }) // until the other thread is ready, one does all the work
    await vi.waitUntil(() => failed.length > 0)
    expect(failed[0]).toMatchObject({ code: 'worker.died' })
    await Promise.all(workers.map(worker => worker.terminate()))
  })
})

test.each([['worker.died', true], ['worker.timeout', true], ['train.memory', false]] as const)('an answer of %s ends the training thread: %s', async (code, ends) => {
  const { ask, failed } = internals({}, new FakeClock())
  const peak = vi.spyOn(Engine.prototype, 'peakRate').mockImplementation(() => { throw new LabError(code, 'it failed') })
  try { await expect(ask('kernels:speed', null)).rejects.toMatchObject({ code }) }
  finally { peak.mockRestore() }
  await new Promise(setImmediate)
  expect(failed).toMatchObject(ends ? [{ code }] : [])
})

test('without SIMD the reference trains, and the window is told why it is slow', async () => {
  const { thread, ask, warnings } = internals({ bytes: noKernels })
  thread.postNotice()
  expect(warnings()).toEqual(['worker.noSimd'])
  const state: RunState = await ask('configure', { config, pace: 1 })
  expect(state).toMatchObject({ backend: 'reference-float32', threads: 1 })
  expect((await ask('run:step', { unit: 'batch' })).loss).toBeGreaterThan(0)
})

test('the X-ray of a run at full speed waits for the mini-batch whose state before it is kept', async () => {
  const { ask } = internals()
  await ask('configure', { config: small, pace: 1 })
  await ask('run:start', { pace: 'full' })
  const [{ step: now }, opened] = [(await ask('read', null))!.state, ask('xray:open', { image: null })] // nothing is learned in between
  expect((await opened).step).toBeGreaterThan(now)
  await ask('run:pause', null)
  const [{ step: last }, again] = [(await ask('read', null))!.state, ask('xray:open', { image: null })]
  expect((await again).step).toBe(last)
  const alone = ask('xray:open', { image: { split: 'test', index: 3 } })
  expect((await alone).step).toBe(last)
})
