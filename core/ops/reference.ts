import { Arena, type Precision, type Real } from '../tensor'
import { allFinite } from './finite'
import type { Ops } from './ops'
import { checkShapes, invalidClass } from './shapes'

// One file, although over 200 lines: it is read as a whole, as the definition of every operation of `Ops`.
/**
 * Reference implementation: every operation as a plain loop, against which other backends are tested.
 * JavaScript computes in double precision; results are rounded to the tensor's precision when they are stored.
 * @param precision element type of the tensors; it affects only the arena and the backend's name
 */
export function createReferenceOps(precision: Precision): Ops {
  return {
    name: `reference-${precision}`,
    threads: 1,
    arena: () => new Arena(precision),
    sparseBelow: 0,
    productBytes: () => 0,

    matmul(y, x, w) {
      const { rows: N, columns: D } = x
      const { columns: M } = w
      checkShapes(w.rows === D && y.rows === N && y.columns === M, 'matmul', y, x, w)
      multiply(y.data, x.data, w.data, N, D, M, D, 1) // (N,M) = (N,D)·(D,M)
    },

    matmulTN(dw, x, dy) {
      const { rows: N, columns: D } = x
      const { columns: M } = dy
      checkShapes(dy.rows === N && dw.rows === D && dw.columns === M, 'matmulTN', dw, x, dy)
      multiply(dw.data, x.data, dy.data, D, N, M, 1, D) // (D,M) = (N,D)ᵀ·(N,M)
    },

    matmulNT(dx, dy, w) {
      const { rows: N, columns: M } = dy
      const { rows: D } = w
      checkShapes(w.columns === M && dx.rows === N && dx.columns === D, 'matmulNT', dx, dy, w)
      multiplyByRows(dx.data, dy.data, w.data, N, M, D) // (N,D) = (N,M)·(D,M)ᵀ
    },

    addRow(y, b) {
      checkShapes(y.columns === b.size, 'addRow', y, b)
      const { data: Y } = y
      const { data: B, size: M } = b
      for (let row = 0; row < Y.length; row += M)
        for (let m = 0; m < M; m++) Y[row + m]! += B[m]!
    },

    sumRows(db, dy) {
      checkShapes(dy.columns === db.size, 'sumRows', db, dy)
      const { data: dB, size: M } = db
      const { data: dY, rows: N } = dy
      for (let m = 0; m < M; m++) {
        let sum = 0
        for (let n = 0; n < N; n++) sum += dY[n * M + m]!
        dB[m] = sum
      }
    },

    relu(y, x) {
      checkShapes(y.size === x.size, 'relu', y, x)
      const { data: Y } = y
      const { data: X } = x
      for (let i = 0; i < Y.length; i++) Y[i] = X[i]! <= 0 ? 0 : X[i]!
    },

    reluBackward(dx, dy, x) {
      checkShapes(dx.size === dy.size && dx.size === x.size, 'reluBackward', dx, dy, x)
      const { data: dX } = dx
      const { data: dY } = dy
      const { data: X } = x
      for (let i = 0; i < dX.length; i++) dX[i] = X[i]! <= 0 ? 0 : dY[i]!
    },

    sigmoid(y, x) {
      checkShapes(y.size === x.size, 'sigmoid', y, x)
      const { data: Y } = y
      const { data: X } = x
      // exp(1000) is Infinity, and 1 / Infinity is the correct 0: no NaN
      for (let i = 0; i < Y.length; i++) Y[i] = 1 / (1 + Math.exp(-X[i]!))
    },

    sigmoidBackward(dx, dy, y) {
      checkShapes(dx.size === dy.size && dx.size === y.size, 'sigmoidBackward', dx, dy, y)
      const { data: dX } = dx
      const { data: dY } = dy
      const { data: Y } = y
      for (let i = 0; i < dX.length; i++) dX[i] = dY[i]! * Y[i]! * (1 - Y[i]!)
    },

    softmax(y, x) {
      checkShapes(y.size === x.size, 'softmax', y, x)
      for (let n = 0; n < x.rows; n++) softmaxRow(y.data, x.data, n, x.columns)
    },

    softmaxLoss(y, x, t) {
      const { data: X, rows: N, columns: M } = x
      const { data: T } = t
      checkShapes(y.size === x.size && t.size === N, 'softmaxLoss', y, x, t)
      let loss = 0
      for (let n = 0; n < N; n++) {
        checkClass(T[n]!, M)
        loss += softmaxRow(y.data, X, n, M) - X[n * M + T[n]!]!
      }
      return loss / N
    },

    softmaxLossBackward(dx, y, t) {
      const { data: dX } = dx
      const { data: Y, rows: N, columns: M } = y
      const { data: T } = t
      checkShapes(dx.size === y.size && t.size === N, 'softmaxLossBackward', dx, y, t)
      for (let i = 0; i < dX.length; i++) dX[i] = Y[i]! / N
      for (let n = 0; n < N; n++) {
        const hit = n * M + T[n]! // the element that is 1 in the one-hot target
        dX[hit] = (Y[hit]! - 1) / N
      }
    },

    squaredLoss(y, t) {
      checkShapes(y.size === t.size, 'squaredLoss', y, t)
      const { data: Y } = y
      const { data: T } = t
      let loss = 0
      for (let i = 0; i < Y.length; i++) loss += 0.5 * (Y[i]! - T[i]!) ** 2
      return loss / y.rows
    },

    squaredLossBackward(dx, y, t) {
      checkShapes(dx.size === y.size && dx.size === t.size, 'squaredLossBackward', dx, y, t)
      const { data: dX } = dx
      const { data: Y, rows: N } = y
      const { data: T } = t
      for (let i = 0; i < dX.length; i++) dX[i] = (Y[i]! - T[i]!) / N
    },

    sgd(w, dw, learningRate, before = w) {
      checkShapes(w.size === dw.size, 'sgd', w, dw)
      const { data: W } = w
      const { data: dW } = dw
      before.data.set(W)
      for (let i = 0; i < W.length; i++) W[i]! -= learningRate * dW[i]!
      return allFinite(W)
    },

    momentum(w, dw, v, { learningRate, momentum }, before = w) {
      checkShapes(w.size === dw.size && w.size === v.size, 'momentum', w, dw, v)
      const [W, dW, V] = [w.data, dw.data, v.data]
      before.data.set(W)
      for (let i = 0; i < W.length; i++) {
        V[i] = momentum * V[i]! - learningRate * dW[i]!
        W[i]! += V[i]!
      }
      return allFinite(W)
    },

    adagrad(w, dw, h, { learningRate, epsilon }, before = w) {
      checkShapes(w.size === dw.size && w.size === h.size, 'adagrad', w, dw, h)
      const [W, dW, H] = [w.data, dw.data, h.data]
      before.data.set(W)
      for (let i = 0; i < W.length; i++) {
        H[i]! += dW[i]! ** 2
        W[i]! -= learningRate * dW[i]! / (Math.sqrt(H[i]!) + epsilon)
      }
      return allFinite(W)
    },

    rmsprop(w, dw, h, { learningRate, decay, epsilon }, before = w) {
      checkShapes(w.size === dw.size && w.size === h.size, 'rmsprop', w, dw, h)
      const [W, dW, H] = [w.data, dw.data, h.data]
      before.data.set(W)
      for (let i = 0; i < W.length; i++) {
        H[i] = decay * H[i]! + (1 - decay) * dW[i]! ** 2
        W[i]! -= learningRate * dW[i]! / (Math.sqrt(H[i]!) + epsilon)
      }
      return allFinite(W)
    },

    adam(w, dw, m, v, { learningRate, beta1, beta2, epsilon, step }, before = w) {
      checkShapes(w.size === dw.size && w.size === m.size && w.size === v.size, 'adam', w, dw, m)
      const [W, dW, M, V] = [w.data, dw.data, m.data, v.data]
      before.data.set(W)
      const [first, second] = [1 - beta1 ** step, 1 - beta2 ** step] // bias correction for the zero initialization of m and v
      for (let i = 0; i < W.length; i++) {
        M[i] = beta1 * M[i]! + (1 - beta1) * dW[i]!
        V[i] = beta2 * V[i]! + (1 - beta2) * dW[i]! ** 2
        W[i]! -= learningRate * (M[i]! / first) / (Math.sqrt(V[i]! / second) + epsilon)
      }
      return allFinite(W)
    },

    copy(to, from) {
      checkShapes(to.size === from.size, 'copy', to, from)
      to.data.set(from.data)
    },
  }
}

