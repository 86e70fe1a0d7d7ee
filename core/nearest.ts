/**
 * The known word most similar to a misspelt one.
 * @returns undefined if none is similar
 */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const bare = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '')
  const initials = (word: string): string => word.split('-').map(part => part.charAt(0)).join('')
  const wanted = bare(given)
  const limit = (word: string): number => Math.max(1, Math.floor(word.length / 3))
  const near = known
    .filter(word => Math.abs(bare(word).length - wanted.length) <= limit(bare(word))) // no distance is smaller than this difference
    .map(word => ({ word, distance: distance(wanted, bare(word)) }))
    .filter(({ word, distance }) => distance <= limit(bare(word)))
    .sort((a, b) => a.distance - b.distance)
  return known.find(word => wanted.length > 1 && initials(word) === wanted) // initials: --lr for --learning-rate
    ?? near[0]?.word
    ?? known.find(word => wanted.length > 2 && bare(word).startsWith(wanted))
}

/** Edit distance: insertions, deletions, replacements, and swaps of neighbours. @source Damerau (1964), optimal string alignment */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      row[j] = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
