import { createReferenceOps, type Dataset, densityOf, fillImages, Heap, Random, sparseInput, sparseOf, SparseTensor, type Split, Tensor, unitRange } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fast, modules } from '../ops/fast'
import { exactly, expectWithin, kind, numbers, seed, size, smallest, spare, u } from '../ops/rounding'
import { infoOf } from '../../fixtures/dataset-info'
import { inkyDataset } from '../../fixtures/inky-dataset'

const exact = createReferenceOps('float64')
const splitOf = (images: readonly (readonly number[])[]): Split => ({ count: images.length, images: Uint8Array.from(images.flat()), labels: new Uint16Array(images.length), normalization: unitRange })
const datasetOf = (images: readonly (readonly number[])[]): Dataset => ({ info: infoOf({ id: 'few', rows: 1, columns: images[0]!.length, classes: 1, train: images.length, test: 1 }), train: splitOf(images), test: splitOf(images.slice(0, 1)) })
const paper = (width: number): number[] => new Array<number>(width).fill(0)

describe('sparse rows', () => {
  test('hold the non-zero pixels of each image, with their columns and values', () => {
    const { width, starts, entries, pixelValues } = sparseOf(splitOf([[0, 255, 0, 51], [0, 0, 0, 0], [1, 2, 3, 4]]))
    expect(width).toBe(4)
    expect([...starts]).toEqual([0, 2, 2, 6])
    expect([...entries].map(entry => [entry >>> 16, entry & 0xffff])).toEqual([[1, 255], [3, 51], [0, 1], [1, 2], [2, 3], [3, 4]])
    expect([...pixelValues]).toEqual(Array.from({ length: 256 }, (_, pixel) => Math.fround(pixel / 255)))
  })

  test('of blank images are empty, also in the kernels’ memory', () => {
    const heap = new Heap(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }), 0)
    for (const allocator of [undefined, heap]) {
      const { starts, entries } = sparseOf(splitOf([paper(6), paper(6)]), allocator)
      expect([[...starts], entries.length]).toEqual([[0, 0, 0], 0])
    }
  })

  // when the last part did not fit, the first parts stayed allocated without an owner
  test('that do not fit into the memory allocate nothing', () => {
    const heap = new Heap(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }), 0)
    expect(() => sparseOf(splitOf(Array.from({ length: 20 }, () => new Array<number>(810).fill(9))), heap)).toThrow(RangeError)
    expect(heap.bytes).toBe(0)
  })

  test('have at most 65,536 columns, which an entry’s two bytes can store; wider images stay dense', () => {
    const wide = (width: number) => datasetOf([paper(width), paper(width)])
    const { ops } = new Fast(...modules[0]!)
    expect(sparseInput(ops, wide(65_536), 1, ops.arena())).toBeDefined()
    expect(sparseInput(ops, wide(65_537), 1, ops.arena())).toBeUndefined()
    expect(() => sparseOf(wide(65_537).train)).toThrow(RangeError)
    const last = sparseOf(splitOf([[...paper(65_535), 7]]))
    expect([last.entries[0]! >>> 16, last.entries[0]! & 0xff]).toEqual([65_535, 7])
  })

  test('know the density that was measured, from which work is estimated', () => {
    const { ops } = new Fast(...modules[0]!)
    const row = (share: number) => Array.from({ length: 100 }, (_, i) => i < share * 100 ? 9 : 0)
    for (const share of [0.01, 0.1, 0.3]) expect((sparseInput(ops, datasetOf([row(share), row(share)]), 2, ops.arena())!.value as SparseTensor).density).toBeCloseTo(share, 12)
  })

  test('are chosen below a density that is measured on every tenth image', () => {
    const ink = [...new Array<number>(3).fill(200), ...paper(7)]
    expect(densityOf(splitOf([ink, paper(10)]))).toBe(0.3) // the second image is not examined
    expect(densityOf(splitOf([...Array.from({ length: 10 }, () => ink), paper(10)]))).toBe(0.15)
    expect(densityOf({ count: 0, images: new Uint8Array(0), labels: new Uint16Array(0), normalization: unitRange })).toBe(1)
    const { ops } = new Fast(...modules[0]!)
    const chosen = (share: number): boolean => {
      const row = Array.from({ length: 1000 }, (_, i) => i < share * 1000 ? 1 : 0)
      return sparseInput(ops, datasetOf([row, row]), 2, ops.arena()) !== undefined
    }
    expect([0, 0.1, ops.sparseBelow - 0.001, ops.sparseBelow, 1].map(chosen)).toEqual([true, true, true, false, false])
    expect(sparseInput(createReferenceOps('float32'), inkyDataset(), 2, exact.arena())).toBeUndefined()
  })
})

