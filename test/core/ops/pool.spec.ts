import { controlWords, createWasmOps, LabError, type Ops, type Pool, Random, type RunConfig, type Tensor, Trainer } from '@core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { instantiate } from '../../../core/ops/kernel-module'
import { callKernel, type Kernel, maxArgs } from '../../../core/ops/kernel-list'
import { ThreadPool } from '../../../core/ops/pool'
import { inkyDataset } from '../../fixtures/inky-dataset'
import { kernelBytes } from './kernels'
import { bestOf, sleep, Threads, watchdog } from './threads'
import { changed, runConfig } from '../../fixtures/run-config'

const bytes = bestOf(kernelBytes)
let threads: Threads
beforeAll(async () => { threads = await Threads.make() })
afterAll(() => threads.remove())

let callOff: () => void
beforeEach(() => { callOff = watchdog(180_000) })
afterEach(() => { callOff() })

const codeOf = (work: () => unknown): string => {
  try { work() }
  catch (cause) { return cause instanceof LabError ? cause.code : String(cause) }
  return 'nothing thrown'
}

/** The fast backend on several threads, with a counter of the dispatched calls per kernel. */
async function opsOn(count: number): Promise<{ ops: Ops, shared: Map<Kernel, number>, dispose: () => void }> {
  const { pool, kernels, memory } = await threads.pool(bytes, count)
  const shared = new Map<Kernel, number>()
  const counted: Pool = { threads: count, run: (kernel, ...rest) => {
    shared.set(kernel, (shared.get(kernel) ?? 0) + 1)
    pool.runningWith(kernels).run(kernel, ...rest)
  } }
  return { ops: createWasmOps({ memory, kernels, kind: 'relaxed', pool: counted }), shared, dispose: () => pool.dispose() }
}

