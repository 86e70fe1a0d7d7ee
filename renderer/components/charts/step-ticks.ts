/**
 * The grid lines of an axis of steps: the multiples of 1, 2 or 5 · 10ⁿ between both ends, so that all are equally far
 * apart. An end gets a line only if it is such a multiple.
 * @param most how many labels there is room for
 */
export function stepTicks(min: number, max: number, most: number): number[] {
  const room = Math.max(1, Math.floor(most))
  for (let power = 1; ; power *= 10) {
    for (const factor of [1, 2, 5]) {
      const every = factor * power
      const [from, to] = [Math.ceil(min / every), Math.floor(max / every)]
      if (to - from + 1 <= room) return to < from ? [min] : Array.from({ length: to - from + 1 }, (_, i) => (from + i) * every)
    }
  }
}
