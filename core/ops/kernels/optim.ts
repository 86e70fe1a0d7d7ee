import { first, put } from './lanes'
import { madd } from './madd'

// Over 200 lines: one kernel per update rule, each with the same two loops.
// A range begins at a multiple of four; only the last one may end elsewhere. Each update has a loop for eight numbers at a time,
// since in joined lanes a square root or division of eight takes as long as of four, and one for the rest.
// ρ is passed in double precision, since 1 − 0.999 in single precision is off by 1.3e-5. The gradient is scaled before it is
// squared: g² alone can overflow float32 when (1 − ρ)·g² does not.
// The old w is copied to `before`, which is w itself if no copy is wanted. `bad` is set to 1 when a weight becomes NaN or
// infinite: the test is x · 0, which is 0 for finite x only.

// @ts-ignore: decorator
@inline
function tell(bad: usize, sum: v128): void {
  if (v128.any_true(f32x4.ne(sum, sum))) store<i32>(bad, 1)
}

/** w −= η·dw */
export function sgd(w: usize, dw: usize, before: usize, bad: usize, rate: f32, from: i32, to: i32): void {
  const step = f32x4.splat(-rate)
  const zero = f32x4.splat(0)
  let sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero
  let i = from
  for (; i + 16 <= to; i += 16) {
    const at = w + <usize>i * 4
    const dat = dw + <usize>i * 4
    const kept = before + <usize>i * 4
    const old0 = v128.load(at)
    const old1 = v128.load(at, 16)
    const old2 = v128.load(at, 32)
    const old3 = v128.load(at, 48)
    const w0 = madd(step, v128.load(dat), old0)
    const w1 = madd(step, v128.load(dat, 16), old1)
    const w2 = madd(step, v128.load(dat, 32), old2)
    const w3 = madd(step, v128.load(dat, 48), old3)
    v128.store(kept, old0)
    v128.store(kept, old1, 16)
    v128.store(kept, old2, 32)
    v128.store(kept, old3, 48)
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
    const old = v128.load(w + at)
    const next = madd(step, v128.load(dw + at), old)
    put(before + at, old, to - i)
    put(w + at, next, to - i)
    sum0 = madd(first(next, to - i), zero, sum0)
  }
  tell(bad, f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3)))
}

/** v = α·v − η·dw; w += v */
export function momentum(w: usize, dw: usize, v: usize, before: usize, bad: usize, rate: f32, alpha: f32, from: i32, to: i32): void {
  const step = f32x4.splat(-rate)
  const keep = f32x4.splat(alpha)
  const zero = f32x4.splat(0)
  let sum0 = zero, sum1 = zero
  let i = from
  for (; i + 8 <= to; i += 8) {
    const at = <usize>i * 4
    const v0 = madd(keep, v128.load(v + at), f32x4.mul(step, v128.load(dw + at)))
    const v1 = madd(keep, v128.load(v + at, 16), f32x4.mul(step, v128.load(dw + at, 16)))
    v128.store(v + at, v0)
    v128.store(v + at, v1, 16)
    const old0 = v128.load(w + at)
    const old1 = v128.load(w + at, 16)
    v128.store(before + at, old0)
    v128.store(before + at, old1, 16)
    const w0 = f32x4.add(old0, v0)
    const w1 = f32x4.add(old1, v1)
    v128.store(w + at, w0)
    v128.store(w + at, w1, 16)
    sum0 = madd(w0, zero, sum0)
    sum1 = madd(w1, zero, sum1)
  }
  for (; i < to; i += 4) {
    const at = <usize>i * 4
    const speed = madd(keep, v128.load(v + at), f32x4.mul(step, v128.load(dw + at)))
    put(v + at, speed, to - i)
    const old = v128.load(w + at)
    put(before + at, old, to - i)
    const next = f32x4.add(old, speed)
    put(w + at, next, to - i)
    sum0 = madd(first(next, to - i), zero, sum0)
  }
  tell(bad, f32x4.add(sum0, sum1))
}

/** h += dw²; w −= η·dw / (√h + ε) */
export function adagrad(w: usize, dw: usize, h: usize, before: usize, bad: usize, rate: f32, epsilon: f32, from: i32, to: i32): void {
  scaled(w, dw, h, before, bad, rate, f32x4.splat(1), f32x4.splat(1), epsilon, from, to, 0)
}

/** h = ρ·h + (1 − ρ)·dw²; w −= η·dw / (√h + ε) */
export function rmsprop(w: usize, dw: usize, h: usize, before: usize, bad: usize, rate: f32, decay: f64, epsilon: f32, from: i32, to: i32): void {
  scaled(w, dw, h, before, bad, rate, f32x4.splat(<f32>decay), f32x4.splat(<f32>(1 - decay)), epsilon, from, to, 1)
}

