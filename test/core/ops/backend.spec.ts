import { computesSameBits, createBackend, createReferenceOps, createWasmOps, type Dataset, LabError, type Ops, type OptimizerName, type RunConfig, Tensor, Trainer } from '@core'
import { describe, expect, test } from 'vitest'
import { instantiate } from '../../../core/ops/kernel-module'
import { kernelBytes, noKernels } from '../../fixtures/fast-ops'
import { smallDataset } from '../../fixtures/small-dataset'
import { inkyDataset } from '../../fixtures/inky-dataset'
import { modules } from './fast'
import { plainOnly } from './kernels'
import { bestOf } from './threads'
import { changed, runConfig, type ShortConfig } from '../../fixtures/run-config'

const dense = smallDataset() // 230 images of 12 pixels, six classes
const sparse = inkyDataset({ rows: 7, columns: 5, classes: 6, train: 230 })
const config: RunConfig = runConfig({ layers: [12, 10, 6], batchSize: 37, learningRate: 0.1, seed: 3 })
const numbersOf = (trainer: Trainer): number[] => trainer.model.params.flatMap(({ slot }) => [...slot.value.data])

/** The fast backend on a memory that the test can inspect. */
function inspectable(maximum = 4096): { ops: Ops, memory: WebAssembly.Memory } {
  const memory = new WebAssembly.Memory({ initial: 2, maximum, shared: true })
  const kernels = instantiate({ module: new WebAssembly.Module(bestOf(kernelBytes)), memory })
  return { ops: createWasmOps({ memory, kernels, kind: 'relaxed' }), memory }
}

describe('a machine', () => {
  test('without SIMD uses the reference in float32, and reports the fallback', () => {
    const { ops, fellBack, dispose } = createBackend({ bytes: noKernels })
    expect([ops.name, ops.threads, fellBack]).toEqual(['reference-float32', 1, true])
    const [trainer, reference] = [new Trainer(config, dense, { ops }), new Trainer(config, dense)]
    for (let i = 0; i < 10; i++) expect(trainer.learn()).toBe(reference.learn())
    trainer.dispose()
    dispose()
  })

  test('without relaxed SIMD uses the plain module, and the reference on request', () => {
    expect(createBackend({ bytes: plainOnly })).toMatchObject({ ops: { name: 'wasm-simd' }, fellBack: false })
    expect(createBackend({ bytes: kernelBytes, backend: 'reference' })).toMatchObject({ ops: { name: 'reference-float32' }, fellBack: false })
  })
})

describe('backends that compute the same bits', () => {
  const trained = (ops: Ops, dataset: Dataset): number[] => {
    const trainer = new Trainer(changed(config, { layers: [dataset === sparse ? 35 : 12, 10, 6] }), dataset, { ops })
    for (let i = 0; i < 10; i++) trainer.learn()
    return numbersOf(trainer)
  }
  const all = (): Ops[] => [createReferenceOps('float32'), ...modules.map(([, bytes]) => createBackend({ bytes, trial: () => true }).ops)]

  test('are the module with joined lanes and that without, and each one and itself', () => {
    const names = all().map(({ name }) => name)
    const pairs = names.flatMap(one => names.filter(other => one !== other && computesSameBits(one, other)).map(other => [one, other]))
    expect(pairs).toEqual([['wasm-relaxed-simd', 'wasm-wide-simd'], ['wasm-wide-simd', 'wasm-relaxed-simd']])
    expect(names.every(name => computesSameBits(name, name))).toBe(true)
    expect(computesSameBits('wasm-of-tomorrow', 'wasm-wide-simd')).toBe(false)
  })

  test.each([['dense', dense], ['sparse', sparse]])('end with the same weights on %s images', (_, dataset) => {
    const found = all().map(ops => ({ name: ops.name, numbers: trained(ops, dataset) }))
    for (const one of found) for (const other of found) if (computesSameBits(one.name, other.name)) expect(one.numbers, `${one.name} and ${other.name}`).toEqual(other.numbers)
  })
})

