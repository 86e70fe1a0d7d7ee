import { createBackend, createWasmOps, type Dataset, type Ops, type Pool, type ProductSize, sparseInput, type Tensor, Trainer } from '@core'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { instantiate } from '../../../core/ops/kernel-module'
import { callKernel } from '../../../core/ops/kernel-list'
import { fillImages } from '../../../core/data/images'
import { smallDataset } from '../../fixtures/small-dataset'
import { inkyDataset } from '../../fixtures/inky-dataset'
import { runConfig } from '../../fixtures/run-config'
import { kernelBytes } from './kernels'
import { bestOf } from './threads'

const module = new WebAssembly.Module(bestOf(kernelBytes))

/** The kernels on memory of their own, whose allocations are counted. The pool computes all parts of the output at once. */
function counting(threads = 1) {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 16_384, shared: true })
  const kernels = instantiate({ module, memory })
  const pool: { -readonly [K in keyof Pool]: Pool[K] } = { threads, run: (kernel, args, size, _, count = args.length) => callKernel(kernels, kernel, Float64Array.from(args), count, 0, size) }
  const ops = createWasmOps({ memory, kernels, kind: 'relaxed', pool })
  const allocate = vi.spyOn(ops.arena().allocator!, 'allocate')
  return { ops, pool, allocate, sizes: () => allocate.mock.calls.map(([bytes]) => bytes) }
}

/** Tensors of a product, [destination, left, right]; sparse rows are blank */
function tensorsOf(ops: Ops, { form, N, D, M, sparse }: ProductSize): readonly [Tensor, Tensor, Tensor] {
  const arena = ops.arena()
  const dataset = sparse ? inkyDataset({ rows: 1, columns: D, train: N, test: 1, ink: 0 }) : null
  const [x, w, y] = [dataset ? sparseInput(ops, dataset, N, arena)!.value : arena.tensor([N, D]), arena.tensor([D, M]), arena.tensor([N, M])]
  if (dataset) fillImages(x, dataset.train, Uint32Array.from({ length: N }, (_, n) => n), 0, N)
  return form === 'matmul' ? [y, x, w] : form === 'matmulNT' ? [x, y, w] : [w, x, y]
}

const product: fc.Arbitrary<ProductSize> = fc.record({
  form: fc.constantFrom('matmul', 'matmulNT', 'matmulTN'),
  N: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 150 })),
  D: fc.integer({ min: 1, max: 200 }),
  M: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 50, max: 400 })),
  sparse: fc.boolean(),
}).map(({ sparse, ...size }) => ({ ...size, sparse: sparse && size.form !== 'matmulNT' }))

/** Reserves, then computes each product with N rows and with fewer. */
function expectReserved(products: readonly ProductSize[], threads: number): void {
  const { ops, allocate } = counting(threads)
  const runs = products.map(size => ({ size, tensors: tensorsOf(ops, size) }))
  ops.reserve(products)
  allocate.mockClear()
  for (const { size: { form, N, D, M }, tensors } of runs) {
    // where a few rows end, where threads share in another way, and the whole
    for (const rows of new Set([1, 4, 5, 63, 64, D - 1, M - 1, M, N].map(rows => Math.max(1, Math.min(N, rows))))) {
      for (const tensor of tensors) if (tensor.capacity === N && tensor !== tensors[form === 'matmulTN' ? 0 : 2]) tensor.setRows(rows)
      ops[form](...tensors)
    }
  }
  expect(allocate).not.toHaveBeenCalled()
}

