// A tensor's last vector may have fewer than four numbers: the lanes after them belong to other data.

/** Stores the first one to three lanes, without overwriting the data after them. */
// @ts-ignore: decorator
@inline
export function storeFirst(at: usize, x: v128, count: i32): void {
  if (count & 2) {
    v128.store64_lane(at, x, 0)
    if (count & 1) v128.store32_lane(at, x, 2, 8)
  }
  else v128.store32_lane(at, x, 0)
}

/** Stores the lanes that belong to the tensor. @param left number of its remaining numbers */
// @ts-ignore: decorator
@inline
export function put(at: usize, x: v128, left: i32): void {
  if (left >= 4) v128.store(at, x)
  else storeFirst(at, x, left)
}

/** Sets the lanes after the tensor's last number to 0. @param left number of its remaining numbers */
// @ts-ignore: decorator
@inline
export function first(x: v128, left: i32): v128 {
  return left >= 4 ? x : v128.and(x, left == 1 ? i32x4(-1, 0, 0, 0) : left == 2 ? i32x4(-1, -1, 0, 0) : i32x4(-1, -1, -1, 0))
}
