import { describe, expect, test, vi } from 'vitest'
import { sameBits } from '../../../core/ops/trial'
import { kernelBytes } from './kernels'

// The trial cannot know where an engine errs, so it must cover every kernel, every width with a loop of its own, and every number.

const { Instance } = WebAssembly
interface Call { readonly name: string, readonly args: readonly number[], readonly memory: ArrayBuffer }

/** Records every kernel call while two modules are compared, with the memory at that moment. */
function watch(look: (call: Call) => void): boolean {
  vi.spyOn(WebAssembly, 'Instance').mockImplementation(function (module, imports) {
    const { exports } = new Instance(module, imports)
    const { buffer } = imports!['env']!['memory'] as WebAssembly.Memory
    const watched = Object.fromEntries(Object.entries(exports).map(([name, kernel]) => [name, typeof kernel !== 'function'
      ? kernel
      : (...args: number[]) => {
          look({ name, args, memory: buffer })
          return (kernel as (...args: number[]) => number)(...args)
        }]))
    return { exports: watched }
  })
  const module = new WebAssembly.Module(kernelBytes.relaxed)
  try { return sameBits(module, module) }
  finally { vi.restoreAllMocks() }
}

const calls: Call[] = []
const same = watch(call => calls.push(call))
const of = (...names: readonly string[]) => calls.filter(({ name }) => names.includes(name)).map(({ args }) => args)
const distinct = (numbers: readonly number[]) => [...new Set(numbers)].sort((a, b) => a - b)
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1)

test('every kernel is tried, and a module equals itself', () => {
  const all = WebAssembly.Module.exports(new WebAssembly.Module(kernelBytes.relaxed)).filter(({ kind }) => kind === 'function').map(({ name }) => name)
  // `tile` is timed; the output of `peak` is not used; the rest is called by the others or returns a size
  const inside = /^(?:tile|peak|half|gather\d+)$/
  expect([same, all.filter(name => !inside.test(name) && of(name).length === 0)]).toEqual([true, []])
})

describe('a product', () => {
  // (c, a, b, own, each, I, K, J, transposed, across, from, to)
  const whole = of('multiply').filter(args => args[9] === 0)
  const shared = of('multiply').filter(args => args[9] === 1)

  test('is tried in every width up to two tiles of 16 and the remainder, in every height and orientation', () => {
    expect(distinct(whole.map(([,,,,,,, J]) => J!))).toEqual(upTo(34))
    for (let J = 1; J <= 34; J++) {
      const own = whole.filter(args => args[7] === J)
      expect(distinct(own.map(args => args[8]!))).toEqual([0, 1, 2])
      const heights = distinct(own.map(args => args[5]!))
      // one row, a whole tile of 6, and several rows with one left over
      expect([heights.some(I => I < 6), heights.includes(6), heights.some(I => I > 12 && I % 6 === 1)]).toEqual([true, true, true])
      const depths = distinct(own.map(args => args[6]!))
      expect([depths[0], depths.at(-1)! >= 32]).toEqual([1, true])
      expect(new Set(own.map(args => `${args[5]} ${args[6]} ${args[8]}`)).size).toBe(heights.length * depths.length * 3)
    }
  })

  test('is computed as a whole, from its first row to its last', () => {
    for (const args of whole) expect(args.slice(10)).toEqual([0, args[5]])
  })

  test('is also shared by columns, starting at a panel’s edge', () => {
    expect(distinct(shared.map(args => args[7]!))).toEqual(upTo(34).slice(16))
    for (const args of shared) expect(args.slice(10)).toEqual([16, args[7]])
  })
})

