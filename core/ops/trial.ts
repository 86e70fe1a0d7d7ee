import type { Kernels } from './kernel-list'
import { takesLessThan } from './takes-less-than'
import { bytes, depth, KernelBench } from './trial-bench'

// Joining two vectors of four lanes into one of eight is an experimental feature of the engine. It is therefore tested before
// use: every kernel must be bit-identical to the narrow module, at every width with a loop of its own, and the large tile must
// be so fast that its lanes must have been joined.

const verdicts = new WeakMap<WebAssembly.Module, boolean>()

/** Whether the wide module may be used; tested once. */
export function isTrusted(wide: WebAssembly.Module, narrow: WebAssembly.Module): boolean {
  const known = verdicts.get(wide)
  if (known !== undefined) return known
  const verdict = isJoined(wide, narrow) && sameBits(wide, narrow)
  verdicts.set(wide, verdict)
  return verdict
}

/** Runs a kernel. @returns the bits of its output */
type Trial = (bench: KernelBench) => Uint32Array

/** Arbitrary rates, the same for both modules */
const [rate, decay, epsilon] = [0.1, 0.9, 1e-7] as const
const rows = 6
/** Class 0 for every row */
const classes = new Array<number>(rows).fill(0)

function* trials(): Generator<Trial> {
  // Every width of a tile and of the remainder after one or two tiles; fewer rows than a tile, one tile, more; each transpose
  for (let J = 1; J <= 34; J++) for (const I of [1, 6, 13]) for (const K of [1, 40]) for (const transpose of [0, 1, 2]) yield product(I, K, J, transpose)
  for (let M = 1; M <= 106; M++) yield gathered(M)
  yield transposed
  for (const M of [1, 7, 10, 16]) yield losses(M)
  for (const size of [1, 7, 16, 37, 70]) {
    for (const name of ['relu', 'sigmoid', 'tanh', 'copy'] as const) yield elementwise(size, (k, { y, x, from, to }) => { k[name](y, x, from, to) })
    for (const name of ['reluBackward', 'sigmoidBackward', 'tanhBackward'] as const) yield elementwise(size, (k, { y, x, m, from, to }) => { k[name](y, x, m, from, to) })
    yield elementwise(size, (k, { y, x, from, to }) => { k.sumRows(y, x, rows, size, from, to) })
    yield elementwise(rows * size, (k, { y, x, from }) => { k.addRow(y, x, size, from, rows) })
    yield elementwise(rows * size, (k, { y, x, from }) => { k.softmax(y, x, size, from, rows) })
    yield elementwise(rows * size, (k, { y, x, t }) => { k.softmaxLossBackward(y, x, t, rows, size) })
    yield elementwise(size, (k, { y, x, m }) => { k.squaredLossBackward(y, x, m, rows, size) })
    yield elementwise(size, (k, { y, x, from, to }) => { k.dropout(y, x, decay * 2 ** 32, rows, rate, from, to) })
    yield elementwise(size, (k, { y, x, m, from, to }) => { k.addDecay(y, x, m, rate, from, to) })
    yield elementwise(size, (k, { y, m, from, to }) => { k.scale(y, m, decay, from, to) })
    yield elementwise(size, (k, { y, x, m, from, to }) => { k.columnMoments(y, m, x, rows, size, from, to) })
    yield elementwise(rows * size, (k, { y, x, m, v, from }) => { k.normalize(y, m, x, x, v, x, x, epsilon, rows, size, from, size) })
    for (const fixed of [0, 1]) yield elementwise(rows * size, (k, { y, x, m, v, from }) => { k.normalizeBackward(y, m, m + bytes * size, x, x + bytes * rows * size, v, x, epsilon, fixed, rows, size, from, size) })
    yield statistics(size)
    yield elementwise(size, (k, { y, x, m, bad, from, to }) => { k.sgd(y, x, m, bad, rate, from, to) })
    yield elementwise(size, (k, { y, x, m, bad, from, to }) => { k.momentum(y, x, m, y, bad, rate, decay, from, to) })
    yield elementwise(size, (k, { y, x, v, bad, from, to }) => { k.adagrad(y, x, v, y, bad, rate, epsilon, from, to) })
    yield elementwise(size, (k, { y, x, v, bad, from, to }) => { k.rmsprop(y, x, v, y, bad, rate, decay, epsilon, from, to) })
    yield elementwise(size, (k, { y, x, m, v, bad, from, to }) => { k.adam(y, x, m, v, y, bad, rate, decay, decay, epsilon, rate, from, to) })
  }
}

/** The whole product, then, if it is wide enough, some of its columns again, as when threads share them. */
const product = (I: number, K: number, J: number, transpose: number): Trial => (bench) => {
  const { kernels } = bench
  const [a, b, c] = [bench.allocateSamples(I * K), bench.allocateSamples(K * J), bench.allocate(I * J)]
  const own = bench.allocate(kernels.panelBytes(I, K, J))
  kernels.multiply(c, a, b, own, 0, I, K, J, transpose, 0, 0, I)
  if (J > lanes) kernels.multiply(c, a, b, own, 0, I, K, J, transpose, 1, lanes, J)
  return bench.bits(c, I * J)
}

/** Columns per panel: threads share columns at panel boundaries */
const lanes = 16

/** Three sparse rows: starts, entries, and the order in which they are selected */
const [sparseRows, sparseColumns] = [3, 12] as const
const sparse = (bench: KernelBench) => ({
  starts: bench.allocateWords([0, 5, 5, sparseColumns]), list: bench.allocateWords([2, 0, 1]),
  entries: bench.allocateWords(Array.from({ length: sparseColumns }, (_, i) => i << 16 | i * 5 % rows)),
})

