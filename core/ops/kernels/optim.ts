import { madd, storeFirst } from './madd'

// Updates go over a range of numbers that begins with a four; only the last range may end between fours.
// A rate of which 1 − ρ is taken comes in double precision: 1 − 0.999 in single precision is off by 1.3e-5. A gradient is
// multiplied by that before it is by itself: the square alone would pass the largest number where what is kept does not.

// @ts-ignore: decorator
@inline
function put(at: usize, x: v128, left: i32): void {
  if (left >= 4) v128.store(at, x)
  else storeFirst(at, x, left)
}

/** w −= η·dw. @param bad where 1 is written when a weight is NaN or infinite after it: x · 0 is 0 for all others */
export function sgd(w: usize, dw: usize, bad: usize, rate: f32, from: i32, to: i32): void {
  const step = f32x4.splat(-rate)
  const zero = f32x4.splat(0)
  let sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero
  let i = from
  for (; i + 16 <= to; i += 16) {
    const at = w + <usize>i * 4
    const dat = dw + <usize>i * 4
    const w0 = madd(step, v128.load(dat), v128.load(at))
    const w1 = madd(step, v128.load(dat, 16), v128.load(at, 16))
    const w2 = madd(step, v128.load(dat, 32), v128.load(at, 32))
    const w3 = madd(step, v128.load(dat, 48), v128.load(at, 48))
    v128.store(at, w0)
    v128.store(at, w1, 16)
    v128.store(at, w2, 32)
    v128.store(at, w3, 48)
    sum0 = madd(w0, zero, sum0)
    sum1 = madd(w1, zero, sum1)
    sum2 = madd(w2, zero, sum2)
    sum3 = madd(w3, zero, sum3)
  }
  for (; i < to; i += 4) {
    const at = <usize>i * 4
    const next = madd(step, v128.load(dw + at), v128.load(w + at))
    put(w + at, next, to - i)
    sum0 = madd(first(next, to - i), zero, sum0)
  }
  const sum = f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3))
  if (v128.any_true(f32x4.ne(sum, sum))) store<i32>(bad, 1)
}

/** What lies behind the last number belongs to somebody else, and becomes 0. */
// @ts-ignore: decorator
@inline
function first(x: v128, count: i32): v128 {
  return count >= 4 ? x : v128.and(x, count == 1 ? i32x4(-1, 0, 0, 0) : count == 2 ? i32x4(-1, -1, 0, 0) : i32x4(-1, -1, -1, 0))
}

/** v = α·v − η·dw; w += v */
export function momentum(w: usize, dw: usize, v: usize, rate: f32, alpha: f32, from: i32, to: i32): void {
  const step = f32x4.splat(-rate)
  const keep = f32x4.splat(alpha)
  for (let i = from; i < to; i += 4) {
    const at = <usize>i * 4
    const speed = madd(keep, v128.load(v + at), f32x4.mul(step, v128.load(dw + at)))
    put(v + at, speed, to - i)
    put(w + at, f32x4.add(v128.load(w + at), speed), to - i)
  }
}

/** h += dw²; w −= η·dw / (√h + ε) */
export function adagrad(w: usize, dw: usize, h: usize, rate: f32, epsilon: f32, from: i32, to: i32): void {
  const step = f32x4.splat(rate)
  const small = f32x4.splat(epsilon)
  for (let i = from; i < to; i += 4) {
    const at = <usize>i * 4
    const d = v128.load(dw + at)
    const squares = madd(d, d, v128.load(h + at))
    put(h + at, squares, to - i)
    put(w + at, f32x4.sub(v128.load(w + at), f32x4.div(f32x4.mul(step, d), f32x4.add(f32x4.sqrt(squares), small))), to - i)
  }
}

/** h = ρ·h + (1 − ρ)·dw²; w −= η·dw / (√h + ε) */
export function rmsprop(w: usize, dw: usize, h: usize, rate: f32, decay: f64, epsilon: f32, from: i32, to: i32): void {
  const step = f32x4.splat(rate)
  const small = f32x4.splat(epsilon)
  const keep = f32x4.splat(<f32>decay)
  const take = f32x4.splat(<f32>(1 - decay))
  for (let i = from; i < to; i += 4) {
    const at = <usize>i * 4
    const d = v128.load(dw + at)
    const squares = madd(keep, v128.load(h + at), f32x4.mul(f32x4.mul(take, d), d))
    put(h + at, squares, to - i)
    put(w + at, f32x4.sub(v128.load(w + at), f32x4.div(f32x4.mul(step, d), f32x4.add(f32x4.sqrt(squares), small))), to - i)
  }
}

/**
 * m = β₁·m + (1 − β₁)·dw; v = β₂·v + (1 − β₂)·dw²; w −= η·m̂ / (√v̂ + ε)
 * @param first 1 / (1 − β₁ᵗ) @param second 1 / √(1 − β₂ᵗ)
 */
export function adam(w: usize, dw: usize, m: usize, v: usize, rate: f32, beta1: f64, beta2: f64, epsilon: f32, first: f32, second: f32, from: i32, to: i32): void {
  const step = f32x4.splat(rate * first)
  const small = f32x4.splat(epsilon)
  const keep1 = f32x4.splat(<f32>beta1), take1 = f32x4.splat(<f32>(1 - beta1))
  const keep2 = f32x4.splat(<f32>beta2), take2 = f32x4.splat(<f32>(1 - beta2))
  const unbias = f32x4.splat(second)
  for (let i = from; i < to; i += 4) {
    const at = <usize>i * 4
    const d = v128.load(dw + at)
    const mean = madd(keep1, v128.load(m + at), f32x4.mul(take1, d))
    const square = madd(keep2, v128.load(v + at), f32x4.mul(f32x4.mul(take2, d), d))
    put(m + at, mean, to - i)
    put(v + at, square, to - i)
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(square), unbias), small)
    put(w + at, f32x4.sub(v128.load(w + at), f32x4.div(f32x4.mul(step, mean), root)), to - i)
  }
}