/**
 * y (I,J) = a (I,K) · b (K,J), where a's element (i,k) is at i·aRow + k·aColumn: transposed or not.
 * Works along rows, which are contiguous in memory: row i of y is a combination of b's rows. Adding four rows of b
 * at a time saves three of four passes over y.
 */
function multiply(y: Real, a: Real, b: Real, I: number, K: number, J: number, aRow: number, aColumn: number): void {
  const fours = K - K % 4
  for (let i = 0; i < I; i++) {
    const row = i * J
    for (let j = 0; j < J; j++) y[row + j] = 0
    for (let k = 0; k < fours; k += 4) {
      const at = i * aRow + k * aColumn
      const a0 = a[at]!
      const a1 = a[at + aColumn]!
      const a2 = a[at + 2 * aColumn]!
      const a3 = a[at + 3 * aColumn]!
      const b0 = k * J
      const b1 = b0 + J
      const b2 = b1 + J
      const b3 = b2 + J
      for (let j = 0; j < J; j++)
        y[row + j]! += a0 * b[b0 + j]! + a1 * b[b1 + j]! + a2 * b[b2 + j]! + a3 * b[b3 + j]!
    }
    for (let k = fours; k < K; k++) {
      const ak = a[i * aRow + k * aColumn]!
      for (let j = 0; j < J; j++) y[row + j]! += ak * b[k * J + j]!
    }
  }
}

/** y (I,J) = a (I,K) · b (J,K)ᵀ: each element is the dot product of a row of a and a row of b. */
function multiplyByRows(y: Real, a: Real, b: Real, I: number, K: number, J: number): void {
  for (let i = 0; i < I; i++) {
    const aRow = i * K
    for (let j = 0; j < J; j++) {
      const bRow = j * K
      let sum = 0
      for (let k = 0; k < K; k++) sum += a[aRow + k]! * b[bRow + k]!
      y[i * J + j] = sum
    }
  }
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
