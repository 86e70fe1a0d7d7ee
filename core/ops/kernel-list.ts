import { LabError } from '../errors'

// The functions that a kernel module exports. Pointers are byte offsets in its memory. A kernel whose last two arguments are
// a range computes that part of its output.

type Elementwise = (y: number, x: number, from: number, to: number) => void
type Elementwise3 = (y: number, a: number, b: number, from: number, to: number) => void

export interface Kernels {
  /** First byte after the module's constants */
  readonly heapBase: { readonly value: number }
  /** This thread's index, from 0; set when the thread starts */
  readonly part: { value: number }
  /** Size of a thread's panels for I rows of A and J columns of B */
  panelBytes(I: number, K: number, J: number): number
  /**
   * @param panels memory for the threads' panels, one after the other @param panelBytes size of each thread's panels
   * @param transpose 0: none, 1: A is stored as (K,I), 2: B is stored as (J,K)
   * @param across 1: the range is of C's columns, 0: of its rows
   */
  multiply(c: number, a: number, b: number, panels: number, panelBytes: number, I: number, K: number, J: number, transpose: number, across: number, from: number, to: number): void
  /** Computes a tile of C: six rows and a panel's columns */
  tile(c: number, a: number, b: number, K: number, row: number): void
  gather(y: number, w: number, starts: number, entries: number, table: number, tableStep: number, list: number, M: number, N: number, across: number, from: number, to: number): void
  listDense(starts: number, entries: number, list: number, D: number, N: number): void
  room(N: number): number
  transpose(to: number, starts: number, entries: number, list: number, D: number, N: number, first: number, last: number): void
  addRow(y: number, b: number, M: number, from: number, to: number): void
  sumRows(db: number, dy: number, N: number, M: number, from: number, to: number): void
  relu: Elementwise
  reluBackward: Elementwise3
  sigmoid: Elementwise
  sigmoidBackward: Elementwise3
  tanh: Elementwise
  tanhBackward: Elementwise3
  /** @param limit ⌈rate·2³²⌉ @param key of the mask @param scale of the kept elements */
  dropout(y: number, x: number, limit: number, key: number, scale: number, from: number, to: number): void
  columnMoments(mean: number, variance: number, x: number, N: number, M: number, from: number, to: number): void
  normalize(y: number, xHat: number, x: number, mean: number, variance: number, gamma: number, beta: number, epsilon: number, N: number, M: number, from: number, to: number): void
  /** @param dx 0: not computed @param fixed 1: the statistics do not depend on x */
  normalizeBackward(dx: number, dgamma: number, dbeta: number, dy: number, xHat: number, variance: number, gamma: number, epsilon: number, fixed: number, N: number, M: number, from: number, to: number): void
  copy: Elementwise
  softmax(y: number, x: number, M: number, from: number, to: number): void
  /** Index of the first row with an invalid class, or −1 */
  wrongClass(t: number, N: number, M: number): number
  softmaxLoss(y: number, x: number, t: number, N: number, M: number): number
  softmaxLossBackward(dx: number, y: number, t: number, N: number, M: number): void
  squaredLoss(y: number, t: number, size: number): number
  squaredLossBackward(dx: number, y: number, t: number, N: number, size: number): void
  // Updates copy the old w to `before` (w itself: no copy), and write 1 to `bad` when a weight becomes NaN or infinite
  sgd(w: number, dw: number, before: number, bad: number, rate: number, from: number, to: number): void
  momentum(w: number, dw: number, v: number, before: number, bad: number, rate: number, alpha: number, from: number, to: number): void
  adagrad(w: number, dw: number, h: number, before: number, bad: number, rate: number, epsilon: number, from: number, to: number): void
  rmsprop(w: number, dw: number, h: number, before: number, bad: number, rate: number, decay: number, epsilon: number, from: number, to: number): void
  adam(w: number, dw: number, m: number, v: number, before: number, bad: number, rate: number, beta1: number, beta2: number, epsilon: number, unbias: number, from: number, to: number): void
  addDecay(g: number, dw: number, w: number, decay: number, from: number, to: number): void
  /** Copies the old w to `before`; w itself: no copy */
  scale(w: number, before: number, factor: number, from: number, to: number): void
  /** @param out six doubles: Σx², Σ|x|, minimum, maximum, zeros, finite numbers */
  summarize(out: number, x: number, size: number): void
  /** @param tables 4 · (bins + 1) words; the first `bins` are the result */
  histogram(tables: number, x: number, size: number, limit: number, bins: number): void
  squaredDistance(a: number, b: number, size: number): number
  countBeyond(x: number, size: number, limit: number): number
  /** @param counts words, one per column of the range; up to three words after them are overwritten */
  countPositive(counts: number, x: number, N: number, M: number, from: number, to: number): void
  /** Multiply-adds in registers only, 24 per round, to measure the machine's peak rate */
  peak(rounds: number): void
}

/** The kernels that can be shared by threads. Threads receive the index in this list. */
export const sharedKernels = ['multiply', 'gather', 'transpose', 'addRow', 'sumRows', 'relu', 'reluBackward', 'sigmoid', 'sigmoidBackward', 'tanh', 'tanhBackward', 'dropout', 'columnMoments', 'normalize', 'normalizeBackward', 'addDecay', 'scale', 'copy', 'sgd', 'momentum', 'adagrad', 'rmsprop', 'adam', 'peak'] as const
export type Kernel = (typeof sharedKernels)[number]

/** A kernel's arguments before its range. */
export type ArgumentsBeforeRange<K extends Kernel> = Parameters<Kernels[K]> extends [...infer Before extends number[], number, number] ? Before : never

/** The maximum number of arguments of a kernel, including its range. */
export const maxArgs = 13

/**
 * Computes a part of a kernel's output.
 * @param args the arguments before the range, in an array of `maxArgs` numbers
 * @param count number of arguments before the range
 * @throws LabError worker.died on a trap; then the output is undefined
 */
export function callKernel(kernels: Kernels, name: Kernel, args: Float64Array, count: number, from: number, to: number): void {
  args[count] = from
  args[count + 1] = to
  const kernel = kernels[name] as (...args: number[]) => unknown
  // Surplus arguments are ignored. Spreading only the needed ones would allocate an array per call.
  try { kernel(args[0]!, args[1]!, args[2]!, args[3]!, args[4]!, args[5]!, args[6]!, args[7]!, args[8]!, args[9]!, args[10]!, args[11]!, args[12]!) }
  catch (cause) { throw new LabError('worker.died', `the kernel ${name} trapped: ${String(cause)}`, { found: `${name}: ${String(cause)}` }) }
}
