/** Most columns that are kept */
const mostColumns = 2000

/**
 * Leaves out columns until at most `most` are left: each time the one with the nearest neighbours, in terms of log(step), which
 * spares the early ones, or of the step, whichever is further. The first and the latest stay.
 * @param columns in ascending order of steps
 * @param isSpared whether a column stays as long as others can go
 */
export function keptColumns<T extends { readonly step: number }>(columns: readonly T[], isSpared: (column: T) => boolean = () => false, most = mostColumns): readonly T[] {
  const kept = [...columns]
  const last = kept.at(-1)?.step ?? 1
  const ends = Math.log(Math.max(2, last))
  const placeOf = ({ step }: T): readonly [number, number] => [Math.log(Math.max(1, step)) / ends, step / last]
  const places = kept.map(placeOf)
  /** Distance between the neighbours of a column, as a share of the axis */
  const room = (i: number): number => Math.max(places[i + 1]![0] - places[i - 1]![0], places[i + 1]![1] - places[i - 1]![1])
  while (kept.length > Math.max(2, most)) {
    let [at, least] = [-1, Infinity]
    for (let i = 1; i < kept.length - 1; i++) {
      const distance = room(i) + (isSpared(kept[i]!) ? 2 : 0) // more than the whole axis
      if (distance < least) [at, least] = [i, distance]
    }
    kept.splice(at, 1)
    places.splice(at, 1)
  }
  return kept
}
