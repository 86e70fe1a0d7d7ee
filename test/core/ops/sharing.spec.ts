import { Tensor } from '@core'
import { beforeEach, describe, expect, test } from 'vitest'
import { instantiate } from '../../../core/ops/kernel-module'
import { callKernel, type Kernel } from '../../../core/ops/kernel-list'
import { createWasmOps } from '../../../core/ops/wasm'
import type { Pool } from '../../../core/ops/wasm/host'
import { kernelBytes } from './kernels'

interface Handed { readonly kernel: Kernel, readonly size: number, readonly grain: number, readonly args: readonly number[] }
let handed: Handed[] = []
beforeEach(() => { handed = [] })

/** A backend whose pool runs all parts at once and records what was dispatched. */
function opsOf(threads: number) {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 4096, shared: true })
  const kernels = instantiate({ module: new WebAssembly.Module(kernelBytes.relaxed), memory })
  const pool: Pool = {
    threads,
    run(kernel, args, size, grain, count = args.length) {
      handed.push({ kernel, size, grain, args: Array.from(args).slice(0, count) })
      callKernel(kernels, kernel, Float64Array.from(args), count, 0, size)
    },
  }
  return createWasmOps({ memory, kernels, kind: 'relaxed', pool })
}
const ops = opsOf(4)
const alone = opsOf(1)
const arena = ops.arena()
const tensor = (...shape: number[]): Tensor => arena.tensor(shape)
const rates = { learningRate: 0.1, momentum: 0.9, epsilon: 1e-7, decay: 0.99, beta1: 0.9, beta2: 0.999, step: 1 }

type Run = (size: number) => void
const elementwise: Readonly<Record<string, Run>> = {
  relu: n => ops.relu(tensor(1, n), tensor(1, n)), reluBackward: n => ops.reluBackward(tensor(1, n), tensor(1, n), tensor(1, n)),
  sigmoid: n => ops.sigmoid(tensor(1, n), tensor(1, n)), sigmoidBackward: n => ops.sigmoidBackward(tensor(1, n), tensor(1, n), tensor(1, n)),
  tanh: n => ops.tanh(tensor(1, n), tensor(1, n)), tanhBackward: n => ops.tanhBackward(tensor(1, n), tensor(1, n), tensor(1, n)), dropout: n => ops.dropout(tensor(1, n), tensor(1, n), { rate: 0.5, key: 1 }),
  addDecay: n => ops.addDecay(tensor(1, n), tensor(1, n), tensor(1, n), 0.1), scale: n => ops.scale(tensor(1, n), 0.9), columnMoments: n => ops.columnMoments(tensor(n / 100), tensor(n / 100), tensor(100, n / 100)),
  normalize: n => ops.normalize(tensor(100, n / 100), tensor(100, n / 100), tensor(100, n / 100), tensor(n / 100), tensor(n / 100), tensor(n / 100), tensor(n / 100), 1e-5),
  normalizeBackward: n => ops.normalizeBackward(tensor(100, n / 100), tensor(n / 100), tensor(n / 100), tensor(100, n / 100), tensor(100, n / 100), tensor(n / 100), tensor(n / 100), 1e-5, false),
  copy: n => ops.copy(tensor(1, n), tensor(1, n)), sumRows: n => ops.sumRows(tensor(n / 100), tensor(100, n / 100)), addRow: n => ops.addRow(tensor(100, n / 100), tensor(n / 100)),
  sgd: n => ops.sgd(tensor(1, n), tensor(1, n), 0.1), momentum: n => ops.momentum(tensor(1, n), tensor(1, n), tensor(1, n), rates),
}
const withRoots: Readonly<Record<string, Run>> = {
  adagrad: n => ops.adagrad(tensor(1, n), tensor(1, n), tensor(1, n), rates), rmsprop: n => ops.rmsprop(tensor(1, n), tensor(1, n), tensor(1, n), rates), adam: n => ops.adam(tensor(1, n), tensor(1, n), tensor(1, n), tensor(1, n), rates),
}