const gathered = (M: number): Trial => (bench) => {
  const [w, table, y] = [bench.allocateSamples(sparseColumns * M), bench.allocateSamples(rows), bench.allocate(sparseRows * M)]
  const { starts, entries, list } = sparse(bench)
  bench.kernels.gather(y, w, starts, entries, table, 0, list, M, sparseRows, 0, 0, sparseRows)
  if (M > lanes) bench.kernels.gather(y, w, starts, entries, table, 0, list, M, sparseRows, 1, lanes, M)
  return bench.bits(y, sparseRows * M)
}

/** Transposes sparse rows in two parts, and lists a dense row as sparse */
const transposed: Trial = (bench) => {
  const { kernels } = bench
  const { starts, entries, list } = sparse(bench)
  const size = sparseRows * sparseColumns + sparseColumns * kernels.room(sparseRows)
  const to = bench.allocateWords(new Array<number>(size).fill(0))
  kernels.transpose(to, starts, entries, list, sparseColumns, sparseRows, 0, 5)
  kernels.transpose(to, starts, entries, list, sparseColumns, sparseRows, 5, sparseColumns)
  kernels.listDense(starts, entries, list, sparseColumns, sparseRows)
  return Uint32Array.of(...bench.bits(to, size), ...bench.bits(starts, 2), ...bench.bits(entries, sparseColumns), ...bench.bits(list, sparseRows))
}

/** Losses and class checks, whose results are returned, not written */
const losses = (M: number): Trial => (bench) => {
  const { kernels } = bench
  const [y, x, t] = [bench.allocate(rows * M), bench.allocateSamples(rows * M), bench.allocateWords(classes)]
  const found = Float64Array.of(kernels.softmaxLoss(y, x, t, rows, M), kernels.squaredLoss(y, x, rows * M), kernels.wrongClass(t, rows, M))
  return Uint32Array.of(...bench.bits(y, rows * M), ...new Uint32Array(found.buffer))
}

/** Statistics of rows that end at every remainder of a vector, and of numbers that are not finite */
const statistics = (size: number): Trial => (bench) => {
  const { kernels } = bench
  const all = (rows - 1) * size
  const [x, other, out] = [bench.allocateSamples(all), bench.allocateSamples(all), bench.allocate(statisticsWords)]
  const found: Uint32Array[] = []
  for (const numbers of [x, bench.allocateWords(notFinite)]) {
    const count = numbers === x ? all : notFinite.length
    kernels.summarize(out, numbers, count)
    found.push(bench.bits(out, 12)) // six doubles
    kernels.histogram(out, numbers, count, size, bins)
    found.push(bench.bits(out, bins))
  }
  kernels.countPositive(out, x, rows - 1, size, 0, size)
  const returned = Float64Array.of(kernels.squaredDistance(x, other, all), kernels.countBeyond(x, all, rate))
  return Uint32Array.of(...found.flatMap(bits => [...bits]), ...bench.bits(out, size), ...new Uint32Array(returned.buffer))
}
const bins = 5
/** Enough for four tables of the bins, and for the counts of the widest trial */
const statisticsWords = 128
/** Bits of NaN, Infinity, −Infinity, 1 and NaN */
const notFinite = [0x7fc00000, 0x7f800000, 0xff800000, 0x3f800000, 0x7fc00000] as const

/** Offsets of the output, the input, the class indices, an optimizer's state (v is not negative), and the flag for non-finite weights. */
interface Offsets { readonly y: number, readonly x: number, readonly t: number, readonly m: number, readonly v: number, readonly bad: number, readonly from: number, readonly to: number }

const elementwise = (size: number, run: (kernels: Kernels, places: Offsets) => void): Trial => (bench) => {
  const { kernels } = bench
  const [x, t, y] = [bench.allocateSamples(rows * size), bench.allocateWords(classes), bench.allocateSamples(3 * size + 1)]
  const [m, v, bad] = [1, 2, 3].map(n => y + n * bytes * size) as [number, number, number]
  kernels.relu(v, v, 0, size)
  run(kernels, { y, x, t, m, v, bad, from: 0, to: size })
  return bench.bits(y, 3 * size + 1)
}

/** Whether every trial gives the same bits with both modules. */
export function sameBits(one: WebAssembly.Module, other: WebAssembly.Module): boolean {
  const benches = [new KernelBench(one), new KernelBench(other)] as const
  for (const trial of trials()) {
    const [a, b] = benches.map((bench) => {
      bench.clear()
      return trial(bench)
    })
    if (!a!.every((bits, i) => bits === b![i])) return false
  }
  return true
}

/**
 * Limit for the time of the wide module's tile of 6 × 16, relative to the narrow one's of 6 × 8. With joined lanes both take
 * equally long (measured on V8 13.0, 13.6 and 14.6). Without, or on a processor that splits eight lanes into two operations, the
 * ratio is 2 to 3, and the wide module has no advantage.
 */
const maxTimeRatio = 1.5

/** Whether the large tile is so fast that its lanes must be joined. Both modules must be compiled with the same settings. */
export function isJoined(wide: WebAssembly.Module, narrow: WebAssembly.Module): boolean {
  const [time, reference] = [wide, narrow].map((module) => {
    const bench = new KernelBench(module)
    const [a, b, c] = [bench.allocateSamples(6 * depth), bench.allocateSamples(16 * depth), bench.allocate(6 * 16)]
    return (): number => {
      const began = performance.now()
      for (let i = 0; i < 8; i++) bench.kernels.tile(c, a, b, depth, 64)
      return performance.now() - began
    }
  }) as [() => number, () => number]
  return takesLessThan(maxTimeRatio, time, reference)
}