describe('working memory reserved for products', () => {
  test('suffices for them and for any smaller number of rows, with any number of threads', () => {
    fc.assert(fc.property(fc.array(product, { minLength: 1, maxLength: 3 }), fc.constantFrom(1, 2, 4, 8), expectReserved), { seed: 31, numRuns: 60 })
  }, 60_000)

  // With 63 rows each thread packs all of B instead of its own columns; with 399 it packs all of A and its own columns of B.
  test.each<ProductSize>([{ form: 'matmulTN', N: 70, D: 100, M: 400 }, { form: 'matmul', N: 405, D: 100, M: 400 }, { form: 'matmulNT', N: 405, D: 400, M: 100 }])('suffices for a shorter batch that needs more: $form of $N rows, $D inputs and $M outputs', (size) => {
    expectReserved([size], 2)
  })

  test('is what its blocks say, and is counted once for all products', () => {
    const products: readonly ProductSize[] = [{ form: 'matmul', N: 100, D: 300, M: 50 }, { form: 'matmulTN', N: 100, D: 300, M: 50, sparse: true }, { form: 'matmulNT', N: 10, D: 30, M: 5 }]
    for (const threads of [1, 4]) {
      const { ops, sizes } = counting(threads)
      ops.reserve(products)
      expect(sizes()).toEqual(ops.workingBlocks(products, threads))
      // 300 columns, each with room for 112 entries, and 12 bytes more
      expect(sizes()[1]).toBe(300 * (12 + 4 * 112))
      expect(ops.workingBlocks([...products, ...products], threads)).toEqual(ops.workingBlocks(products, threads))
    }
  })

  // Cause: a run that replaces another asked for working memory once more, although the old run leaves its own behind.
  test('is missing only where it is not large enough yet', () => {
    const { ops } = counting()
    const of = (M: number): ProductSize => ({ form: 'matmul', N: 100, D: 300, M })
    const small = [of(50)]
    expect(ops.missingBlocks(small, 1)).toEqual(ops.workingBlocks(small, 1))
    ops.reserve(small)
    expect(ops.missingBlocks(small, 1)).toEqual([])
    expect(ops.missingBlocks([of(500)], 1)).toEqual([ops.workingBlocks([of(500)], 1)[0]]) // larger panels; its lists are the same
    ops.reserve([of(500)])
    expect(ops.missingBlocks(small, 1)).toEqual([])
  })

  // Cause: a run was judged by the threads of the moment, and got more of them as soon as it was built.
  test('is judged for the threads that are wanted, whatever their number at the moment', () => {
    fc.assert(fc.property(fc.array(product, { minLength: 1, maxLength: 3 }), fc.constantFrom(1, 2, 4, 8), fc.constantFrom(1, 2, 4, 8), (products, now, wanted) => {
      const [present, later] = [counting(now), counting(wanted)]
      later.ops.reserve(products)
      expect(present.ops.workingBlocks(products, wanted).filter(bytes => bytes > 0)).toEqual(later.sizes())
    }), { seed: 32, numRuns: 60 })
  })

  test('is nothing for sparse rows forward, and only lists for a few dense ones', () => {
    const { ops } = counting()
    expect(ops.workingBlocks([{ form: 'matmul', N: 100, D: 300, M: 50, sparse: true }], 1)).toEqual([0, 0])
    // a row start and an end, four rows, 300 columns: four bytes each
    expect(ops.workingBlocks([{ form: 'matmul', N: 4, D: 300, M: 50 }], 1)).toEqual([0, 4 * (2 + 4 + 300)])
  })

  test('is reserved again for another number of threads', () => {
    const { ops, pool, allocate } = counting()
    const size: ProductSize = { form: 'matmul', N: 120, D: 100, M: 530 }
    const tensors = tensorsOf(ops, size)
    ops.reserve([size])
    for (const threads of [8, 2, 3, 1, 8]) {
      pool.threads = threads
      ops.reserve()
      allocate.mockClear()
      ops.matmul(...tensors)
      expect(allocate).not.toHaveBeenCalled()
    }
  })
})

describe('a run', () => {
  const datasets: readonly (readonly [name: string, dataset: Dataset])[] = [['sparse', inkyDataset({ rows: 7, columns: 5, classes: 6, train: 230 })], ['dense', smallDataset()]]
  const cases = datasets.flatMap(([name, dataset]) => [37, 3].map(batchSize => [name, batchSize, dataset] as const))

  // Cause: panels and lists were allocated in the first step, and again in the first short batch and in the first evaluation.
  test.each(cases)('on %s images in batches of %i allocates nothing in its first steps, in a short batch and in an evaluation', (_, batchSize, dataset) => {
    const { ops, allocate } = counting(2)
    const config = runConfig({ layers: [dataset.train.images.length / dataset.train.count, 200, 70, 6], batchSize })
    const trainer = new Trainer(config, dataset, { ops })
    const evaluator = trainer.createEvaluator()
    expect(allocate.mock.calls.length).toBeGreaterThan(0)
    allocate.mockClear()
    for (let i = 0; i < 8; i++) trainer.learn()
    evaluator.begin({ train: 120, test: 90 })
    while (evaluator.active) evaluator.advance()
    expect(allocate).not.toHaveBeenCalled()
  })
})

describe('changing the number of threads', () => {
  const spawn = (): (() => void) => () => undefined // they never get ready, so that this thread computes alone

  test('reserves the working memory of all threads', () => {
    const { ops, setThreads, dispose } = createBackend({ bytes: kernelBytes, spawn })
    const size: ProductSize = { form: 'matmul', N: 120, D: 100, M: 530 }
    const tensors = tensorsOf(ops, size)
    ops.reserve([size])
    const allocate = vi.spyOn(ops.arena().allocator!, 'allocate')
    setThreads(4)
    expect(allocate.mock.calls).toEqual([[ops.workingBlocks([size], 4)[0]]])
    ops.matmul(...tensors)
    expect(allocate).toHaveBeenCalledTimes(1)
    dispose()
  })

  // 13 MB for each thread; the limit is 2 GB
  test('keeps the old number when the memory is too small for that', () => {
    const { ops, setThreads, dispose } = createBackend({ bytes: kernelBytes, spawn })
    ops.reserve([{ form: 'matmul', N: 100, D: 3000, M: 1000 }])
    setThreads(3)
    expect(ops.threads).toBe(3)
    setThreads(300)
    expect(ops.threads).toBe(3)
    dispose()
  })
})
