import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { checkRunConfig, createWasmOps, type Dataset, defaultConfig, type Ops, type OptimizerName, optimizerSpec, parseLayers, type Pool, type RunConfig, runMemory, Trainer } from '@core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { instantiate } from '../../../core/ops/kernel-module'
import { kernelBytes } from '../../fixtures/fast-ops'
import { smallDataset } from '../../fixtures/small-dataset'
import { inkyDataset } from '../../fixtures/inky-dataset'
import { bestOf } from '../ops/threads'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const module = new WebAssembly.Module(bestOf(kernelBytes))
afterEach(() => { vi.restoreAllMocks() })

const datasets = { dense: smallDataset({ train: 3000 }), sparse: inkyDataset({ rows: 20, columns: 20, classes: 6, train: 3000, test: 500 }) }
const networks = [
  'affine 6', 'affine 700, relu, affine 600, tanh, affine 6', 'affine 300, batchNormalization, sigmoid, dropout 0.3, affine 6',
  'dropout 0.1, affine 400, relu, affine 6', 'batchNormalization, affine 200, affine 6',
]

/** A backend that computes on one thread but counts as if it had as many as the run wants, and the bytes of all its blocks. */
function countingOps(wanted: number): { readonly ops: Ops, readonly live: () => number, readonly begin: () => void } {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4096, shared: true })
  const kernels = instantiate({ module, memory })
  const pool: Pool & { threads: number } = { threads: 1, run: () => { throw new Error('no product is computed') } }
  const ops = createWasmOps({ memory, kernels, kind: 'relaxed', pool, threadsFor: () => wanted })
  const heap = ops.arena().allocator!
  const [allocate, free] = [heap.allocate.bind(heap), heap.free.bind(heap)]
  const sizes = new Map<number, number>()
  vi.spyOn(heap, 'allocate').mockImplementation((bytes) => {
    const at = allocate(bytes)
    sizes.set(at, bytes)
    return at
  })
  vi.spyOn(heap, 'free').mockImplementation((at) => {
    sizes.delete(at)
    free(at)
  })
  return {
    ops, live: () => [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
    begin() {
      pool.threads = wanted
      ops.reserve()
    },
  }
}

/** Memory of JavaScript's arrays, garbage aside: the engine frees their memory on another thread, at the latest in the next collection. */
async function arrayBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await setImmediate()
    collect()
  }
  return process.memoryUsage().arrayBuffers
}

async function measured(config: RunConfig, dataset: Dataset, threads: number): Promise<{ readonly said: number, readonly held: number }> {
  const { ops, live, begin } = countingOps(threads)
  const said = runMemory(config, dataset, ops).bytes
  expect(live()).toBe(0)
  const before = await arrayBytes()
  const trainer = new Trainer(config, dataset, { ops })
  const evaluator = trainer.createEvaluator()
  begin()
  const held = live() + await arrayBytes() - before
  expect(evaluator.active).toBe(false) // both are in use until here
  evaluator.dispose()
  trainer.dispose()
  return { said, held }
}

describe.each(['dense', 'sparse'] as const)('the predicted memory of a run on %s images', (images) => {
  // Cause: the copy of the state, the sparse rows and the threads that a run is given were left out.
  test.each(networks.flatMap((layers, i) => [1, 8].map(threads => ({ layers, threads, optimizer: (['adam', 'sgd', 'momentum'] satisfies OptimizerName[])[(i + threads) % 3]! }))))('is what it takes: $layers with $optimizer on $threads threads', async ({ layers, threads, optimizer }) => {
    const dataset = datasets[images]
    const config = checkRunConfig({ ...defaultConfig, network: { layers: parseLayers(layers), loss: 'softmaxWithLoss' }, optimizer: optimizerSpec(optimizer), weightDecay: 0.01, batchSize: 120, validation: 0.2 })
    const { said, held } = await measured(config, dataset, threads)
    expect(Math.abs(held - said)).toBeLessThan(4000) // the evaluation's indices and counts, and other small arrays
  })
})

test('sparse rows are counted once for a run, and packed once for the runs on their dataset', () => {
  const dataset = datasets.sparse
  const config = checkRunConfig({ ...defaultConfig, network: { layers: parseLayers('affine 50, relu, affine 6'), loss: 'softmaxWithLoss' } })
  const { ops, live } = countingOps(1)
  const ink = [dataset.train, dataset.test].reduce((sum, { images }) => sum + images.filter(pixel => pixel > 0).length, 0)
  const rows = 4 * (ink + 3001 + 501 + 2 * 256)
  const one = new Trainer(config, dataset, { ops })
  const alone = live()
  const two = new Trainer(config, dataset, { ops })
  const tensors = live() - alone // of the second run, whose products use the first one's working memory
  expect(alone - tensors).toBeGreaterThanOrEqual(rows)
  two.dispose()
  one.dispose()
  expect(live()).toBeLessThan(alone - tensors - rows + 1) // working memory stays
})