describe('a gathered product', () => {
  // (y, w, starts, entries, table, tableStep, list, M, N, across, from, to)
  test('is tried in every width that has a loop of its own: up to 100, and the remainder', () => {
    expect(distinct(of('gather').map(args => args[7]!))).toEqual(expect.arrayContaining(upTo(106)))
    for (const args of of('gather')) expect(args.slice(9)).toEqual(args[9] === 0 ? [0, 0, args[8]] : [1, 16, args[7]])
    expect(distinct(of('gather').filter(args => args[9] === 1).map(args => args[7]!))).toEqual(upTo(106).slice(16))
  })

  test('has rows with several numbers, and an empty one, in another order than in memory', () => {
    let looked = 0
    watch(({ name, args, memory }) => {
      if (name !== 'gather') return
      looked++
      const words = (at: number, size: number) => [...new Uint32Array(memory, at, size)]
      const N = args[8]!
      const starts = words(args[2]!, N + 1)
      const counts = starts.slice(1).map((to, i) => to - starts[i]!)
      expect([counts.includes(0), Math.max(...counts) > 4, starts[0]]).toEqual([true, true, 0])
      expect(words(args[6]!, N).toSorted((a, b) => a - b)).toEqual(upTo(N).map(n => n - 1))
      expect(words(args[6]!, N)).not.toEqual(upTo(N).map(n => n - 1))
      // each entry: the column, then an index into the table
      const entries = words(args[3]!, starts[N]!)
      expect(entries.map(entry => entry >> 16)).toEqual(upTo(entries.length).map(n => n - 1))
      expect(distinct(entries.map(entry => entry & 0xffff)).length).toBeGreaterThan(3)
    })
    expect(looked).toBeGreaterThan(0)
  })
})

test('whole rows are transposed, in adjacent parts', () => {
  // (to, starts, entries, list, D, N, first, last)
  for (let i = 0; i < of('transpose').length; i += 2) {
    const [one, two] = of('transpose').slice(i, i + 2) as [readonly number[], readonly number[]]
    expect([one[6], one[7], two[7]]).toEqual([0, two[6], two[4]])
    expect(one[7]! % 4).not.toBe(0) // ranges may start and end anywhere
  }
  expect(of('transpose')).toHaveLength(4) // two parts, two modules
  expect(of('listDense').length).toBe(2)
})

