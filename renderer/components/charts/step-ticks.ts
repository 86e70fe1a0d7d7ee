/**
 * Ticks of a step axis: the multiples of 1, 2 or 5 · 10ⁿ within the range, so that all are equally spaced. An end gets
 * a tick only if it is such a multiple.
 * @param most maximum number of labels
 */
export function stepTicks(min: number, max: number, most: number): number[] {
  const room = Math.max(1, Math.floor(most))
  for (let power = 1; ; power *= 10) {
    for (const factor of [1, 2, 5]) {
      const every = factor * power
      const [from, to] = [Math.ceil(min / every), Math.floor(max / every)]
      if (to - from + 1 <= room) return to < from ? [Math.ceil(min)] : Array.from({ length: to - from + 1 }, (_, i) => (from + i) * every)
    }
  }
}
