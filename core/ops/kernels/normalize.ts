import { put } from './lanes'
import { madd } from './madd'

// Batch normalization of x (N,M), column by column. Columns are independent, so any division of them among threads gives the same
// results. A range of columns begins at a multiple of four; its last vector may be shorter. Two vectors of columns are computed
// together, since each addition to a sum has to wait for the previous one.

/** Mean and biased variance of each column. */
export function columnMoments(mean: usize, variance: usize, x: usize, N: i32, M: i32, from: i32, to: i32): void {
  let m = from
  for (; m + 8 <= to; m += 8) moments(1, mean + <usize>m * 4, variance + <usize>m * 4, x + <usize>m * 4, N, M, 8)
  for (; m < to; m += 4) moments(0, mean + <usize>m * 4, variance + <usize>m * 4, x + <usize>m * 4, N, M, to - m)
}

/**
 * Computes a mean m, then corrects it by the mean of x − m, and the mean of (x − m)² by the square of that correction: the variance
 * keeps its precision, however large the mean is.
 * @source Chan, Golub and LeVeque 1983, "Algorithms for Computing the Sample Variance": corrected two-pass algorithm
 */
// @ts-ignore: decorator
@inline
function moments(two: i32, mean: usize, variance: usize, x: usize, N: i32, M: i32, left: i32): void {
  const row = <usize>M * 4
  const end = x + <usize>N * row
  const rows = f32x4.splat(<f32>N)
  const zero = f32x4.splat(0)
  let sum0 = zero, sum1 = zero
  for (let at = x; at < end; at += row) {
    sum0 = f32x4.add(sum0, v128.load(at))
    if (two) sum1 = f32x4.add(sum1, v128.load(at, 16))
  }
  const near0 = f32x4.div(sum0, rows), near1 = two ? f32x4.div(sum1, rows) : zero
  let rest0 = zero, rest1 = zero, squares0 = zero, squares1 = zero
  for (let at = x; at < end; at += row) {
    const d0 = f32x4.sub(v128.load(at), near0)
    rest0 = f32x4.add(rest0, d0)
    squares0 = madd(d0, d0, squares0)
    if (two) {
      const d1 = f32x4.sub(v128.load(at, 16), near1)
      rest1 = f32x4.add(rest1, d1)
      squares1 = madd(d1, d1, squares1)
    }
  }
  const off0 = f32x4.div(rest0, rows)
  put(mean, f32x4.add(near0, off0), left)
  put(variance, spread(squares0, off0, rows), left)
  if (two) {
    const off1 = f32x4.div(rest1, rows)
    v128.store(mean, f32x4.add(near1, off1), 16)
    v128.store(variance, spread(squares1, off1, rows), 16)
  }
}

/** Variance from the sum of (x − m)² and the mean of x − m. Rounding could make it negative, so it is at least 0; NaN stays NaN. */
// @ts-ignore: decorator
@inline
function spread(squares: v128, off: v128, rows: v128): v128 {
  return f32x4.max(f32x4.sub(f32x4.div(squares, rows), f32x4.mul(off, off)), f32x4.splat(0))
}

/** x̂ = (x − mean) / √(variance + ε); y = γ·x̂ + β */
export function normalize(y: usize, xHat: usize, x: usize, mean: usize, variance: usize, gamma: usize, beta: usize, epsilon: f32, N: i32, M: i32, from: i32, to: i32): void {
  let m = from
  for (; m + 8 <= to; m += 8) {
    const at = <usize>m * 4
    normalizeColumns(1, y + at, xHat + at, x + at, mean + at, variance + at, gamma + at, beta + at, epsilon, N, M, 8)
  }
  for (; m < to; m += 4) {
    const at = <usize>m * 4
    normalizeColumns(0, y + at, xHat + at, x + at, mean + at, variance + at, gamma + at, beta + at, epsilon, N, M, to - m)
  }
}