/** Update of AdaGrad and RMSProp: smaller steps where gradients were large. @param fading whether h decays */
// @ts-ignore: decorator
@inline
function scaled(w: usize, dw: usize, h: usize, before: usize, bad: usize, rate: f32, keep: v128, take: v128, epsilon: f32, from: i32, to: i32, fading: i32): void {
  const step = f32x4.splat(rate)
  const small = f32x4.splat(epsilon)
  const zero = f32x4.splat(0)
  let sum0 = zero, sum1 = zero
  let i = from
  for (; i + 8 <= to; i += 8) {
    const at = <usize>i * 4
    const d0 = v128.load(dw + at)
    const d1 = v128.load(dw + at, 16)
    const h0 = fading ? madd(keep, v128.load(h + at), f32x4.mul(f32x4.mul(take, d0), d0)) : madd(d0, d0, v128.load(h + at))
    const h1 = fading ? madd(keep, v128.load(h + at, 16), f32x4.mul(f32x4.mul(take, d1), d1)) : madd(d1, d1, v128.load(h + at, 16))
    v128.store(h + at, h0)
    v128.store(h + at, h1, 16)
    const old0 = v128.load(w + at)
    const old1 = v128.load(w + at, 16)
    v128.store(before + at, old0)
    v128.store(before + at, old1, 16)
    const w0 = f32x4.sub(old0, f32x4.div(f32x4.mul(step, d0), f32x4.add(f32x4.sqrt(h0), small)))
    const w1 = f32x4.sub(old1, f32x4.div(f32x4.mul(step, d1), f32x4.add(f32x4.sqrt(h1), small)))
    v128.store(w + at, w0)
    v128.store(w + at, w1, 16)
    sum0 = madd(w0, zero, sum0)
    sum1 = madd(w1, zero, sum1)
  }
  for (; i < to; i += 4) {
    const at = <usize>i * 4
    const d = v128.load(dw + at)
    const squares = fading ? madd(keep, v128.load(h + at), f32x4.mul(f32x4.mul(take, d), d)) : madd(d, d, v128.load(h + at))
    put(h + at, squares, to - i)
    const old = v128.load(w + at)
    put(before + at, old, to - i)
    const next = f32x4.sub(old, f32x4.div(f32x4.mul(step, d), f32x4.add(f32x4.sqrt(squares), small)))
    put(w + at, next, to - i)
    sum0 = madd(first(next, to - i), zero, sum0)
  }
  tell(bad, f32x4.add(sum0, sum1))
}

/**
 * m = β₁·m + (1 − β₁)·dw; v = β₂·v + (1 − β₂)·dw²; w −= η·m̂ / (√v̂ + ε)
 * @param rate η / (1 − β₁ᵗ) @param unbias 1 / √(1 − β₂ᵗ)
 */
export function adam(w: usize, dw: usize, m: usize, v: usize, before: usize, bad: usize, rate: f32, beta1: f64, beta2: f64, epsilon: f32, unbias: f32, from: i32, to: i32): void {
  const step = f32x4.splat(rate)
  const small = f32x4.splat(epsilon)
  const keep1 = f32x4.splat(<f32>beta1), take1 = f32x4.splat(<f32>(1 - beta1))
  const keep2 = f32x4.splat(<f32>beta2), take2 = f32x4.splat(<f32>(1 - beta2))
  const grow = f32x4.splat(unbias)
  const zero = f32x4.splat(0)
  let sum0 = zero, sum1 = zero
  let i = from
  for (; i + 8 <= to; i += 8) {
    const at = <usize>i * 4
    const d0 = v128.load(dw + at)
    const d1 = v128.load(dw + at, 16)
    const m0 = madd(keep1, v128.load(m + at), f32x4.mul(take1, d0))
    const m1 = madd(keep1, v128.load(m + at, 16), f32x4.mul(take1, d1))
    v128.store(m + at, m0)
    v128.store(m + at, m1, 16)
    const v0 = madd(keep2, v128.load(v + at), f32x4.mul(f32x4.mul(take2, d0), d0))
    const v1 = madd(keep2, v128.load(v + at, 16), f32x4.mul(f32x4.mul(take2, d1), d1))
    v128.store(v + at, v0)
    v128.store(v + at, v1, 16)
    const root0 = f32x4.add(f32x4.mul(f32x4.sqrt(v0), grow), small)
    const root1 = f32x4.add(f32x4.mul(f32x4.sqrt(v1), grow), small)
    const old0 = v128.load(w + at)
    const old1 = v128.load(w + at, 16)
    v128.store(before + at, old0)
    v128.store(before + at, old1, 16)
    const w0 = f32x4.sub(old0, f32x4.div(f32x4.mul(step, m0), root0))
    const w1 = f32x4.sub(old1, f32x4.div(f32x4.mul(step, m1), root1))
    v128.store(w + at, w0)
    v128.store(w + at, w1, 16)
    sum0 = madd(w0, zero, sum0)
    sum1 = madd(w1, zero, sum1)
  }
  for (; i < to; i += 4) {
    const at = <usize>i * 4
    const d = v128.load(dw + at)
    const mean = madd(keep1, v128.load(m + at), f32x4.mul(take1, d))
    const square = madd(keep2, v128.load(v + at), f32x4.mul(f32x4.mul(take2, d), d))
    put(m + at, mean, to - i)
    put(v + at, square, to - i)
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(square), grow), small)
    const old = v128.load(w + at)
    put(before + at, old, to - i)
    const next = f32x4.sub(old, f32x4.div(f32x4.mul(step, mean), root))
    put(w + at, next, to - i)
    sum0 = madd(first(next, to - i), zero, sum0)
  }
  tell(bad, f32x4.add(sum0, sum1))
}
