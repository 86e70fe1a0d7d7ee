import { exp } from './exp'
import { first, put } from './lanes'

/** Loads the end of a row; lanes after it are −∞. */
// @ts-ignore: decorator
@inline
function some(at: usize, left: i32): v128 {
  const x = v128.load(at)
  if (left >= 4) return x
  return v128.bitselect(x, f32x4.splat(-Infinity), left == 1 ? i32x4(-1, 0, 0, 0) : left == 2 ? i32x4(-1, -1, 0, 0) : i32x4(-1, -1, -1, 0))
}

/** The maximum of all lanes, in each of them */
// @ts-ignore: decorator
@inline
function largest(x: v128): v128 {
  const two = f32x4.pmax(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1))
  return f32x4.pmax(two, v128.shuffle<f32>(two, two, 1, 0, 3, 2))
}

// @ts-ignore: decorator
@inline
function total(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
}

/** One row of y = softmax(x). @returns Σ exp(x − max), at least 1; sets `top` to the row's maximum */
function softmaxRow(y: usize, x: usize, M: i32): f32 {
  let tops = f32x4.splat(-Infinity)
  for (let m = 0; m < M; m += 4) tops = f32x4.pmax(tops, some(x + <usize>m * 4, M - m)) // ignores NaN, which reaches the sum through exp
  const shift = largest(tops)
  top = f32x4.extract_lane(shift, 0)
  let sum = f32x4.splat(0)
  for (let m = 0; m < M; m += 4) {
    const left = M - m
    const e = exp(f32x4.sub(some(x + <usize>m * 4, left), shift))
    // exp clamps its argument, so lanes after the row are tiny but not 0
    sum = f32x4.add(sum, first(e, left))
    put(y + <usize>m * 4, e, left)
  }
  const s = total(sum)
  const scale = f32x4.splat(s)
  for (let m = 0; m < M; m += 4) put(y + <usize>m * 4, f32x4.div(v128.load(y + <usize>m * 4), scale), M - m)
  return s
}
let top: f32 = 0

export function softmax(y: usize, x: usize, M: i32, fromRow: i32, toRow: i32): void {
  for (let n = fromRow; n < toRow; n++) softmaxRow(y + <usize>n * <usize>M * 4, x + <usize>n * <usize>M * 4, M)
}

/**
 * Sum over rows of log Σ exp(x) − x[t]; also writes y = softmax(x).
 * @returns NaN for an invalid class
 */
export function softmaxLoss(y: usize, x: usize, t: usize, N: i32, M: i32): f64 {
  let loss: f64 = 0
  let product: f64 = 1 // product of the rows' sums, to take one logarithm for many rows
  for (let n = 0; n < N; n++) {
    const row = <usize>n * <usize>M * 4
    product *= <f64>softmaxRow(y + row, x + row, M)
    if (product > 1e200) {
      loss += Math.log(product)
      product = 1
    }
    const target = <i32>load<f32>(t + <usize>n * 4)
    loss += <f64>top - <f64>load<f32>(x + row + <usize>target * 4)
  }
  return loss + Math.log(product)
}

/** dx (N,M) = (y − onehot(t)) / N */
export function softmaxLossBackward(dx: usize, y: usize, t: usize, N: i32, M: i32): void {
  const size = N * M
  const rows = f32x4.splat(<f32>N)
  for (let i = 0; i < size; i += 4) put(dx + <usize>i * 4, f32x4.div(v128.load(y + <usize>i * 4), rows), size - i)
  for (let n = 0; n < N; n++) {
    const hit = (<usize>n * <usize>M + <usize>load<f32>(t + <usize>n * 4)) * 4
    store<f32>(dx + hit, (load<f32>(y + hit) - 1) / <f32>N)
  }
}

/** Sum of ½ (y − t)² */
export function squaredLoss(y: usize, t: usize, size: i32): f64 {
  let loss: f64 = 0
  for (let i = 0; i < size; i++) {
    const d = <f64>load<f32>(y + <usize>i * 4) - <f64>load<f32>(t + <usize>i * 4)
    loss += 0.5 * d * d
  }
  return loss
}

/** dx = (y − t) / N */
export function squaredLossBackward(dx: usize, y: usize, t: usize, N: i32, size: i32): void {
  const rows = f32x4.splat(<f32>N)
  for (let i = 0; i < size; i += 4)
    put(dx + <usize>i * 4, f32x4.div(f32x4.sub(v128.load(y + <usize>i * 4), v128.load(t + <usize>i * 4)), rows), size - i)
}

/** @returns the index of the first row with an invalid class, or −1 */
export function wrongClass(t: usize, N: i32, M: i32): i32 {
  for (let n = 0; n < N; n++) {
    const target = load<f32>(t + <usize>n * 4)
    if (!(target >= 0 && target < <f32>M && nearest(target) == target)) return n
  }
  return -1
}
