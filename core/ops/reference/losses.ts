import type { Real } from '../../tensor'
import type { Ops } from '../ops'
import { checkShapes, invalidClass } from '../shapes'
import { numbers } from './numbers'

/** Softmax, and both losses with their gradients. */
export const losses: Pick<Ops, 'softmax' | 'softmaxLoss' | 'softmaxLossBackward' | 'squaredLoss' | 'squaredLossBackward'> = {
  softmax(y, x) {
    checkShapes(y.size === x.size, 'softmax', y, x)
    const [Y, X] = [numbers(y), numbers(x)]
    for (let n = 0; n < x.rows; n++) softmaxRow(Y, X, n, x.columns)
  },

  softmaxLoss(y, x, t) {
    const { rows: N, columns: M } = x
    checkShapes(y.size === x.size && t.size === N, 'softmaxLoss', y, x, t)
    const [Y, X, T] = [numbers(y), numbers(x), numbers(t)]
    let loss = 0
    for (let n = 0; n < N; n++) {
      checkClass(T[n]!, M)
      loss += softmaxRow(Y, X, n, M) - X[n * M + T[n]!]!
    }
    return loss / N
  },

  softmaxLossBackward(dx, y, t) {
    const { rows: N, columns: M } = y
    checkShapes(dx.size === y.size && t.size === N, 'softmaxLossBackward', dx, y, t)
    const [dX, Y, T] = [numbers(dx), numbers(y), numbers(t)]
    for (let i = 0; i < dX.length; i++) dX[i] = Y[i]! / N
    for (let n = 0; n < N; n++) {
      const hit = n * M + T[n]! // the element that is 1 in the one-hot target
      dX[hit] = (Y[hit]! - 1) / N
    }
  },

  squaredLoss(y, t) {
    checkShapes(y.size === t.size, 'squaredLoss', y, t)
    const Y = numbers(y)
    const T = numbers(t)
    let loss = 0
    for (let i = 0; i < Y.length; i++) loss += 0.5 * (Y[i]! - T[i]!) ** 2
    return loss / y.rows
  },

  squaredLossBackward(dx, y, t) {
    checkShapes(dx.size === y.size && dx.size === t.size, 'squaredLossBackward', dx, y, t)
    const { rows: N } = y
    const [dX, Y, T] = [numbers(dx), numbers(y), numbers(t)]
    for (let i = 0; i < dX.length; i++) dX[i] = (Y[i]! - T[i]!) / N
  },
}

/** Row n of y (N,M) = softmax of row n of x. @returns log Σ exp(x), the first term of the loss */
function softmaxRow(y: Real, x: Real, n: number, M: number): number {
  const row = n * M
  let max = -Infinity
  for (let m = 0; m < M; m++) max = Math.max(max, x[row + m]!)
  let sum = 0
  for (let m = 0; m < M; m++) sum += y[row + m] = Math.exp(x[row + m]! - max) // at most 1
  for (let m = 0; m < M; m++) y[row + m]! /= sum
  return max + Math.log(sum)
}

function checkClass(t: number, classes: number): void {
  if (!Number.isInteger(t) || t < 0 || t >= classes) throw invalidClass(t, classes)
}
