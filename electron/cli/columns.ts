/** East Asian wide characters, which take two cells in a terminal. */
const wide = /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/u

/** Width of a text in terminal cells. */
export const widthOf = (text: string): number => [...text].reduce((sum, letter) => sum + (wide.test(letter) ? 2 : 1), 0)

const padded = (text: string, width: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return right ? space + text : text + space
}

/**
 * Aligns rows in columns.
 * @param right indices of the right-aligned columns: those with numbers
 */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => widthOf(row[column] ?? ''))))
  return rows.map(row => row.map((cell, i) => padded(cell, widths[i] ?? 0, right.includes(i))).join('  ').trimEnd()).join('\n')
}

/** Truncates a text to at most `cells` terminal cells. */
export function cutToWidth(text: string, cells: number): string {
  let used = 0
  let kept = ''
  for (const letter of text) {
    used += widthOf(letter)
    if (used > cells) return kept
    kept += letter
  }
  return kept
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A progress bar, filled to a fraction from 0 to 1, with a resolution of an eighth of a cell. */
export function bar(share: number, cells: number): string {
  const parts = Math.round(Math.min(1, Math.max(0, share)) * cells * 8)
  return ('█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8]).padEnd(cells)
}
