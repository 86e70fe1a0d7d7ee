/**
 * Where an axis of steps has its grid lines: at whole multiples of 1, 2 or 5 · 10ⁿ between both ends, the ends
 * themselves only where they are such: so no two labels are closer than any other two.
 * @param most how many labels have room
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
