import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { numbers } from './numbers'

/** Activations, biases and copies. */
export const elementwise: Pick<Ops, 'addRow' | 'sumRows' | 'relu' | 'reluBackward' | 'sigmoid' | 'sigmoidBackward' | 'tanh' | 'tanhBackward' | 'copy'> = {
  addRow(y, b) {
    checkShapes(y.columns === b.size, 'addRow', y, b)
    const Y = numbers(y)
    const [B, M] = [numbers(b), b.size]
    for (let row = 0; row < Y.length; row += M)
      for (let m = 0; m < M; m++) Y[row + m]! += B[m]!
  },

  sumRows(db, dy) {
    checkShapes(dy.columns === db.size, 'sumRows', db, dy)
    const { rows: N, columns: M } = dy
    const [dB, dY] = [numbers(db), numbers(dy)]
    for (let m = 0; m < M; m++) {
      let sum = 0
      for (let n = 0; n < N; n++) sum += dY[n * M + m]!
      dB[m] = sum
    }
  },

  relu(y, x) {
    checkShapes(y.size === x.size, 'relu', y, x)
    const Y = numbers(y)
    const X = numbers(x)
    for (let i = 0; i < Y.length; i++) Y[i] = X[i]! <= 0 ? 0 : X[i]!
  },

  reluBackward(dx, dy, x) {
    checkShapes(dx.size === dy.size && dx.size === x.size, 'reluBackward', dx, dy, x)
    const dX = numbers(dx)
    const dY = numbers(dy)
    const X = numbers(x)
    for (let i = 0; i < dX.length; i++) dX[i] = X[i]! <= 0 ? 0 : dY[i]!
  },

  sigmoid(y, x) {
    checkShapes(y.size === x.size, 'sigmoid', y, x)
    const Y = numbers(y)
    const X = numbers(x)
    // exp(1000) is Infinity, and 1 / Infinity is the correct 0: no NaN
    for (let i = 0; i < Y.length; i++) Y[i] = 1 / (1 + Math.exp(-X[i]!))
  },

  sigmoidBackward(dx, dy, y) {
    checkShapes(dx.size === dy.size && dx.size === y.size, 'sigmoidBackward', dx, dy, y)
    const dX = numbers(dx)
    const dY = numbers(dy)
    const Y = numbers(y)
    for (let i = 0; i < dX.length; i++) dX[i] = dY[i]! * Y[i]! * (1 - Y[i]!)
  },

  tanh(y, x) {
    checkShapes(y.size === x.size, 'tanh', y, x)
    const Y = numbers(y)
    const X = numbers(x)
    for (let i = 0; i < Y.length; i++) Y[i] = Math.tanh(X[i]!)
  },

  tanhBackward(dx, dy, y) {
    checkShapes(dx.size === dy.size && dx.size === y.size, 'tanhBackward', dx, dy, y)
    const dX = numbers(dx)
    const dY = numbers(dy)
    const Y = numbers(y)
    for (let i = 0; i < dX.length; i++) dX[i] = dY[i]! * (1 - Y[i]! * Y[i]!)
  },

  copy(to, from) {
    checkShapes(to.size === from.size, 'copy', to, from)
    numbers(to).set(numbers(from))
  },
}