describe('any number of threads', () => {
  // large enough that every product except the last layer's is shared, also for the short last batch
  const config: RunConfig = runConfig({ layers: [256, 101, 67, 10], batchSize: 103 })
  const dataset = inkyDataset()

  /** @returns all weights after several steps */
  async function trained(config: RunConfig, count: number, steps: number, kernels: readonly Kernel[], { least = steps, loss }: { least?: number, loss: number }): Promise<string> {
    const { ops, shared, dispose } = await opsOn(count)
    const trainer = new Trainer(config, dataset, { ops })
    for (let i = 0; i < steps; i++) trainer.learn()
    for (const kernel of kernels) expect(shared.get(kernel) ?? 0, kernel).toBeGreaterThanOrEqual(count === 1 ? 0 : least)
    expect(trainer.loss).toBeLessThan(loss) // it did learn
    const weights = Buffer.concat(trainer.model.params.map(({ slot: { value: { data } } }) => Buffer.from(data.slice().buffer))).toString('base64')
    dispose()
    return weights
  }

  test('leads to the same weights after hundreds of steps, bit for bit: 1, 2 and 8', async () => {
    const train = (count: number, steps: number, loss: number) => trained(config, count, steps, ['gather', 'multiply'], { loss })
    expect(await train(2, 250, 1) === await train(1, 250, 1), '2 threads').toBe(true)
    // More threads than cores take turns, which means waiting: fewer steps here. npm run test:long takes 1,000.
    expect(await train(8, 100, 2) === await train(1, 100, 2), '8 threads').toBe(true)
  }, 150_000)

  test('leads to the same weights with layers so wide that columns are shared, with Adam: 1, 2 and 8', async () => {
    const wide: RunConfig = changed(config, { layers: [256, 530, 515, 10], batchSize: 140, optimizer: 'adam', learningRate: 0.001 })
    // the short last batch is too small for some threads
    const train = (count: number) => trained(wide, count, 40, ['gather', 'transpose', 'multiply', 'addRow', 'relu', 'reluBackward', 'sumRows', 'adam'], { least: 20, loss: 1.5 })
    const alone = await train(1)
    for (const count of [2, 8]) expect(await train(count) === alone, `${count} threads`).toBe(true)
  }, 150_000)

  test('gives the same bits for every shared operation, at sizes that do not divide evenly', async () => {
    const [N, D, M, large] = [131, 79, 93, [701, 601]] as const
    const [K, wide] = [70, 1041] // columns are shared among eight threads
    const random = new Random(1)
    const values = (shape: readonly number[]): Float32Array => Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal())
    const drawn = { x: values([N, D]), w: values([D, M]), dy: values([N, M]), a: values(large), b: values(large), c: values(large).map(Math.abs), d: values(large).map(Math.abs), row: values([large[1]]), row2: values([large[1]]).map(Math.abs), row3: values([large[1]]), row4: values([large[1]]), tall: values([4096, 35]), tall2: values([4096, 35]), few: values([35]), few2: values([35]).map(Math.abs), p: values([N, K]), q: values([K, wide]), r: values([N, wide]), v: values([wide, K]) }
    const shapes = { x: [N, D], w: [D, M], dy: [N, M], a: large, b: large, c: large, d: large, row: [large[1]], row2: [large[1]], row3: [large[1]], row4: [large[1]], tall: [4096, 35], tall2: [4096, 35], few: [35], few2: [35], p: [N, K], q: [K, wide], r: [N, wide], v: [wide, K] } as const
    const operations: Readonly<Record<string, (ops: Ops, t: Record<keyof typeof drawn, Tensor>) => readonly Tensor[]>> = {
      matmul: (ops, { x, w, dy }) => { ops.matmul(dy, x, w); return [dy] },
      matmulNT: (ops, { x, w, dy }) => { ops.matmulNT(x, dy, w); return [x] },
      matmulTN: (ops, { x, w, dy }) => { ops.matmulTN(w, x, dy); return [w] },
      'matmul of columns': (ops, { p, q, r }) => { ops.matmul(r, p, q); return [r] },
      'matmulNT of columns': (ops, { p, v, r }) => { ops.matmulNT(r, p, v); return [r] },
      'matmulTN of columns': (ops, { p, q, r }) => { ops.matmulTN(q, p, r); return [q] },
      relu: (ops, { a, b }) => { ops.relu(a, b); return [a] },
      reluBackward: (ops, { a, b, c }) => { ops.reluBackward(a, b, c); return [a] },
      sigmoid: (ops, { a, b }) => { ops.sigmoid(a, b); return [a] },
      sigmoidBackward: (ops, { a, b, c }) => { ops.sigmoidBackward(a, b, c); return [a] },
      addRow: (ops, { a, row }) => { ops.addRow(a, row); return [a] },
      sumRows: (ops, { a, row }) => { ops.sumRows(row, a); return [row] },
      tanh: (ops, { a, b }) => { ops.tanh(a, b); return [a] },
      tanhBackward: (ops, { a, b, c }) => { ops.tanhBackward(a, b, c); return [a] },
      dropout: (ops, { a, b }) => { ops.dropout(a, b, { rate: 0.3, key: 9 }); return [a] },
      columnMoments: (ops, { a, row, row2 }) => { ops.columnMoments(row, row2, a); return [row, row2] },
      normalize: (ops, { a, b, c, row, row2 }) => { ops.normalize(a, b, c, row, row2, row, row2, 1e-5); return [a, b] },
      normalizeBackward: (ops, { a, b, c, row, row2, row3, row4 }) => { ops.normalizeBackward(a, row, row3, b, c, row2, row4, 1e-5, false); return [a, row, row3] },
      'columnMoments of three blocks of columns': (ops, { tall, few, few2 }) => { ops.columnMoments(few, few2, tall); return [few, few2] },
      'normalizeBackward of three blocks of columns, with fixed statistics': (ops, { tall, tall2, few, few2 }) => { ops.normalizeBackward(tall, few, few2, tall2, tall2, few2, few2, 1e-5, true); return [tall, few, few2] },
      addDecay: (ops, { a, b, c }) => { ops.addDecay(a, b, c, 0.01); return [a] },
      scale: (ops, { a, b }) => { ops.scale(a, 0.99, b); return [a, b] },
      copy: (ops, { a, b }) => { ops.copy(a, b); return [a] },
      sgd: (ops, { a, b }) => { ops.sgd(a, b, 0.1); return [a] },
      momentum: (ops, { a, b, c }) => { ops.momentum(a, b, c, { learningRate: 0.1, momentum: 0.9 }); return [a, c] },
      adagrad: (ops, { a, b, c }) => { ops.adagrad(a, b, c, { learningRate: 0.1, epsilon: 1e-7 }); return [a, c] },
      rmsprop: (ops, { a, b, c }) => { ops.rmsprop(a, b, c, { learningRate: 0.1, decay: 0.9, epsilon: 1e-7 }); return [a, c] },
      adam: (ops, { a, b, c, d }) => { ops.adam(a, b, c, d, { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, step: 3 }); return [a, c, d] },
    }
    const [alone, ...others] = await Promise.all([1, 2, 3, 4, 8].map(opsOn))
    const run = ({ ops, shared }: typeof alone & object, operate: (typeof operations)[string]) => {
      const arena = ops.arena()
      shared.clear()
      const tensors = Object.fromEntries(Object.entries(drawn).map(([name, numbers]) => {
        const tensor = arena.tensor(shapes[name as keyof typeof shapes])
        tensor.data.set(numbers)
        return [name, tensor]
      })) as Record<keyof typeof drawn, Tensor>
      const results = operate(ops, tensors).map(({ data }) => data.slice())
      arena.dispose()
      return results
    }
    for (const [name, operate] of Object.entries(operations)) {
      const wanted = run(alone!, operate)
      for (const many of others) {
        const found = run(many, operate)
        expect([...many.shared.values()].reduce((a, b) => a + b, 0), `${name} was shared`).toBeGreaterThanOrEqual(1)
        found.forEach((data, i) => expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(wanted[i]!.buffer)), name).toBe(0))
      }
    }
    for (const { dispose } of [alone!, ...others]) dispose()
  }, 60_000)
})

