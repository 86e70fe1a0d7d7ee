import { exp } from './exp'
import { put } from './lanes'

// Ranges count numbers of the tensor. A range begins at a multiple of four; only the last one may end elsewhere.

/** y (N,M) += b (M), to each row */
export function addRow(y: usize, b: usize, M: i32, fromRow: i32, toRow: i32): void {
  for (let n = fromRow; n < toRow; n++) {
    const row = y + <usize>n * <usize>M * 4
    for (let m = 0; m < M; m += 4) put(row + <usize>m * 4, f32x4.add(v128.load(row + <usize>m * 4), v128.load(b + <usize>m * 4)), M - m)
  }
}

/** db (M) = Σₙ dy (N,M), for a range of columns that begins at a multiple of four */
export function sumRows(db: usize, dy: usize, N: i32, M: i32, from: i32, to: i32): void {
  for (let m = from; m < to; m += 4) {
    let sum = f32x4.splat(0)
    let at = dy + <usize>m * 4
    for (let n = 0; n < N; n++) {
      sum = f32x4.add(sum, v128.load(at))
      at += <usize>M * 4
    }
    put(db + <usize>m * 4, sum, to - m)
  }
}

/** 0 where x ≤ 0, else x; NaN stays NaN, since it is not ≤ 0 */
export function relu(y: usize, x: usize, from: i32, to: i32): void {
  for (let i = from; i < to; i += 4) {
    const v = v128.load(x + <usize>i * 4)
    put(y + <usize>i * 4, v128.andnot(v, f32x4.le(v, f32x4.splat(0))), to - i)
  }
}

export function reluBackward(dx: usize, dy: usize, x: usize, from: i32, to: i32): void {
  for (let i = from; i < to; i += 4) {
    const off = f32x4.le(v128.load(x + <usize>i * 4), f32x4.splat(0))
    put(dx + <usize>i * 4, v128.andnot(v128.load(dy + <usize>i * 4), off), to - i)
  }
}

export function sigmoid(y: usize, x: usize, from: i32, to: i32): void {
  const one = f32x4.splat(1)
  for (let i = from; i < to; i += 4)
    put(y + <usize>i * 4, f32x4.div(one, f32x4.add(one, exp(f32x4.neg(v128.load(x + <usize>i * 4))))), to - i)
}

export function sigmoidBackward(dx: usize, dy: usize, y: usize, from: i32, to: i32): void {
  const one = f32x4.splat(1)
  for (let i = from; i < to; i += 4) {
    const v = v128.load(y + <usize>i * 4)
    put(dx + <usize>i * 4, f32x4.mul(f32x4.mul(v128.load(dy + <usize>i * 4), v), f32x4.sub(one, v)), to - i)
  }
}

/** Copies a tensor to another one without overlap; JavaScript's `set` reads shared memory word by word. */
export function copy(to: usize, from: usize, first: i32, end: i32): void {
  memory.copy(to + <usize>first * 4, from + <usize>first * 4, <usize>(end - first) * 4)
}
