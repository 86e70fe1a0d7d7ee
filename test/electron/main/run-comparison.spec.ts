import { EventEmitter } from 'node:events'
import type { ArgOf, CompareProgress, SharedDataset, ToWorker, WorkerStart } from '@contract'
import { toWire } from '@contract'
import { type LabError, Replay, type RunConfig, type SettingsChange, Trainer, trainerOf, writeCheckpoint, writeWeights } from '@core'
import { RunStore, runsFolder } from '@files'
import { beforeEach, describe, expect, test } from 'vitest'
import { Memory } from '../../../electron/main/memory'
import { RunComparison } from '../../../electron/main/run-comparison'
import type { Thread } from '../../../electron/main/supervisor'
import { idOf, recordWith } from '../../fixtures/recorded-run'
import { checkpointIn, configOf, dataset, learnTo, type PlannedChange } from '../../fixtures/training'
import { newFolder } from './folder'

/** Learns again as the thread for the past does, with core alone. */
class LearningThread extends EventEmitter implements Thread {
  readonly visited: number[] = []
  terminated = false
  private trainer: Trainer | null = null

  constructor(private readonly pending: Int32Array) { super() }

  postMessage({ id, command, arg }: ToWorker): void {
    Atomics.sub(this.pending, 0, 1)
    queueMicrotask(() => {
      try { this.emit('message', { type: 'reply', id, reply: { ok: true, value: command === 'visit' ? this.visit(arg as ArgOf<'visit'>) : this.weights() } }) }
      catch (cause) { this.emit('message', { type: 'reply', id, reply: { ok: false, error: toWire(cause) } }) }
    })
  }

  terminate(): Promise<number> {
    this.terminated = true
    return Promise.resolve(1)
  }

  private visit({ run: { checkpoint, step, events, firstLoss, losses } }: ArgOf<'visit'>): object {
    const replay = new Replay(trainerOf(checkpoint, dataset, this.trainer?.ops ?? new Trainer(checkpoint.config, dataset).ops), { events, lossAt: at => losses[at - firstLoss] }, step)
    this.emit('message', { type: 'progress', progress: { step: replay.step, from: replay.step, to: step } })
    while (!replay.advance(() => false));
    this.visited.push(step)
    this.trainer = replay.trainer
    return { state: { backend: replay.trainer.ops.name }, differsAt: replay.differsAt }
  }

  private weights(): object {
    return { bytes: writeWeights(this.trainer!.weights({ version: '1', evaluation: null })), step: this.trainer!.step, events: [] }
  }
}

let [store, threads, progress]: [RunStore, LearningThread[], CompareProgress[]] = [] as never
beforeEach(() => { [store, threads, progress] = [new RunStore(runsFolder(newFolder())), [], []] })
const comparison = (more: { runs?: RunStore, load?: (id: string) => Promise<SharedDataset> } = {}) => new RunComparison({
  dataset: dataset as unknown as SharedDataset, sample: { name: '', bytes: new Uint8Array() }, version: '1', runs: store, memory: new Memory(), recorder: { flush: () => Promise.resolve() }, twinRecorder: { flush: () => Promise.resolve() }, onProgress: now => progress.push(now),
  datasets: { load: () => Promise.resolve(dataset as unknown as SharedDataset), left: () => undefined }, ...more,
  startThread: ({ pendingRequests }: Omit<WorkerStart, 'compiling'>) => {
    const thread = new LearningThread(pendingRequests)
    threads.push(thread)
    return thread
  },
})

const layers = 'affine 5, relu, affine 6'
/** Records a run as the recorder does, with a checkpoint every ten steps; each loss is as recorded. @returns its weights by step */
async function record(n: number, { config = configOf(layers), last = 40, changes = [], bent }: { config?: RunConfig, last?: number, changes?: readonly PlannedChange[], bent?: number } = {}) {
  let trainer = new Trainer(config, dataset)
  const writer = await store.create({ ...recordWith({ id: idOf(n), name: `Run ${n}`, config, backend: trainer.ops.name }) })
  const weights: Float32Array[] = []
  for (let step = 0; ; step++) {
    trainer = learnTo(trainer, step, changes)
    weights.push(Float32Array.from(trainer.snapshot().tensors.find(({ path }) => path === 'affine1.W')!.data))
    if (step > 0) writer.append({ kind: 'losses', firstStep: step, losses: Float32Array.of(step === bent ? 9 : trainer.loss!) })
    if (step % 10 === 0) await writer.checkpoint(step, writeCheckpoint(checkpointIn(trainer)))
    if (step === last) break
  }
  await writer.update({ events: trainer.events })
  await writer.close()
  return weights
}
const code = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (error: LabError) => error.code)
const [a, b] = [idOf(1), idOf(2)]