describe('a pool', () => {
  const count = 1024
  /** Where an update reports a non-finite number */
  const unused = 700 * 1024
  /** w and dw filled with ones, except for the given number at one position. */
  const filled = (memory: WebAssembly.Memory) => {
    const [w, dw] = [512 * 1024, 600 * 1024]
    const numbers = new Float32Array(memory.buffer as unknown as ArrayBuffer, w, count).fill(1)
    new Float32Array(memory.buffer as unknown as ArrayBuffer, dw, count).fill(1)
    return { w, dw, numbers }
  }

  test('whose threads are not ready yet does everything in one thread', () => {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true })
    const module = { module: new WebAssembly.Module(bytes), memory }
    const pool = new ThreadPool(3, module, () => () => undefined)
    const { w, dw, numbers } = filled(memory)
    pool.runningWith(instantiate(module)).run('sgd', [w, dw, w, unused, 0.5], count, 4)
    expect([pool.ready, numbers.every(x => x === 0.5)]).toEqual([false, true])
    pool.dispose()
  })

  test('whose other thread traps throws worker.died, at once and from then on', async () => {
    const { pool, kernels, memory } = await threads.pool(bytes, 2)
    const { dw } = filled(memory)
    const end = memory.buffer.byteLength - 4 * 600 // the second half of 1,024 numbers lies outside of the memory
    // waiting for a dead thread would end with worker.timeout
    expect(codeOf(() => pool.runningWith(kernels).run('sgd', [end, dw, end, unused, 0.5], count, 4))).toBe('worker.died')
    expect(codeOf(() => pool.runningWith(kernels).run('sgd', [dw, dw, dw, unused, 0.5], count, 4))).toBe('worker.died')
    pool.dispose()
  })

  // the failing thread did not wait for the others, so the next operation started counting while they still worked
  test('whose own part traps waits for the others, throws worker.died and can continue', async () => {
    const { pool, kernels, memory } = await threads.pool(bytes, 2)
    const { w, dw, numbers } = filled(memory)
    const before = 2 ** 32 - 4 * 200 // the first numbers lie outside of any memory, those of the second half at its start
    expect(codeOf(() => pool.runningWith(kernels).run('sgd', [w, before, w, unused, 0.5], count, 4))).toBe('worker.died')
    numbers.fill(1)
    pool.runningWith(kernels).run('sgd', [w, dw, w, unused, 0.5], count, 4)
    expect(numbers.every(x => x === 0.5)).toBe(true)
    pool.dispose()
  })

  // after a timeout the next operation still counted a thread that might answer late, and waited as long again
  test('whose thread never answers throws worker.timeout within its patience, and then at once', async () => {
    const { pool, kernels, memory } = await threads.pool(bytes, 3, 300)
    const { w, dw } = filled(memory)
    await threads.workers.at(-1)!.terminate()
    const wait = vi.spyOn(Atomics, 'wait')
    expect(codeOf(() => pool.runningWith(kernels).run('sgd', [w, dw, w, unused, 0.5], count, 4))).toBe('worker.timeout')
    const waitedMs = wait.mock.calls.reduce((sum, [, , , ms], i) => wait.mock.results[i]?.value === 'timed-out' ? sum + ms! : sum, 0)
    const waits = wait.mock.calls.length
    expect(codeOf(() => pool.runningWith(kernels).run('sgd', [w, dw, w, unused, 0.5], count, 4))).toBe('worker.timeout')
    expect(wait).toHaveBeenCalledTimes(waits)
    wait.mockRestore()
    expect(waitedMs).toBeCloseTo(300, 6)
    pool.dispose()
  })

  // The dispatching thread may be suspended between changing the counter and waking the others: the work was already done then, and
  // the wake-up made the other thread do it again and count itself twice.
  test('does nothing when it is woken without new work', async () => {
    const { pool, kernels, memory } = await threads.pool(bytes, 2)
    const { w, dw, numbers } = filled(memory)
    const state = pool['state']
    const { generation, pending } = controlWords
    pool.runningWith(kernels).run('sgd', [w, dw, w, unused, 0.5], count, 4)
    for (let i = 0; i < 5; i++) {
      await sleep(20) // until the thread sleeps
      expect(Atomics.notify(state, generation)).toBe(1)
    }
    await sleep(20)
    expect(Atomics.load(state, pending)).toBe(0)
    expect(numbers.every(x => x === 0.5)).toBe(true)
    pool.runningWith(kernels).run('sgd', [w, dw, w, unused, 0.5], count, 4)
    expect(numbers.every(x => x === 0)).toBe(true)
    pool.dispose()
  })

  test('of one thread reports a trap with its code, too', async () => {
    const { kernels, memory } = await threads.pool(bytes, 1)
    const args = new Float64Array(maxArgs)
    args.set([memory.buffer.byteLength, 0, 0, unused, 0.5])
    const trap = (): void => { callKernel(kernels, 'sgd', args, 5, 0, count) }
    expect(trap).toThrow(/sgd trapped: .*out of bounds/)
    expect(codeOf(trap)).toBe('worker.died')
  })

  test('sleeps when there is nothing to do: 8 threads take less than 50 ms of CPU time per second', async () => {
    const { pool, kernels, memory } = await threads.pool(bytes, 8)
    const { w, dw } = filled(memory)
    for (let i = 0; i < 100; i++) pool.runningWith(kernels).run('sgd', [w, dw, w, unused, 0.5], count, 4)
    await sleep(200)
    const before = process.cpuUsage()
    await sleep(1000)
    const { user, system } = process.cpuUsage(before) // µs of CPU time of all threads: a spinning thread takes 1,000 ms
    expect((user + system) / 1000).toBeLessThan(50)
    pool.dispose()
  })

  test('that is disposed ends its threads', async () => {
    const first = threads.workers.length
    const { pool } = await threads.pool(bytes, 4)
    const exits = threads.workers.slice(first).map(worker => new Promise(done => worker.once('exit', done)))
    pool.dispose()
    expect(await Promise.all(exits)).toHaveLength(3)
  })
})
