import { put } from './lanes'

/** 2³² divided by the golden ratio, which spreads consecutive indices over all words */
const golden: i32 = <i32>0x9e3779b9

/** Mixes 32 bits in each lane: the finalizer of MurmurHash3, as `mixBits` in core/random.ts. */
// @ts-ignore: decorator
@inline
function mixBits(x: v128): v128 {
  let mixed = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x85ebca6b))
  mixed = i32x4.mul(v128.xor(mixed, i32x4.shr_u(mixed, 13)), i32x4.splat(0xc2b2ae35))
  return v128.xor(mixed, i32x4.shr_u(mixed, 16))
}

/**
 * y = scale · x where the mask keeps the element, else 0.
 * @param limit ⌈rate·2³²⌉: element i is kept if the 32 bits of i·golden + key, mixed, are at least this; 2³² keeps none
 */
export function dropout(y: usize, x: usize, limit: f64, key: i32, scale: f32, from: i32, to: i32): void {
  const least = i32x4.splat(<i32><u32>min(limit, 4294967295))
  const any = i32x4.splat(limit > 4294967295 ? 0 : -1)
  const factor = f32x4.splat(scale)
  let place = i32x4.add(i32x4.splat(from * golden + key), i32x4(0, golden, 2 * golden, 3 * golden))
  for (let i = from; i < to; i += 4) {
    const kept = v128.and(i32x4.ge_u(mixBits(place), least), any)
    put(y + <usize>i * 4, v128.and(f32x4.mul(v128.load(x + <usize>i * 4), factor), kept), to - i)
    place = i32x4.add(place, i32x4.splat(4 * golden))
  }
}
