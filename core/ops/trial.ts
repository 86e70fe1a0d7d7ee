import { instantiate } from './backend'
import type { Kernels } from './kernel-list'

// An engine joins the wide module's pairs of four lanes behind a flag that its makers call an experiment. So it is taken at
// its word for nothing: it must give the narrow module's bits, in every kernel and in every width that a loop of its own
// was made for, and its large tile must be as quick as only a joined one is.

const verdicts = new WeakMap<WebAssembly.Module, boolean>()

/** Whether the wide module may compute, found out once. */
export function isTrusted(wide: WebAssembly.Module, narrow: WebAssembly.Module): boolean {
  const known = verdicts.get(wide)
  if (known !== undefined) return known
  const verdict = isJoined(wide, narrow) && sameBits(wide, narrow)
  verdicts.set(wide, verdict)
  return verdict
}

/** A module on a memory of its own, as large as the trial's largest product needs. */
class Bench {
  readonly kernels: Kernels
  private readonly bytes: ArrayBufferLike
  private top: number

  constructor(module: WebAssembly.Module) {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true })
    this.kernels = instantiate({ module, memory })
    this.bytes = memory.buffer
    this.top = this.kernels.heapBase.value
  }

  /** @returns the place of as many numbers */
  room(size: number): number {
    const at = (this.top + 63) & ~63
    this.top = at + 4 * size
    return at
  }

  /** The same numbers in every trial: both signs, zeros among them, sizes from 1e-4 to 1e3. @returns their place */
  floats(size: number, seed = 1): number {
    const at = this.room(size)
    const numbers = new Float32Array(this.bytes, at, size)
    for (let i = 0; i < size; i++) numbers[i] = (i * 7 + seed) % 5 === 0 ? 0 : Math.sin(i * 1.7 + seed) * 10 ** ((i * 11 + seed) % 8 - 4)
    return at
  }

  words(numbers: readonly number[]): number {
    const at = this.room(numbers.length)
    new Uint32Array(this.bytes, at, numbers.length).set(numbers)
    return at
  }

  bits(at: number, size: number): Uint32Array { return new Uint32Array(this.bytes, at, size).slice() }

  /** Everything from here on is room again. */
  clear(): void { this.top = this.kernels.heapBase.value }
}

/** What a kernel wrote. */
type Trial = (bench: Bench) => Uint32Array

function* trials(): Generator<Trial> {
  // Every width of a tile and of its edges, every height, B's rows or its columns side by side
  for (const J of [1, 3, 7, 8, 10, 15, 16, 17, 24, 29, 50]) for (const I of [1, 6, 13]) for (const K of [1, 9, 40]) for (const turned of [0, 1, 2]) yield product(I, K, J, turned)
  yield product(13, 40, 50, 0, 16) // columns shared
  for (let M = 1; M <= 106; M++) yield gathered(M)
  yield turned
  for (const M of [1, 7, 10, 16]) yield losses(M)
  for (const size of [1, 7, 16, 37, 70]) {
    for (const name of ['relu', 'sigmoid'] as const) yield elementwise(size, (k, y, x) => { k[name](y, x, 0, size) })
    for (const name of ['reluBackward', 'sigmoidBackward'] as const) yield elementwise(size, (k, y, x, z) => { k[name](y, x, z, 0, size) })
    yield elementwise(size, (k, y, x) => { k.copy(y, x, 0, size) })
    yield elementwise(size, (k, y, x) => { k.sumRows(y, x, 6, size, 0, size) })
    yield elementwise(6 * size, (k, y, x) => { k.addRow(y, x, size, 0, 6) })
    yield elementwise(6 * size, (k, y, x) => { k.softmax(y, x, size, 0, 6) })
    yield elementwise(6 * size, (k, y, x) => { k.softmaxLossBackward(y, x, y, 6, size) })
    yield elementwise(size, (k, y, x, z) => { k.squaredLossBackward(y, x, z, 3, size) })
    yield elementwise(size, (k, y, x, z) => { k.sgd(y, x, z, spare(z, size), 0.1, 0, size) })
    yield elementwise(size, (k, y, x, z) => { k.momentum(y, x, z, y, spare(z, size), 0.1, 0.9, 0, size) })
    yield elementwise(size, (k, y, x, z) => { k.adagrad(y, x, square(k, z, size), y, spare(z, size), 0.1, 1e-7, 0, size) })
    yield elementwise(size, (k, y, x, z) => { k.rmsprop(y, x, square(k, z, size), y, spare(z, size), 0.1, 0.99, 1e-7, 0, size) })
    yield elementwise(size, (k, y, x, z) => { k.adam(y, x, z, square(k, z + 4 * size, size), y, spare(z, 2 * size), 0.1, 0.9, 0.999, 1e-7, 1, 0, size) })
  }
}

/** Numbers that are not negative: what AdaGrad and its like keep */
function square(kernels: Kernels, at: number, size: number): number {
  kernels.relu(at, at, 0, size)
  return at
}

/** Behind as many numbers: where an update says that a weight is not finite */
const spare = (at: number, size: number): number => at + 4 * size

