/** a · b + c in four lanes: one rounding where the machine has it (relaxed SIMD), else two. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return RELAXED ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c)
}

/** Stores the last one to three numbers of a row; what follows them belongs to other data. */
// @ts-ignore: decorator
@inline
export function storeFirst(at: usize, x: v128, count: i32): void {
  if (count & 2) {
    v128.store64_lane(at, x, 0)
    if (count & 1) v128.store32_lane(at, x, 2, 8)
  }
  else v128.store32_lane(at, x, 0)
}