// @ts-ignore: decorator
@inline
function normalizeColumns(two: i32, y: usize, xHat: usize, x: usize, mean: usize, variance: usize, gamma: usize, beta: usize, epsilon: f32, N: i32, M: i32, left: i32): void {
  const mean0 = v128.load(mean), mean1 = two ? v128.load(mean, 16) : mean0
  const scale0 = inverseRoot(v128.load(variance), epsilon), scale1 = two ? inverseRoot(v128.load(variance, 16), epsilon) : scale0
  const gamma0 = v128.load(gamma), gamma1 = two ? v128.load(gamma, 16) : gamma0
  const beta0 = v128.load(beta), beta1 = two ? v128.load(beta, 16) : beta0
  const end = <usize>N * <usize>M * 4
  for (let at: usize = 0; at < end; at += <usize>M * 4) {
    const unit0 = f32x4.mul(f32x4.sub(v128.load(x + at), mean0), scale0)
    put(xHat + at, unit0, left)
    put(y + at, madd(gamma0, unit0, beta0), left)
    if (two) {
      const unit1 = f32x4.mul(f32x4.sub(v128.load(x + at, 16), mean1), scale1)
      v128.store(xHat + at, unit1, 16)
      v128.store(y + at, madd(gamma1, unit1, beta1), 16)
    }
  }
}

// @ts-ignore: decorator
@inline
function inverseRoot(variance: v128, epsilon: f32): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon))))
}

/**
 * dγ = Σₙ dy·x̂; dβ = Σₙ dy; dx = γ/√(variance + ε) · (dy − dβ/N − x̂·dγ/N), or with fixed statistics γ/√(variance + ε) · dy
 * @param dx 0: not computed @param fixed 1: the statistics do not depend on x
 */
export function normalizeBackward(dx: usize, dgamma: usize, dbeta: usize, dy: usize, xHat: usize, variance: usize, gamma: usize, epsilon: f32, fixed: i32, N: i32, M: i32, from: i32, to: i32): void {
  let m = from
  for (; m + 8 <= to; m += 8) {
    const at = <usize>m * 4
    backwardColumns(1, dx ? dx + at : 0, dgamma + at, dbeta + at, dy + at, xHat + at, variance + at, gamma + at, epsilon, fixed, N, M, 8)
  }
  for (; m < to; m += 4) {
    const at = <usize>m * 4
    backwardColumns(0, dx ? dx + at : 0, dgamma + at, dbeta + at, dy + at, xHat + at, variance + at, gamma + at, epsilon, fixed, N, M, to - m)
  }
}

// @ts-ignore: decorator
@inline
function backwardColumns(two: i32, dx: usize, dgamma: usize, dbeta: usize, dy: usize, xHat: usize, variance: usize, gamma: usize, epsilon: f32, fixed: i32, N: i32, M: i32, left: i32): void {
  const row = <usize>M * 4
  const end = <usize>N * row
  const zero = f32x4.splat(0)
  let dgamma0 = zero, dgamma1 = zero, dbeta0 = zero, dbeta1 = zero
  for (let at: usize = 0; at < end; at += row) {
    const slope0 = v128.load(dy + at)
    dbeta0 = f32x4.add(dbeta0, slope0)
    dgamma0 = madd(slope0, v128.load(xHat + at), dgamma0)
    if (two) {
      const slope1 = v128.load(dy + at, 16)
      dbeta1 = f32x4.add(dbeta1, slope1)
      dgamma1 = madd(slope1, v128.load(xHat + at, 16), dgamma1)
    }
  }
  put(dgamma, dgamma0, left)
  put(dbeta, dbeta0, left)
  if (two) {
    v128.store(dgamma, dgamma1, 16)
    v128.store(dbeta, dbeta1, 16)
  }
  if (dx == 0) return
  const scale0 = f32x4.mul(v128.load(gamma), inverseRoot(v128.load(variance), epsilon))
  const scale1 = two ? f32x4.mul(v128.load(gamma, 16), inverseRoot(v128.load(variance, 16), epsilon)) : zero
  // −dβ/N and −dγ/N: the gradients through the mean and through the variance
  const rows = f32x4.splat(<f32>-N)
  const byMean0 = fixed ? zero : f32x4.div(dbeta0, rows), byMean1 = fixed ? zero : f32x4.div(dbeta1, rows)
  const byVariance0 = fixed ? zero : f32x4.div(dgamma0, rows), byVariance1 = fixed ? zero : f32x4.div(dgamma1, rows)
  for (let at: usize = 0; at < end; at += row) {
    put(dx + at, f32x4.mul(scale0, madd(byVariance0, v128.load(xHat + at), f32x4.add(v128.load(dy + at), byMean0))), left)
    if (two) v128.store(dx + at, f32x4.mul(scale1, madd(byVariance1, v128.load(xHat + at, 16), f32x4.add(v128.load(dy + at, 16), byMean1))), 16)
  }
}