describe('elementwise kernels', () => {
  /** Each kernel with the argument positions of its size and its range */
  const kernels = { relu: 2, sigmoid: 2, tanh: 2, copy: 2, reluBackward: 3, sigmoidBackward: 3, tanhBackward: 3, dropout: 5, columnMoments: 5, normalize: 10, normalizeBackward: 11, addDecay: 4, scale: 3, sgd: 5, momentum: 7, adagrad: 7, rmsprop: 8, adam: 11, sumRows: 4 } as const

  test.each(Object.entries(kernels))('%s is tried at every remainder of a vector, below one and far beyond the widest loop, from the first number to the last', (name, range) => {
    const ranges = of(name).map(args => args.slice(range, range + 2) as [number, number])
    expect(distinct(ranges.map(([from]) => from))).toEqual([0])
    const sizes = distinct(ranges.map(([, to]) => to))
    expect(sizes.every(Number.isInteger)).toBe(true)
    expect(distinct(sizes.map(size => size % 4))).toEqual([0, 1, 2, 3])
    expect([sizes[0], sizes.includes(16), sizes.some(size => size > 32 && size < 48), sizes.at(-1)! > 64]).toEqual([1, true, true, true])
  })

  test('batch normalization is tried in several rows, with moving and with fixed statistics', () => {
    expect([distinct(of('columnMoments').map(args => args[3]!)), distinct(of('normalize').map(args => args[8]!)), distinct(of('normalizeBackward').map(args => args[9]!))]).toEqual([[6], [6], [6]])
    expect(distinct(of('normalizeBackward').map(args => args[8]!))).toEqual([0, 1])
    expect(of('normalizeBackward').every(([dx]) => dx !== 0)).toBe(true)
  })

  test.each(['softmax', 'addRow'])('%s is tried in all those widths, in several rows, from the first to the last', (name) => {
    const [widths, from, to] = [2, 3, 4].map(n => distinct(of(name).map(args => args[n]!))) as [number[], number[], number[]]
    expect([distinct(widths.map(width => width % 4)), from, to]).toEqual([[0, 1, 2, 3], [0], [6]])
  })

  test.each(['softmaxLossBackward', 'squaredLossBackward', 'sumRows'])('%s is tried in all those widths', (name) => {
    const widths = distinct(of(name).map(args => args[name === 'sumRows' ? 3 : 4]!))
    expect(distinct(widths.map(width => width % 4))).toEqual([0, 1, 2, 3])
  })

  test('losses are tried in widths below a vector, of one with something left, of eight and of sixteen', () => {
    const widths = distinct(of('softmaxLoss').map(args => args[4]!))
    expect([widths[0], distinct(widths.map(width => width % 4)), widths.includes(10), widths.includes(16)]).toEqual([1, [0, 1, 2, 3], true, true])
  })

  test('statistics are tried at every remainder of a vector, and on numbers that are not finite', () => {
    const kernels = { summarize: 2, histogram: 2, squaredDistance: 2, countBeyond: 1, countPositive: 3 } as const
    for (const [name, size] of Object.entries(kernels)) {
      const sizes = distinct(of(name).map(args => args[size]!))
      expect([name, distinct(sizes.map(size => size % 4)), sizes.at(-1)! > 64]).toEqual([name, [0, 1, 2, 3], true])
    }
    const strange: number[] = []
    watch(({ name, args, memory }) => { if (name === 'summarize') strange.push(...new Float32Array(memory, args[1], args[2])) })
    for (const number of [NaN, Infinity, -Infinity, 1]) expect([number, strange.some(seen => Object.is(seen, number))]).toEqual([number, true])
  })

  test('receive both signs, zeros and numbers of many magnitudes, and non-negative optimizer state', () => {
    const seen: number[] = []
    watch(({ name, args, memory }) => {
      if (name === 'sgd') seen.push(...new Float32Array(memory, args[1], args[6]))
      if (name === 'adagrad' || name === 'rmsprop') expect(new Float32Array(memory, args[2], args.at(-1)).every(value => value >= 0)).toBe(true)
      if (name === 'normalize') expect(new Float32Array(memory, args[4], args.at(-1)).every(value => value >= 0)).toBe(true)
      if (name === 'normalizeBackward') expect(new Float32Array(memory, args[5], args.at(-1)).every(value => value >= 0)).toBe(true)
      if (name === 'adam') expect(new Float32Array(memory, args[3], args.at(-1)).every(value => value >= 0)).toBe(true)
    })
    const sizes = seen.filter(value => value !== 0).map(Math.abs)
    const zeros = seen.filter(value => value === 0).length / seen.length
    expect([seen.every(Number.isFinite), zeros > 0.1, zeros < 0.3, seen.some(value => value > 0), seen.some(value => value < 0)]).toEqual([true, true, true, true, true])
    expect([Math.min(...sizes) < 1e-3, Math.max(...sizes) > 50]).toEqual([true, true])
  })

  test('do not overlap: inputs, outputs and state are separate', () => {
    for (const [w, dw, m, v, , bad, ...rest] of of('adam')) {
      const size = rest.at(-1)!
      const places = [w!, m!, v!, bad!].toSorted((a, b) => a - b)
      expect(places).toEqual([w, m, v, bad])
      expect(places.slice(1).map((at, i) => at - places[i]!)).toEqual([4 * size, 4 * size, 4 * size])
      expect(dw! + 4 * size <= w! || dw! >= bad! + 4).toBe(true)
    }
  })
})

test('a difference in any written number is detected', () => {
  // corrupts one input of the second module
  for (const [kernel, range] of [['sigmoid', 2], ['adam', 11], ['sumRows', 4]] as const) {
    for (const which of ['first', 'last'] as const) {
      let [count, changed] = [0, false]
      const found = watch(({ name, args, memory }) => {
        if (name !== kernel || changed || ++count % 2 === 1) return
        const [from, to] = args.slice(range) as [number, number]
        if (to - from < 30) return
        changed = true
        new Float32Array(memory, args[1], to)[which === 'first' ? from : to - 1]! += 1
      })
      expect([kernel, which, changed, found]).toEqual([kernel, which, true, false])
    }
  }
})