describe('the first step at which two runs differ', () => {
  const rate = (learningRate: number): SettingsChange => ({ optimizer: { learningRate } })
  test.each<[string, Parameters<typeof record>[1], number | null]>([
    ['is none with the same recipe', {}, null],
    ['is the first one with another rate', { config: configOf(layers, { optimizer: { kind: 'sgd', learningRate: 0.05 } }) }, 1],
    ['is the first one in another order', { config: configOf(layers, { orderSeed: 77 }) }, 1],
    ['is the beginning with another seed', { config: configOf(layers, { seed: 6 }) }, 0],
    ['follows a change on the way', { changes: [[23, rate(0.01)]] }, 24],
    ['follows a change just before the end', { changes: [[39, rate(0.01)]] }, 40],
    ['is none when a change comes after the last common step', { last: 50, changes: [[45, rate(0.01)]] }, null],
  ])('%s', async (_, other, wanted) => {
    const [one, two] = [await record(1), await record(2, other)]
    const firstOf = one.findIndex((W, step) => two[step]!.some((w, i) => w !== W[i]))
    expect(firstOf, 'the first matrix differs as the whole does').toBe(wanted ?? -1)
    expect(await comparison().difference({ a, b })).toEqual({ step: wanted, first: 0, last: 40, exact: true })
    expect(threads).toHaveLength(1)
    expect(threads[0]!.visited.length).toBeLessThanOrEqual(8)
  })

  test('is also found where the losses tell nothing, and a loss that is not the recorded one is not exact', async () => {
    await record(1)
    await record(2, { changes: [[23, rate(0.01)]], bent: 3 })
    expect(await comparison().difference({ a, b })).toEqual({ step: 24, first: 0, last: 40, exact: false })
  })
})

describe('‖ΔW‖ at a step', () => {
  test('is that of the weights of both, by tensor', async () => {
    const [one, two] = [await record(1), await record(2, { config: configOf(layers, { batchSize: 10 }) })]
    const { tensors, ...rest } = await comparison().distance({ a, b, step: 17 })
    expect(rest).toEqual({ step: 17, exact: true })
    expect(tensors.map(({ path }) => path)).toEqual(['affine1.W', 'affine1.b', 'affine2.W', 'affine2.b'])
    // float64 sums of the same 60 float32 numbers, in another order (W is transposed in a weights file): within a few roundings
    expect(tensors[0]!.distance).toBeCloseTo(Math.hypot(...one[17]!.map((w, i) => w - two[17]![i]!)), 6)
    expect(tensors[0]!.norms[0]).toBeCloseTo(Math.hypot(...one[17]!), 6)
    expect(tensors[0]!.distance).toBeGreaterThan(0)
  })

  test('is refused outside of the common steps, for other networks, and without a common step', async () => {
    await record(1)
    await record(2, { last: 20 })
    expect(await code(comparison().distance({ a, b, step: 21 }))).toBe('compare.step')
    await record(3, { config: configOf('affine 4, relu, affine 6') })
    expect(await code(comparison().difference({ a, b: idOf(3) }))).toBe('compare.networks')
    expect(await code(comparison().difference({ a, b: idOf(9) }))).toBe('run.missing')
    expect(threads).toHaveLength(0)
  })
})

test('what is learned again is told: the run, the step, and how many steps were looked at', async () => {
  await record(1)
  await record(2)
  await comparison().difference({ a, b })
  // the first step, then the last two, since no loss differs
  expect(progress.map(({ run, look, to }) => [run, look, to])).toEqual([[a, 1, 0], [b, 1, 0], [a, 2, 39], [b, 2, 39], [a, 3, 40], [b, 3, 40]])
  expect(progress.at(-1)).toEqual({ run: b, look: 3, step: 40, from: 40, to: 40 })
})

test('one that is given up says so, and not that its thread has died', async () => {
  await record(1)
  await record(2)
  const compared = comparison()
  const asked = code(compared.difference({ a, b }))
  await new Promise(resolve => setImmediate(resolve))
  await compared.rest()
  expect(await asked).toBe('past.left')
})

test('a newer question ends an older one, and without questions the thread ends', async () => {
  await record(1)
  await record(2, { config: configOf(layers, { seed: 6 }) })
  const compared = comparison()
  const older = code(compared.difference({ a, b }))
  const newer = compared.distance({ a, b, step: 3 })
  expect([await older, (await newer).step]).toEqual(['past.left', 3])
  const asked = code(compared.distance({ a, b, step: 30 }))
  await compared.rest()
  expect([await asked, threads[0]!.terminated]).toEqual(['past.left', true])
})
