import { exp } from './exp'
import { put } from './lanes'
import { madd } from './madd'

/**
 * y = tanh(x), computed from |x| and then given the sign of x. Below 0.625 as x + x³·p(x²), since 1 − 2/(exp(2x) + 1) would
 * lose the relative precision near 0; infinities give ±1, NaN stays NaN.
 * @source Cephes, tanhf
 */
export function tanh(y: usize, x: usize, from: i32, to: i32): void {
  const one = f32x4.splat(1)
  for (let i = from; i < to; i += 4) {
    const v = v128.load(x + <usize>i * 4)
    const size = f32x4.abs(v)
    const square = f32x4.mul(size, size)
    let p = f32x4.splat(-5.70498872745e-3)
    p = madd(p, square, f32x4.splat(2.06390887954e-2))
    p = madd(p, square, f32x4.splat(-5.37397155531e-2))
    p = madd(p, square, f32x4.splat(1.33314422036e-1))
    p = madd(p, square, f32x4.splat(-3.33332819422e-1))
    const near = madd(f32x4.mul(p, square), size, size)
    const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp(f32x4.add(size, size)), one)))
    const result = v128.bitselect(near, far, f32x4.lt(size, f32x4.splat(0.625)))
    put(y + <usize>i * 4, v128.or(result, v128.and(v, f32x4.splat(-0.0))), to - i)
  }
}

/** dx = dy · (1 − y²), as (1 − y)·(1 + y): y² would be rounded before the difference, which cancels where y is almost ±1. */
export function tanhBackward(dx: usize, dy: usize, y: usize, from: i32, to: i32): void {
  const one = f32x4.splat(1)
  for (let i = from; i < to; i += 4) {
    const v = v128.load(y + <usize>i * 4)
    const slope = f32x4.mul(f32x4.sub(one, v), f32x4.add(one, v))
    put(dx + <usize>i * 4, f32x4.mul(v128.load(dy + <usize>i * 4), slope), to - i)
  }
}
