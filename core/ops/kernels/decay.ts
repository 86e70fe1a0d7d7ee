import { put } from './lanes'
import { madd } from './madd'

/** g = dw + decay·w */
export function addDecay(g: usize, dw: usize, w: usize, decay: f32, from: i32, to: i32): void {
  const rate = f32x4.splat(decay)
  for (let i = from; i < to; i += 4) {
    const at = <usize>i * 4
    put(g + at, madd(rate, v128.load(w + at), v128.load(dw + at)), to - i)
  }
}

/**
 * w ← factor·w; the old w is copied to `before`, which is w itself if no copy is wanted. Computed as w + (factor − 1)·w: rounded
 * to single precision, a factor of 1 − 5e-7 would be 1 − 4.77e-7, and the weights would decay too slowly by 5 %.
 */
export function scale(w: usize, before: usize, factor: f64, from: i32, to: i32): void {
  const change = f32x4.splat(<f32>(factor - 1))
  for (let i = from; i < to; i += 4) {
    const at = <usize>i * 4
    const old = v128.load(w + at)
    put(before + at, old, to - i)
    put(w + at, madd(change, old, old), to - i)
  }
}
