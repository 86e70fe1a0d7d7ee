import { type Backend, type ComputeStart, controlWords, createBackend, type Ops, optimizers, type OptimizerName, optimizerSpec, Random, type SettingsChange, Trainer } from '@core'
import { stateSha256 } from '@files'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fastOps, kernelBytes } from '../../fixtures/fast-ops'
import { sleep, Threads, watchdog } from '../ops/threads'
import { configOf, dataset, learnTo, type PlannedChange, resumed } from '../../fixtures/training'

const shaOf = (trainer: Trainer): string => stateSha256(trainer.snapshot())

/** Wide enough for products and updates to be shared by threads. */
const wide = 'affine 300, batchNormalization, relu, dropout 0.3, affine 200, tanh, affine 60, sigmoid, affine 6'

describe('on the real kernels a training that was stopped, written down and resumed ends in the state of one that never stopped', () => {
  let threads: Threads
  let calm: () => void
  beforeAll(async () => {
    calm = watchdog(120_000)
    threads = await Threads.make()
  })
  afterAll(async () => {
    await threads.remove()
    calm()
  })

  /** A backend whose threads have all started: until then the calling one computes alone. */
  async function backendOf(count: number): Promise<Backend> {
    const starts: ComputeStart[] = []
    const backend = createBackend({ bytes: kernelBytes, threads: count, spawn: (start) => { starts.push(start); return threads.spawn(start) } })
    while (starts[0] && Atomics.load(new Int32Array(starts[0].control), controlWords.ready) < count - 1) await sleep(2)
    return backend
  }

  /** Straight on one thread, resumed on several. */
  async function bothOn(count: number, kind: OptimizerName, changes: readonly PlannedChange[] = []): Promise<readonly [straight: string, resumed: string]> {
    const config = configOf(wide, { optimizer: { ...optimizerSpec(kind) }, weightDecay: 0.001, batchSize: 100 })
    const straight = learnTo(new Trainer(config, dataset, { ops: fastOps() }), 9, changes)
    const backend = await backendOf(count)
    try {
      expect(backend.ops.threads).toBe(count)
      const stopped = learnTo(new Trainer(config, dataset, { ops: backend.ops }), 4, changes)
      return [shaOf(straight), shaOf(learnTo(resumed(stopped), 9, changes))]
    }
    finally { backend.dispose() }
  }

  test.each(optimizers.flatMap(kind => [1, 2].map(count => [kind, count] as const)))('with %s on %i threads, with every kind of layer', async (kind, count) => {
    const [straight, after] = await bothOn(count, kind)
    expect(after).toBe(straight)
  })

  test.each<[OptimizerName, readonly PlannedChange[]]>([
    ['adam', []],
    ['momentum', [[2, { optimizer: { learningRate: 0.002 } }], [6, { optimizer: { kind: 'rmsprop', learningRate: 0.001 }, batchSize: 120, layers: { dropout1: { rate: 0.5 } } }]]],
  ])('with %s on 8 threads, changed at %j', async (kind, changes) => {
    const [straight, after] = await bothOn(8, kind, changes)
    expect(after).toBe(straight)
  })
})

describe('a training that is stopped at any step', () => {
  const kinds = ['relu', 'sigmoid', 'tanh', 'dropout 0.3', 'batchNormalization'] as const
  const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)]!

  function layersBy(random: Random): string {
    const hidden = Array.from({ length: 1 + random.integer(3) }, () => `affine ${3 + random.integer(9)}, ${pick(random, kinds)}`)
    return [...hidden, 'affine 6'].join(', ')
  }

  function changeBy(random: Random, layers: string): SettingsChange {
    const changes: SettingsChange[] = [
      { optimizer: { learningRate: 0.001 + random.next() / 50 } }, { optimizer: { kind: pick(random, optimizers) } }, { batchSize: 5 + random.integer(60) },
      { weightDecay: random.integer(2) / 100 }, { orderSeed: random.integer(1000) }, ...layers.includes('dropout') ? [{ layers: { dropout1: { rate: random.next() / 2 } } }] : [],
    ]
    return pick(random, changes)
  }

  test.each(Array.from({ length: 24 }, (_, i) => i + 1))('and changed at any step continues equally: random chain, optimizer, changes and stops, seed %i', (seed) => {
    const random = new Random(seed)
    const layers = layersBy(random)
    const config = configOf(layers, {
      optimizer: { kind: pick(random, optimizers), learningRate: 0.01 }, batchSize: 5 + random.integer(60), seed, weightDecay: random.integer(2) / 100,
      validation: random.integer(3) / 10, ...random.integer(2) === 1 && { orderSeed: random.integer(100) },
    })
    const steps = 20 + random.integer(20)
    const changes = Array.from({ length: random.integer(4) }, (): PlannedChange => [random.integer(steps), changeBy(random, layers)])
    const ops: Ops | undefined = seed % 2 === 0 ? fastOps() : undefined // kernels and reference in turn
    let trainer = new Trainer(config, dataset, { ...ops && { ops } })
    const straight = shaOf(learnTo(trainer, steps, changes))
    trainer = new Trainer(config, dataset, { ...ops && { ops } })
    const stops = Array.from({ length: 3 }, () => random.integer(steps)).sort((a, b) => a - b)
    for (const stop of stops) trainer = resumed(learnTo(trainer, stop, changes))
    expect(shaOf(learnTo(trainer, steps, changes)), `${layers}, stopped at ${stops.join(', ')}, changed at ${JSON.stringify(changes)}`).toBe(straight)
  })

  test('differs as soon as one number of its state does', () => {
    const at = (step: number): Trainer => learnTo(new Trainer(configOf(), dataset), step)
    const snapshot = at(5).snapshot()
    const [first] = snapshot.tensors
    const others = [
      { ...snapshot, updates: 6 }, { ...snapshot, position: { ...snapshot.position, seen: 0 } }, { ...snapshot, position: { ...snapshot.position, epoch: 1 } }, { ...snapshot, optimizer: 'adam' as const },
      { ...snapshot, tensors: [{ path: first!.path, data: first!.data.map((value, i) => i === 0 ? value + 1e-6 : value) }, ...snapshot.tensors.slice(1)] },
      { ...snapshot, tensors: snapshot.tensors.map(tensor => tensor === first ? { ...tensor, path: 'affine9.W' } : tensor) }, at(6).snapshot(),
    ]
    const all = [snapshot, ...others].map(stateSha256)
    expect(new Set(all).size).toBe(all.length)
    expect(stateSha256({ ...snapshot, tensors: [...snapshot.tensors].reverse(), loss: null })).toBe(all[0])
  })
})
