/** Something in a column: it wants to be at a height, and keeps its distance from what stands above. */
export interface Settling {
  readonly wish: number
  readonly weight: number
  /** From the one above it */
  readonly gap: number
}

/** Heights as near to the wishes as the order and the gaps allow: least squares, by pooling adjacent violators. */
export function settle(column: readonly Settling[]): number[] {
  const pools: { sum: number, weight: number, count: number }[] = []
  let offset = 0
  const offsets = column.map(({ gap }, i) => offset += i === 0 ? 0 : gap)
  column.forEach(({ wish, weight }, i) => {
    let pool = { sum: (wish - offsets[i]!) * weight, weight, count: 1 }
    for (let before = pools.at(-1); before && before.sum / before.weight >= pool.sum / pool.weight; before = pools.at(-1)) {
      pools.pop()
      pool = { sum: before.sum + pool.sum, weight: before.weight + pool.weight, count: before.count + pool.count }
    }
    pools.push(pool)
  })
  return pools.flatMap(({ sum, weight, count }) => new Array<number>(count).fill(sum / weight)).map((y, i) => y + offsets[i]!)
}
