import type { Value } from '../types'
import { filled, matrixOf, type Round, sizeOf } from '../values'
import { type Operation, overflow } from './operation'

type Shape = readonly number[]

/** (D) and (D,M) as (D,M): a single column when there is one dimension only. */
const columnsOf = (W: Shape): number => W.length === 2 ? W[1]! : 1

/** The outer dimensions of x·W; x of more than two dimensions counts as N rows of D numbers. */
function dotShape([x, W]: readonly Shape[]): Shape | null {
  if (!x || !W || x.length < 1 || W.length < 1 || W.length > 2) return null
  const D = x.length === 1 ? x[0]! : matrixOf(x)[1]
  if (D !== W[0]) return null
  return [...x.length === 1 ? [] : [x[0]!], ...W.length === 1 ? [] : [W[1]!]]
}

/** y (N,M) = x (N,D) · W (D,M) */
function multiply(x: Value, W: Value, shape: Shape, round: Round): Value {
  const [N, D] = matrixOf(x.shape)
  const M = columnsOf(W.shape)
  const data = new Array<number>(N * M).fill(0)
  for (let n = 0; n < N; n++)
    for (let m = 0; m < M; m++) {
      let sum = 0
      for (let d = 0; d < D; d++) sum = round(sum + round(x.data[n * D + d]! * W.data[d * M + m]!))
      data[n * M + m] = sum
    }
  return { shape, data }
}

/** dx (N,D) = dy (N,M) · W (D,M)ᵀ, in x's own shape */
function backToInput(x: Value, W: Value, dy: Value, round: Round): Value {
  const [N, D] = matrixOf(x.shape)
  const M = columnsOf(W.shape)
  const data = new Array<number>(N * D).fill(0)
  for (let n = 0; n < N; n++)
    for (let d = 0; d < D; d++) {
      let sum = 0
      for (let m = 0; m < M; m++) sum = round(sum + round(dy.data[n * M + m]! * W.data[d * M + m]!))
      data[n * D + d] = sum
    }
  return { shape: x.shape, data }
}

/** dW (D,M) = x (N,D)ᵀ · dy (N,M) */
function backToWeights(x: Value, W: Value, dy: Value, round: Round): Value {
  const [N, D] = matrixOf(x.shape)
  const M = columnsOf(W.shape)
  const data = new Array<number>(D * M).fill(0)
  for (let d = 0; d < D; d++)
    for (let m = 0; m < M; m++) {
      let sum = 0
      for (let n = 0; n < N; n++) sum = round(sum + round(x.data[n * D + d]! * dy.data[n * M + m]!))
      data[d * M + m] = sum
    }
  return { shape: W.shape, data }
}

/** db (M) = Σₙ dy (N,M) */
function overRows(dy: Value, b: Value, round: Round): Value {
  const M = sizeOf(b.shape)
  const data = new Array<number>(M).fill(0)
  dy.data.forEach((d, i) => { data[i % M] = round(data[i % M]! + d) })
  return { shape: b.shape, data }
}

const range = (length: number, at: (i: number) => number): readonly number[] => Array.from({ length }, (_, i) => at(i))

/** One cell of x·W is made of a row of x and a column of W. */
function dotSources([, W]: readonly Shape[], slot: number, cell: number): readonly number[] {
  const D = W![0]!
  const M = columnsOf(W!)
  const [n, m] = [Math.floor(cell / M), cell % M]
  return slot === 0 ? range(D, d => n * D + d) : range(D, d => d * M + m)
}

/** A cell of x goes into a row of the output, one of W or b into a column. */
function dotFeeds([x, W]: readonly Shape[], slot: number, cell: number): readonly number[] {
  const [N, D] = matrixOf(x!)
  const M = columnsOf(W!)
  const m = cell % M // of W, row by row, and of b
  return slot === 0 ? range(M, m => Math.floor(cell / D) * M + m) : range(N, n => n * M + m)
}

const dot: Operation = {
  shape: dotShape,
  forward: ([x, W], round) => ({ value: multiply(x!, W!, dotShape([x!.shape, W!.shape])!, round) }),
  fault: overflow,
  backward: ({ args: [x, W], dout, round }) => [
    { local: null, value: backToInput(x!, W!, dout, round) },
    { local: null, value: backToWeights(x!, W!, dout, round) },
  ],
  sources: dotSources,
  feeds: dotFeeds,
}

const affine: Operation = {
  shape([x, W, b]) {
    const shape = dotShape([x!, W!])
    return shape && W!.length === 2 && b!.length === 1 && b![0] === W![1] ? shape : null
  },
  forward([x, W, b], round) {
    const { shape, data } = multiply(x!, W!, dotShape([x!.shape, W!.shape])!, round)
    return { value: { shape, data: data.map((y, i) => round(y + b!.data[i % b!.data.length]!)) } }
  },
  fault: overflow,
  backward: ({ args: [x, W, b], dout, round }) => [
    { local: null, value: backToInput(x!, W!, dout, round) },
    { local: null, value: backToWeights(x!, W!, dout, round) },
    { local: null, value: overRows(dout, b!, round) },
  ],
  sources: (shapes, slot, cell) => slot === 2 ? [cell % shapes[2]![0]!] : dotSources(shapes, slot, cell),
  feeds: dotFeeds,
}

const sum: Operation = {
  shape: () => [],
  forward: ([x], round) => ({ value: { shape: [], data: [x!.data.reduce((total, n) => round(total + n), 0)] } }),
  fault: overflow,
  backward: ({ args: [x], dout }) => [{ local: filled(x!.shape, 1), value: filled(x!.shape, dout.data[0]!) }],
  sources: ([x]) => range(sizeOf(x!), i => i),
}

export const matrixOperations = { dot, affine, sum } as const