// One step deviates by about 1e-7 for numbers around 1; thirty steps in sequence by 1e-5. Adam, AdaGrad and RMSProp divide
// by the magnitude of a gradient, which amplifies the deviation where that is small.
describe.each(modules)('%s learns what the reference learns', (_, bytes) => {
  const expectAlike = (config: RunConfig, dataset: Dataset, tolerance = 1e-5): void => {
    const { ops } = createBackend({ bytes, trial: () => true })
    const [fast, reference] = [new Trainer(config, dataset, { ops }), new Trainer(config, dataset)]
    for (let i = 0; i < 30; i++) {
      const loss = reference.learn()
      expect(Math.abs(fast.learn() - loss), `loss of step ${i}`).toBeLessThanOrEqual(tolerance * (1 + loss))
    }
    const wanted = numbersOf(reference)
    const furthest = numbersOf(fast).reduce((max, x, i) => Math.max(max, Math.abs(x - wanted[i]!)), 0)
    expect(furthest).toBeLessThanOrEqual(tolerance)
  }

  test.each([
    ['ten outputs and more', { layers: [12, 10, 6] }],
    ['one unit', { layers: [12, 1, 6] }],
    ['no hidden layer', { layers: [12, 6] }],
    ['four layers of odd sizes', { layers: [12, 9, 7, 13, 6] }],
    ['sigmoids', { layers: [12, 11, 6], activation: 'sigmoid' }],
    ['a batch of one', { batchSize: 1 }],
    ['a batch of 37, of which eight are left at the end', { batchSize: 37 }],
    ['a batch of 229, of which one is left at the end', { batchSize: 229 }],
    ['all images at once', { batchSize: 1000 }],
  ] as const)('with %s', (_, change) => {
    expectAlike(changed(config, change), dense)
    const { layers = [12, 10, 6] } = change as ShortConfig
    expectAlike(changed(config, { ...change, layers: [35, ...layers.slice(1)] }), sparse)
  })

  test.each(['sgd', 'momentum', 'adagrad', 'rmsprop', 'adam'] satisfies OptimizerName[])('by %s', (optimizer) => {
    expectAlike(changed(config, { optimizer, activation: 'sigmoid', learningRate: optimizer === 'sgd' ? 0.1 : 0.01 }), dense, 1e-4)
  })
})

describe('memory', () => {
  const learn = (trainer: Trainer): void => {
    for (let i = 0; i < 10; i++) trainer.learn()
    const evaluator = trainer.createEvaluator()
    evaluator.begin({ train: 150, test: 90 })
    while (evaluator.active) evaluator.advance()
    evaluator.dispose()
    trainer.dispose()
  }

  test.each([['dense', dense, [12, 300, 6]], ['sparse', sparse, [35, 300, 6]]] as const)('is freed completely: the fiftieth run on a %s dataset takes no more than the first', (_, dataset, layers) => {
    const { ops, memory } = inspectable()
    const sizes = Array.from({ length: 50 }, () => {
      learn(new Trainer(changed(config, { layers, optimizer: 'adam' }), dataset, { ops }))
      return memory.buffer.byteLength
    })
    expect(sizes.slice(1).every(size => size === sizes[0])).toBe(true)
  })

  test('grows to the largest of different runs, whatever came before, and no further', () => {
    const { ops, memory } = inspectable()
    const run = (units: number): number => {
      learn(new Trainer(changed(config, { layers: [12, units, 6] }), dense, { ops }))
      return memory.buffer.byteLength
    }
    const largest = run(1000)
    for (const units of [10, 700, 300, 999, 1, 1000]) expect(run(units)).toBe(largest)
  })

  test('that a run does not fit into is freed when this is reported', () => {
    const { ops } = inspectable(36) // 2.4 MB
    expect(() => new Trainer(changed(config, { layers: [12, 2000, 2000, 6] }), dense, { ops })).toThrow(expect.objectContaining({ code: 'train.memory' }))
    learn(new Trainer(changed(config, { layers: [12, 500, 6] }), dense, { ops })) // needs 1.3 MB; the disposed backend held 1.4 MB
  })

  // continued to use memory that it had released
  test('of a refused product is free again', () => {
    const { ops } = inspectable(4)
    const arena = ops.arena()
    const tensor = (N: number, M: number): Tensor => arena.tensor([N, M])
    const [y, x, w, big, wide] = [tensor(6, 8), tensor(6, 100), tensor(100, 8), tensor(6, 3000), tensor(3000, 8)]
    ops.matmul(y, x, w)
    expect(() => ops.matmul(y, big, wide)).toThrow(RangeError)
    const kept = tensor(1, 900)
    kept.data.fill(7)
    ops.matmul(y, x, w)
    expect(kept.data.every(x => x === 7)).toBe(true)
  })
})

describe('changing the number of threads', () => {
  test('to one that cannot be started keeps the running threads, and leaves none behind', () => {
    const ended: number[] = []
    let started = 0
    let most = 1
    const spawn = (): (() => void) => {
      if (started >= most) throw new LabError('worker.died', 'no thread to be had')
      const id = ++started
      return () => { ended.push(id) }
    }
    const { ops, setThreads, dispose } = createBackend({ bytes: kernelBytes, threads: 2, spawn })
    expect([ops.threads, started]).toEqual([2, 1])
    most = 3
    expect(() => setThreads(8)).toThrow('no thread to be had')
    expect([ops.threads, ended]).toEqual([2, [2, 3]]) // the first backend still works
    const y = ops.arena().tensor([400, 400])
    expect(() => ops.copy(y, y)).not.toThrow()
    most = 10
    setThreads(3)
    expect([ops.threads, ended]).toEqual([3, [2, 3, 1]])
    dispose()
    expect(ended).toEqual([2, 3, 1, 4, 5])
  })
})