describe('work that is worth waking other threads for', () => {
  // Waking a thread takes about ten microseconds: as long as one thread needs for this many numbers if it has to load them, or to compute roots and quotients.
  test.each(Object.entries(elementwise))('%s of 23,000 numbers, but not of 15,000', (kernel, run) => {
    run(15_000)
    expect(handed).toEqual([])
    run(23_000)
    expect(handed.map(each => each.kernel)).toEqual([kernel])
  })

  test.each(Object.entries(withRoots))('%s of 8,000 numbers, but not of 5,000', (kernel, run) => {
    run(5_000)
    expect(handed).toEqual([])
    run(8_000)
    expect(handed.map(each => each.kernel)).toEqual([kernel])
  })

  test.each([['matmul', 0], ['matmulTN', 1], ['matmulNT', 2]] as const)('%s of 200,000 multiply-adds, but not of 100,000', (name, turned) => {
    for (const [rows, times] of [[20, 0], [40, 1]] as const) {
      const [N, D, M] = [rows, 50, 100]
      if (name === 'matmul') ops.matmul(tensor(N, M), tensor(N, D), tensor(D, M))
      if (name === 'matmulTN') ops.matmulTN(tensor(N, M), tensor(D, N), tensor(D, M))
      if (name === 'matmulNT') ops.matmulNT(tensor(N, M), tensor(N, D), tensor(M, D))
      expect(handed.map(({ kernel, args }) => [kernel, ...args.slice(5)])).toEqual(Array.from({ length: times }, () => ['multiply', N, D, M, turned, 0]))
    }
  })

  test('none, when there is only one thread', () => {
    const own = alone.arena()
    alone.relu(own.tensor([1, 100_000]), own.tensor([1, 100_000]))
    alone.matmul(own.tensor([200, 600]), own.tensor([200, 100]), own.tensor([100, 600]))
    expect(handed).toEqual([])
  })
})

describe('shared work', () => {
  test.each(Object.entries({ ...elementwise, ...withRoots }).filter(([name]) => name !== 'addRow'))('%s is split at cache lines of 64 bytes, 16 numbers', (name, run) => {
    run(40_000)
    expect(handed.map(({ size, grain }) => [size, grain])).toEqual([[['sumRows', 'columnMoments', 'normalize', 'normalizeBackward'].includes(name) ? 400 : 40_000, 16]])
  })

  test('a bias is added row by row', () => {
    elementwise['addRow']!(40_000)
    expect(handed.map(({ size, grain }) => [size, grain])).toEqual([[100, 1]])
  })

  // (I, K)·(K, J): wide and deep enough to give each of four threads columns of its own, and wider than high
  test.each<[string, readonly [number, number, number], boolean]>([
    ['wide', [100, 80, 300], true], ['not so wide that each has columns enough', [100, 80, 250], false], ['higher than wide', [320, 80, 300], false], ['as high as wide', [300, 80, 300], false], ['not deep', [100, 60, 300], false],
  ])('a product that is %s: by columns, otherwise by rows', (_, [I, K, J], across) => {
    ops.matmul(tensor(I, J), tensor(I, K), tensor(K, J))
    expect(handed.map(({ size, grain, args }) => [size, grain, args.at(-1)])).toEqual([across ? [J, 16, 1] : [I, 6, 0]])
  })

  test('each thread has panels of its own, at equal distances in whole cache lines', () => {
    const places = ([[100, 80, 300], [40, 60, 60], [200, 90, 400], [100, 80, 300]] as const).map(([I, K, J]) => {
      handed = []
      ops.matmul(tensor(I, J), tensor(I, K), tensor(K, J))
      if (handed.length === 0) return null
      return handed[0]!.args.slice(3, 5)
    })
    const apart = places.flatMap(place => place ? [place[1]!] : [])
    expect(apart.every((bytes, i) => bytes % 64 === 0 && bytes >= (apart[i - 1] ?? 0))).toBe(true)
  })
})

test('a few rows, such as one drawn digit, are read in place instead of copied into panels, with the same result', () => {
  const [D, M] = [100, 90]
  const w = tensor(D, M)
  w.data.forEach((_, i) => { w.data[i] = Math.sin(i) })
  for (const N of [1, 4, 5]) {
    const [x, y] = [tensor(N, D), tensor(N, M)]
    x.data.forEach((_, i) => { x.data[i] = i % 3 === 0 ? 0 : Math.cos(i) })
    ops.matmul(y, x, w)
    y.data.forEach((value, i) => {
      let sum = 0
      for (let d = 0; d < D; d++) sum += x.data[Math.floor(i / M) * D + d]! * w.data[d * M + i % M]!
      expect(Math.abs(value - sum)).toBeLessThan(1e-4) // 100 roundings of numbers around 1: 100 × 6e-8, with a margin
    })
  }
})
