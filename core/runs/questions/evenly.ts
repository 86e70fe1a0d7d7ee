/** Items in an order in which each beginning is spread evenly over them: by the reversed bits of the place. */
export function evenly<T>(items: readonly T[]): readonly T[] {
  const bits = Math.ceil(Math.log2(Math.max(1, items.length)))
  const reversed = (place: number): number => {
    let result = 0
    for (let bit = 0; bit < bits; bit++) if (place & 1 << bit) result |= 1 << bits - 1 - bit
    return result
  }
  return Array.from({ length: 2 ** bits }, (_, place) => items[reversed(place)]).filter(item => item !== undefined)
}
