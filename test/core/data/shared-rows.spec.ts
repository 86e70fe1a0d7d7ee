import { Arena, type Dataset, defaultConfig, fillImages, Heap, sparseInput, Tensor, Trainer } from '@core'
import { describe, expect, test } from 'vitest'
import { SharedRows } from '../../../core/data/shared-rows'
import { inkyDataset } from '../../fixtures/inky-dataset'
import { Fast, modules } from '../ops/fast'

// Cause: the rows of a dataset were never freed, so each further dataset took more of the kernels' memory.
describe('the sparse rows of a dataset', () => {
  const { ops } = new Fast(...modules[0]!)
  const memory = (): number => {
    const arena = ops.arena()
    const { byteLength } = arena.numbers(1).buffer
    arena.dispose()
    return byteLength
  }

  test('free their memory for the next dataset when the last run that uses them is disposed', () => {
    const use = (): number => {
      const arena = ops.arena()
      expect(sparseInput(ops, inkyDataset({ train: 1000 }), 4, arena)).toBeDefined() // 1,000 images of 256 pixels, a fifth of them ink: 200 KB
      arena.dispose()
      return memory()
    }
    const first = use()
    for (let i = 0; i < 20; i++) expect(use()).toBe(first)
  })

  test('of several datasets are freed, each with the last of its own runs', () => {
    const { ops } = new Fast(...modules[0]!)
    const heap = (): number => (ops.arena().allocator as Heap).bytes
    const empty = heap()
    const [clothes, letters] = [inkyDataset({ train: 300, test: 30 }), inkyDataset({ train: 200, test: 20, seed: 2 })]
    const network = { layers: [{ kind: 'affine', units: 5 }, { kind: 'affine', units: 10 }], loss: 'softmaxWithLoss' } as const
    const train = (dataset: Dataset): Trainer => {
      const trainer = new Trainer({ ...defaultConfig, network, batchSize: 20 }, dataset, { ops })
      trainer.learn()
      return trainer
    }
    const warm = train(clothes) // the products' working memory stays
    warm.dispose()
    const begin = heap()
    const [one, two, other] = [train(clothes), train(clothes), train(letters)]
    const all = heap()
    two.dispose()
    one.dispose() // the last of its dataset
    const left = heap()
    other.dispose()
    expect([heap(), left < all, begin >= empty]).toEqual([begin, true, true])
    const again = train(clothes)
    again.dispose()
    expect(heap()).toBe(begin)
  })

  test('stay in place while another run reads them', () => {
    const dataset = inkyDataset({ train: 50, test: 20 })
    const [one, other, later] = [ops.arena(), ops.arena(), ops.arena()]
    const x = sparseInput(ops, dataset, 10, one)!.value
    sparseInput(ops, dataset, 10, other)
    other.dispose()
    other.dispose() // disposing twice has no further effect
    sparseInput(ops, inkyDataset({ train: 50, test: 20, seed: 2 }), 10, later) // would start in the released block
    const [wanted, indices] = [Tensor.zeros([10, 256]), [0, 5, 9, 14, 19, 3, 3, 1, 2, 18]]
    for (const split of [dataset.train, dataset.test]) {
      fillImages(x, split, indices, 0, 10)
      fillImages(wanted, split, indices, 0, 10)
      expect([...x.data]).toEqual([...wanted.data])
    }
  })
})

describe('shared rows', () => {
  const memoryOf = (pages: number) => {
    const heap = new Heap(new WebAssembly.Memory({ initial: 1, maximum: pages, shared: true }), 0)
    return { heap, rows: new SharedRows(heap), arena: () => new Arena('float32', heap) }
  }
  const { train, test: second }: Dataset = inkyDataset({ train: 20, test: 10 })

  test('are created once for all arenas, and freed with the last of them', () => {
    const { heap, rows, arena } = memoryOf(4)
    const [a, b] = [arena(), arena()]
    const rowsOfA = rows.forArena(a)
    const made = rowsOfA(train)
    const { bytes } = heap
    expect([rowsOfA(train), rows.forArena(b)(train)]).toEqual([made, made])
    expect(heap.bytes).toBe(bytes)
    a.dispose()
    expect(heap.bytes).toBe(bytes)
    b.dispose()
    expect(heap.bytes).toBe(0)
  })

  test('are counted separately for each split', () => {
    const { heap, rows, arena } = memoryOf(4)
    const [a, b] = [arena(), arena()]
    rows.forArena(a)(train)
    const { bytes } = heap
    rows.forArena(b)(second)
    b.dispose()
    expect(heap.bytes).toBe(bytes)
    a.dispose()
    expect(heap.bytes).toBe(0)
  })

  test('can be created again after they were freed', () => {
    const { heap, rows, arena } = memoryOf(4)
    const entriesOf = (): number[] => {
      const own = arena()
      const entries = [...rows.forArena(own)(train).entries]
      own.dispose()
      return entries
    }
    const first = entriesOf()
    expect(entriesOf()).toEqual(first)
    expect(heap.bytes).toBe(0)
  })

  test('that do not fit have no owner', () => {
    const { heap, rows, arena } = memoryOf(1)
    const own = arena()
    expect(() => rows.forArena(own)(inkyDataset({ train: 2000 }).train)).toThrow(RangeError)
    own.dispose()
    expect(heap.bytes).toBe(0)
  })
})
