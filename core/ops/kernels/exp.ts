import { madd } from './madd'

/**
 * exp(x) in four lanes, accurate to about one ulp of float32: x = n·ln 2 + r, a polynomial for exp(r), times 2ⁿ.
 * Below −87.3 the result is 1.2e-38, above 88.3 Infinity; NaN stays NaN.
 * @source Cephes, expf
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  // Pseudo-minimum and -maximum take one instruction each, and return the first operand if it is NaN.
  const low = f32x4.pmax(x, f32x4.splat(-87.33654))
  const clamped = f32x4.pmin(low, f32x4.splat(88.37626))
  const n = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.4426950408889634)))
  let r = madd(n, f32x4.splat(-0.693359375), clamped)
  r = madd(n, f32x4.splat(2.12194440e-4), r)
  let p = f32x4.splat(1.9875691500e-4)
  p = madd(p, r, f32x4.splat(1.3981999507e-3))
  p = madd(p, r, f32x4.splat(8.3334519073e-3))
  p = madd(p, r, f32x4.splat(4.1665795894e-2))
  p = madd(p, r, f32x4.splat(1.6666665459e-1))
  p = madd(p, r, f32x4.splat(5.0000001201e-1))
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), f32x4.splat(1))
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  const y = f32x4.mul(p, scale)
  return v128.bitselect(f32x4.splat(Infinity), y, f32x4.gt(x, f32x4.splat(88.72284)))
}
