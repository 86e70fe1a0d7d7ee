/** Rows of a mask that are drawn: more would not be told apart. */
export const drawnRows = 100

/** A mask of a mini-batch, (rows, units) row-major: 1 for each value that passed, 0 for each that became 0. */
export interface Mask {
  readonly data: Uint8Array
  readonly units: number
}

/** For each unit, the number of a mask's rows in which it passed. */
export function passesOf({ data, units }: Mask): readonly number[] {
  const passes = new Array<number>(units).fill(0)
  for (let i = 0; i < data.length; i++) passes[i % units]! += data[i]!
  return passes
}

/** Units that gave 0 in every row. @param fired rows above 0, by unit */
export const deadUnits = (fired: readonly number[]): readonly number[] => fired.flatMap((rows, unit) => rows === 0 ? [unit] : [])

/** Units that are above 0 in some of the rows, but in fewer than 1 %. */
export const rareUnits = (fired: readonly number[], rows: number): readonly number[] => fired.flatMap((n, unit) => n > 0 && n < 0.01 * rows ? [unit] : [])

/** The share of rows in which each unit passes as an SVG path of bars, one unit wide each. */
export function barsPath(passes: readonly number[], rows: number, height: number): string {
  return passes.map((n, unit) => n === 0 ? '' : `M${unit} ${height}V${Math.round(100 * height * (1 - n / rows)) / 100}h1V${height}Z`).join('')
}
