import type { Tensor } from '../tensor'

/** Numbers that are looked at: enough for the quantile, and sorted in a fraction of a millisecond. */
const samples = 4096
/** Share of the numbers below the quantile, and the reach beyond it: a normal distribution's largest numbers still fit. */
const [quantile, reach] = [0.99, 1.5]
/** With fewer numbers the quantile is the largest of them. */
const fewest = 20

/**
 * A magnitude that nearly all numbers of a tensor stay below, so that a few outliers do not make all others look alike: 1.5
 * times the 99th percentile of |x| over the finite numbers other than 0.
 * @param absMax largest finite |x|, which the result never exceeds
 */
export function robustMax(data: Tensor['data'], absMax: number): number {
  const sizes = new Float64Array(samples)
  let count = 0
  for (let at = 0; at < data.length; at += Math.max(1, data.length / samples)) {
    const size = Math.abs(data[Math.floor(at)]!)
    if (size > 0 && size < Infinity && count < samples) sizes[count++] = size
  }
  if (count < fewest) return absMax
  const sorted = sizes.subarray(0, count).sort()
  return Math.min(absMax, reach * sorted[Math.floor(quantile * (count - 1))]!)
}