describe('a mini-batch of sparse rows', () => {
  const dataset = inkyDataset({ train: 50, test: 20 })
  const { ops } = new Fast(...modules[0]!)
  const x = sparseInput(ops, dataset, 10, ops.arena())!.value

  test('provides dense rows on request, for each split, and again after every change', () => {
    const wanted = Tensor.zeros([10, 256])
    expect(x).toBeInstanceOf(SparseTensor)
    for (const [split, indices] of [[dataset.train, [3, 3, 49, 0, 7, 12, 8, 1, 20, 31]], [dataset.test, [19, 1, 2, 3, 4, 5, 6, 7, 8, 0]], [dataset.train, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]] as const) {
      fillImages(x, split, indices, 0, 10)
      fillImages(wanted, split, indices, 0, 10)
      for (let twice = 0; twice < 2; twice++) expect([...x.data]).toEqual([...wanted.data])
    }
  })

  test('may be short, and may start in the middle of a list', () => {
    const wanted = Tensor.zeros([10, 256])
    for (const rows of [3, 1, 10]) {
      x.setRows(rows)
      wanted.setRows(rows)
      fillImages(x, dataset.train, [49, 48, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], 2, rows)
      fillImages(wanted, dataset.train, [49, 48, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], 2, rows)
      expect(x.data.length).toBe(rows * 256)
      expect([...x.data]).toEqual([...wanted.data])
    }
  })

  // data at the start of the kernels' memory was mistaken for images
  test('that was not selected yet is refused', () => {
    const arena = ops.arena()
    const { value } = sparseInput(ops, dataset, 4, arena)!
    const [y, w] = [arena.tensor([4, 3]), arena.tensor([256, 3])]
    expect(() => ops.matmul(y, value, w)).toThrow(/no mini-batch/)
    expect(() => ops.matmulTN(w, value, y)).toThrow(/no mini-batch/)
  })
})

describe.each(modules)('%s: a sparse first layer', (name, bytes) => {
  const fast = new Fast(name, bytes)
  interface Layer { readonly N: number, readonly D: number, readonly M: number, readonly spare: number }

  /**
   * Compares forward and backward with the reference on dense rows. A sum of K products has an error of at most K·u/(1 − K·u)
   * times the sum of magnitudes; products with 0 add no rounding.
   */
  function compare({ N, D, M, spare }: Layer, images: readonly (readonly number[])[], W: Float32Array, dout: Float32Array): void {
    const indices = Array.from({ length: N }, (_, n) => (n * 7 + 3) % images.length)
    const x = Float32Array.from(indices.flatMap(i => images[i]!.map(pixel => pixel / 255)))
    const inExact = (call: 'matmul' | 'matmulTN', shape: readonly number[], change: (x: number) => number): Tensor => {
      const out = Tensor.zeros(shape, 'float64')
      exact[call](out, ...call === 'matmul' ? [exactly(x, [N, D], change), exactly(W, [D, M], change)] as const : [exactly(x, [N, D], change), exactly(dout, [N, M], change)] as const)
      return out
    }
    fast.run((place, arena) => {
      const dataset = datasetOf(images)
      const { value } = sparseInput(fast.ops, dataset, N + spare, arena)!
      expect(value).toBeInstanceOf(SparseTensor)
      value.setRows(N)
      fillImages(value, dataset.train, indices, 0, N)
      const [out, dW] = [place(new Float32Array(N * M).fill(NaN), [N, M], spare), place(new Float32Array(D * M).fill(NaN), [D, M])]
      fast.ops.matmul(out, value, place(W, [D, M]))
      fast.ops.matmulTN(dW, value, place(dout, [N, M], spare))
      const within = (found: Tensor, call: 'matmul' | 'matmulTN', K: number): void => {
        const [wanted, sizes] = [inExact(call, found.shape, x => x), inExact(call, found.shape, Math.abs)]
        expectWithin(found.data, wanted.data, i => K * u / (1 - K * u) * sizes.data[i]! + K * smallest)
      }
      within(out, 'matmul', D)
      within(dW, 'matmulTN', N)
    })
  }

  const drawn = (count: number, D: number, ink: number, random: Random): number[][] =>
    Array.from({ length: count }, () => Array.from({ length: D }, () => random.next() < ink ? 1 + random.integer(255) : 0))

  test('multiplies like the dense one, forward and backward', () => {
    fc.assert(fc.property(size, size, size, spare, kind, fc.constantFrom(0, 0.05, 0.19, 0.3), seed, (N, D, M, spare, kind, ink, seed) => {
      const random = new Random(seed)
      const images = [paper(D), ...drawn(20, D, ink, random)] // the first examined image is blank
      const some = kind === 'huge' ? 'large' : kind // non-finite weights, at which a run stopped
      compare({ N, D, M, spare }, images, numbers([D, M], some, random), numbers([N, M], some, random))
    }), { seed: 16, numRuns: 100 })
  })

  test.each([1, 3, 4, 5, 28, 50, 51, 52, 53, 100, 104, 105, 129])('accepts blank and full images, with %i units', (M) => {
    const random = new Random(M)
    const full = new Array<number>(9).fill(255)
    compare({ N: 5, D: 9, M, spare: 1 }, [paper(9), full, [...paper(8), 3], [3, ...paper(8)]], numbers([9, M], 'normal', random), numbers([5, M], 'normal', random))
    compare({ N: 3, D: 9, M, spare: 0 }, [paper(9), paper(9)], numbers([9, M], 'normal', random), numbers([3, M], 'normal', random))
  })
})
