import { Arena, type Dataset, fillImages, Heap, sparseInput, Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { SharedRows } from '../../../core/data/shared-rows'
import { inkyDataset } from './inky'
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
