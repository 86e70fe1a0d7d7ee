/** An item of a column: its preferred height, and its minimum distance from the item above. */
export interface PreferredHeight {
  readonly preferred: number
  readonly weight: number
  /** Minimum distance from the item above */
  readonly gap: number
}

/** The heights nearest to the preferred ones that keep order and distances: isotonic regression (least squares) by pool adjacent violators. */
export function isotonicRegression(column: readonly PreferredHeight[]): number[] {
  const pools: { sum: number, weight: number, count: number }[] = []
  let offset = 0
  const offsets = column.map(({ gap }, i) => offset += i === 0 ? 0 : gap)
  column.forEach(({ preferred, weight }, i) => {
    let pool = { sum: (preferred - offsets[i]!) * weight, weight, count: 1 }
    for (let before = pools.at(-1); before && before.sum / before.weight >= pool.sum / pool.weight; before = pools.at(-1)) {
      pools.pop()
      pool = { sum: before.sum + pool.sum, weight: before.weight + pool.weight, count: before.count + pool.count }
    }
    pools.push(pool)
  })
  return pools.flatMap(({ sum, weight, count }) => new Array<number>(count).fill(sum / weight)).map((y, i) => y + offsets[i]!)
}
