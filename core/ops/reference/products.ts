import type { Real } from '../../tensor'
import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { numbers } from './numbers'

/** Matrix products. A sparse x is read through its expanded rows. */
export const products: Pick<Ops, 'matmul' | 'matmulNT' | 'matmulTN'> = {
  matmul(y, x, w) {
    const { rows: N, columns: D } = x
    const { columns: M } = w
    checkShapes(w.rows === D && y.rows === N && y.columns === M, 'matmul', y, x, w)
    multiply(numbers(y), x.data, numbers(w), N, D, M, D, 1) // (N,M) = (N,D)·(D,M)
  },

  matmulTN(dw, x, dy) {
    const { rows: N, columns: D } = x
    const { columns: M } = dy
    checkShapes(dy.rows === N && dw.rows === D && dw.columns === M, 'matmulTN', dw, x, dy)
    multiply(numbers(dw), x.data, numbers(dy), D, N, M, 1, D) // (D,M) = (N,D)ᵀ·(N,M)
  },

  matmulNT(dx, dy, w) {
    const { rows: N, columns: M } = dy
    const { rows: D } = w
    checkShapes(w.columns === M && dx.rows === N && dx.columns === D, 'matmulNT', dx, dy, w)
    multiplyByRows(numbers(dx), numbers(dy), numbers(w), N, M, D) // (N,D) = (N,M)·(D,M)ᵀ
  },
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
