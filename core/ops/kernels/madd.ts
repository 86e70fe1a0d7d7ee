/** a · b + c in four lanes: with one rounding if the machine can (relaxed SIMD), else with two. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return RELAXED ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c)
}

/** Stores the last one to three numbers of a row, without overwriting the data after them. */
// @ts-ignore: decorator
@inline
export function storeFirst(at: usize, x: v128, count: i32): void {
  if (count & 2) {
    v128.store64_lane(at, x, 0)
    if (count & 1) v128.store32_lane(at, x, 2, 8)
  }
  else v128.store32_lane(at, x, 0)
}
