import { warningLimits } from '@core'

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
export const silentUnits = (fired: readonly number[]): readonly number[] => fired.flatMap((rows, unit) => rows === 0 ? [unit] : [])

/** Dead units, as the diagnosis counts them: above 0 in fewer than 1 % of the rows. In up to 100 rows they are the silent ones. */
export const deadUnits = (fired: readonly number[], rows: number): readonly number[] => fired.flatMap((n, unit) => n < warningLimits.hardlyFires * rows ? [unit] : [])

/** The share of rows in which each unit passes as an SVG path of bars, one unit wide each. */
export function barsPath(passes: readonly number[], rows: number, height: number): string {
  return passes.map((n, unit) => n === 0 ? '' : `M${unit} ${height}V${Math.round(100 * height * (1 - n / rows)) / 100}h1V${height}Z`).join('')
}
