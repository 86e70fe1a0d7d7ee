/** How the line of a run is told apart: its letter at the end, its pattern and its colour. Blue and orange mean forward and backward elsewhere. */
export interface Look {
  readonly letter: string
  /** Lengths of dashes and gaps; none: a whole line */
  readonly dash: readonly number[]
  /** A token */
  readonly colour: string
}

const dashes = [[], [7, 3], [2, 3], [10, 3, 2, 3], [4, 2], [1, 4]] as const

export const looks: readonly Look[] = dashes.map((dash, i) => ({ letter: 'ABCDEF'[i]!, dash, colour: `--run-${i + 1}` }))
