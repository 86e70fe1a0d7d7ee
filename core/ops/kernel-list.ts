import { LabError } from '../errors'

// The kernels' functions, as the host gets them from the module. Pointers are byte positions in its memory; those whose
// last two numbers are a range do that part of their output.

type Elementwise = (y: number, x: number, from: number, to: number) => void
type Elementwise3 = (y: number, a: number, b: number, from: number, to: number) => void

export interface Kernels {
  /** Where the module’s own constants end */
  readonly heapBase: { readonly value: number }
  /** Which thread this is, from 0: set by whoever starts it */
  readonly part: { value: number }
  /** Bytes that a thread's panels take, of I rows of A and J columns of B */
  panelBytes(I: number, K: number, J: number): number
  /** @param turned 1: A lies as (K,I), 2: B as (J,K) @param across 1: the range is of C's columns, else of its rows */
  multiply(c: number, a: number, b: number, own: number, each: number, I: number, K: number, J: number, turned: number, across: number, from: number, to: number): void
  /** Six rows of C and a panel's columns */
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
  copy: Elementwise
  softmax(y: number, x: number, M: number, from: number, to: number): void
  /** The first row whose class is none; −1 when all are */
  wrongClass(t: number, N: number, M: number): number
  softmaxLoss(y: number, x: number, t: number, N: number, M: number): number
  softmaxLossBackward(dx: number, y: number, t: number, N: number, M: number): void
  squaredLoss(y: number, t: number, size: number): number
  squaredLossBackward(dx: number, y: number, t: number, N: number, size: number): void
  // Updates: `before` is where w is kept as it was, w itself to keep nothing; `bad` where 1 is written when a weight is NaN or infinite after it
  sgd(w: number, dw: number, before: number, bad: number, rate: number, from: number, to: number): void
  momentum(w: number, dw: number, v: number, before: number, bad: number, rate: number, alpha: number, from: number, to: number): void
  adagrad(w: number, dw: number, h: number, before: number, bad: number, rate: number, epsilon: number, from: number, to: number): void
  rmsprop(w: number, dw: number, h: number, before: number, bad: number, rate: number, decay: number, epsilon: number, from: number, to: number): void
  adam(w: number, dw: number, m: number, v: number, before: number, bad: number, rate: number, beta1: number, beta2: number, epsilon: number, unbias: number, from: number, to: number): void
  /** Multiply-adds on registers alone, 24 registers in a round: the machine's limit */
  peak(rounds: number): void
}

/** Those that can be shared, in the order that threads know them by. */
export const sharedKernels = ['multiply', 'gather', 'transpose', 'addRow', 'sumRows', 'relu', 'reluBackward', 'sigmoid', 'sigmoidBackward', 'copy', 'sgd', 'momentum', 'adagrad', 'rmsprop', 'adam', 'peak'] as const
export type Kernel = (typeof sharedKernels)[number]

/** As many numbers as a kernel takes at most, its range among them. */
export const maxArgs = 13

/**
 * Does a part of a kernel's output.
 * @param args all but the range, and room for that: `maxArgs` numbers
 * @param count of those that are not the range
 * @throws LabError worker.died when it traps: what it has written by then, nobody knows
 */
export function call(kernels: Kernels, name: Kernel, args: Float64Array, count: number, from: number, to: number): void {
  args[count] = from
  args[count + 1] = to
  const kernel = kernels[name] as (...args: number[]) => unknown
  // What a kernel does not take is not looked at. As many as it takes, by a spread, would make an array for each call.
  try { kernel(args[0]!, args[1]!, args[2]!, args[3]!, args[4]!, args[5]!, args[6]!, args[7]!, args[8]!, args[9]!, args[10]!, args[11]!, args[12]!) }
  catch (cause) { throw new LabError('worker.died', `${name} gave up: ${String(cause)}`, { found: `${name}: ${String(cause)}` }) }
}
