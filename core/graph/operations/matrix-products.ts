import type { Value } from '../types'
import { matrixOf, type Round, sizeOf } from '../values'
import type { Shape } from './operation'

/** Number of columns of W (D,M); a one-dimensional W is a single column. */
export const columnsOf = (W: Shape): number => W.length === 2 ? W[1]! : 1

/** The shape of x·W; an x of more than two dimensions counts as N rows of D numbers. */
export function dotShape([x, W]: readonly Shape[]): Shape | null {
  if (!x || !W || x.length < 1 || W.length < 1 || W.length > 2) return null
  const D = x.length === 1 ? x[0]! : matrixOf(x)[1]
  if (D !== W[0]) return null
  return [...x.length === 1 ? [] : [x[0]!], ...W.length === 1 ? [] : [W[1]!]]
}

/** y (N,M) = x (N,D) · W (D,M) */
export function multiply(x: Value, W: Value, shape: Shape, round: Round): Value {
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
export function backToInput(x: Value, W: Value, dy: Value, round: Round): Value {
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
export function backToWeights(x: Value, W: Value, dy: Value, round: Round): Value {
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
export function overRows(dy: Value, b: Value, round: Round): Value {
  const M = sizeOf(b.shape)
  const data = new Array<number>(M).fill(0)
  dy.data.forEach((d, i) => { data[i % M] = round(data[i % M]! + d) })
  return { shape: b.shape, data }
}
