import type { Real } from '../tensor'
import type { Box } from './regions'

/** Resamples the part of the picture inside `bounds` to w × h; each pixel is the mean of the area that it covers. */
export function resize(ink: Real, stride: number, bounds: Box, w: number, h: number): Float32Array {
  const columns = spans(bounds.width, w)
  const rows = spans(bounds.height, h)
  const wide = new Float32Array(w * bounds.height) // resampled horizontally
  for (let y = 0; y < bounds.height; y++) {
    const from = (bounds.top + y) * stride + bounds.left
    for (let x = 0; x < w; x++) {
      const { first, weights } = columns[x]!
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * ink[from + first + i]!
      wide[y * w + x] = sum
    }
  }
  const out = new Float32Array(w * h)
  for (let y = 0; y < h; y++) {
    const { first, weights } = rows[y]!
    for (let x = 0; x < w; x++) {
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * wide[(first + i) * w + x]!
      out[y * w + x] = sum
    }
  }
  return out
}

/** For each of `to` output pixels, the `from` input pixels that it covers, with weights that sum to 1. */
function spans(from: number, to: number): readonly { readonly first: number, readonly weights: readonly number[] }[] {
  const step = from / to
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * step, (i + 1) * step]
    const first = Math.floor(start)
    const last = Math.min(from, Math.ceil(end - 1e-9))
    return { first, weights: Array.from({ length: last - first }, (_, j) => (Math.min(end, first + j + 1) - Math.max(start, first + j)) / step) }
  })
}
