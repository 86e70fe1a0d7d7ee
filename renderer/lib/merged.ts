/**
 * Two lists in ascending order as one; of two items at the same place the added one stays.
 * @param placeOf an item's place in the order
 */
export function merged<T>(old: readonly T[], added: readonly T[], placeOf: (item: T) => number): readonly T[] {
  const all: T[] = []
  let i = 0
  for (const item of added) {
    const place = placeOf(item)
    while (i < old.length && placeOf(old[i]!) < place) all.push(old[i++]!)
    if (i < old.length && placeOf(old[i]!) === place) i++
    all.push(item)
  }
  while (i < old.length) all.push(old[i++]!)
  return all
}