const product = (I: number, K: number, J: number, turned: number, shared = 0): Trial => (bench) => {
  const { kernels } = bench
  const [a, b, c] = [bench.floats(I * K), bench.floats(K * J, 2), bench.room(I * J)]
  const own = bench.room(kernels.panelBytes(I, K, J))
  kernels.multiply(c, a, b, own, 0, I, K, J, turned, 0, 0, I)
  if (shared > 0) kernels.multiply(c, a, b, own, 0, I, K, J, turned, 1, shared, J)
  return bench.bits(c, I * J)
}

const gathered = (M: number): Trial => (bench) => {
  const [D, N] = [12, 3]
  const [w, table, y] = [bench.floats(D * M), bench.floats(6, 3), bench.room(N * M)]
  const starts = bench.words([0, 5, 5, 12])
  const entries = bench.words(Array.from({ length: 12 }, (_, i) => i << 16 | i * 5 % 6))
  const list = bench.words([2, 0, 1])
  bench.kernels.gather(y, w, starts, entries, table, 0, list, M, N, 0, 0, N)
  if (M > 16) bench.kernels.gather(y, w, starts, entries, table, 0, list, M, N, 1, 16, M) // columns shared
  return bench.bits(y, N * M)
}

/** Three sparse rows turned, and a dense one listed */
const turned: Trial = (bench) => {
  const [D, N] = [12, 3]
  const { kernels } = bench
  const [starts, entries, list] = [bench.words([0, 5, 5, 12]), bench.words(Array.from({ length: 12 }, (_, i) => i << 16 | i + 1)), bench.words([2, 0, 1])]
  const size = 3 * D + D * kernels.room(N)
  const to = bench.words(Array.from({ length: size }, () => 0))
  kernels.transpose(to, starts, entries, list, D, N, 0, 5)
  kernels.transpose(to, starts, entries, list, D, N, 5, D)
  kernels.listDense(starts, entries, list, D, N)
  return Uint32Array.of(...bench.bits(to, size), ...bench.bits(starts, 2), ...bench.bits(entries, D), ...bench.bits(list, N))
}

/** Sums and findings that are returned, not written */
const losses = (M: number): Trial => (bench) => {
  const { kernels } = bench
  const N = 6
  const [y, x, t] = [bench.room(N * M), bench.floats(N * M, 2), bench.words(Array.from({ length: N }, () => 0))]
  const found = Float64Array.of(kernels.softmaxLoss(y, x, t, N, M), kernels.squaredLoss(y, x, N * M), kernels.wrongClass(t, N, M))
  return Uint32Array.of(...bench.bits(y, N * M), ...new Uint32Array(found.buffer))
}

const elementwise = (size: number, run: (kernels: Kernels, y: number, x: number, z: number) => void): Trial => (bench) => {
  const [y, x, z] = [bench.floats(size), bench.floats(6 * size, 2), bench.floats(2 * size + 1, 3)]
  run(bench.kernels, y, x, z)
  return bench.bits(y, size)
}

/** Whether every trial leaves the same bits. */
export function sameBits(one: WebAssembly.Module, other: WebAssembly.Module): boolean {
  const benches = [new Bench(one), new Bench(other)] as const
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
 * The wide module's tile of 6 × 16 over the narrow one's of 6 × 8. Joined, it takes as long (measured on V8 13.0, 13.6 and 14.6);
 * not joined, or on a processor that takes eight lanes in two turns, 2 to 3 times as long: then nothing is gained by it.
 */
const joined = 1.5
const depth = 512

/** Whether the large tile is as quick as only a joined one is. Both modules must have been compiled alike. */
export function isJoined(wide: WebAssembly.Module, narrow: WebAssembly.Module): boolean {
  const [time, reference] = [wide, narrow].map((module) => {
    const bench = new Bench(module)
    const [a, b, c] = [bench.floats(6 * depth), bench.floats(16 * depth), bench.room(6 * 16)]
    return (): number => {
      const began = performance.now()
      for (let i = 0; i < 8; i++) bench.kernels.tile(c, a, b, depth, 64)
      return performance.now() - began
    }
  }) as [() => number, () => number]
  return takesLessThan(joined, time, reference)
}

/** Pairs of bursts at least, about a millisecond */
const pairs = 48
/** As many times that at most, while the answer is near the limit */
const patience = 20
/** So far from the limit, as a factor, it is no longer a matter of noise */
const clear = 1.15

/**
 * Whether one piece of work takes less than `limit` times as long as another. Each is timed by the quickest of many short
 * bursts, in turns: another program's turn makes a time longer, never shorter. Near the limit it goes on measuring.
 * @param time runs the work once @returns milliseconds
 */
export function takesLessThan(limit: number, time: () => number, reference: () => number): boolean {
  let [quickest, quickestReference] = [Infinity, Infinity]
  for (let round = 0; round < patience; round++) {
    for (let i = 0; i < pairs; i++) {
      quickest = Math.min(quickest, time())
      quickestReference = Math.min(quickestReference, reference())
    }
    const ratio = quickest / quickestReference
    if (ratio < limit / clear || ratio > limit * clear) break
  }
  return quickest < limit * quickestReference
}
