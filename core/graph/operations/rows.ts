import type { Value } from '../types'
import { type Round, sameShape, sizeOf } from '../values'
import type { Part, Shape } from './operation'

/** Length of a row; a plain number is a row of length 1. */
export const widthOf = (shape: Shape): number => shape.at(-1) ?? 1
/** The shape for one number per row: (N,M) → (N,1). */
export const rowShape = (shape: Shape): Shape => shape.length === 0 ? [] : [...shape.slice(0, -1), 1]

export function rows({ shape, data }: Value): readonly (readonly number[])[] {
  const width = widthOf(shape)
  return Array.from({ length: data.length / width }, (_, n) => data.slice(n * width, (n + 1) * width))
}
export const cellsOfRow = (shape: Shape, row: number): readonly number[] =>
  Array.from({ length: widthOf(shape) }, (_, i) => row * widthOf(shape) + i)
export const everyCell = (shapes: readonly Shape[], slot: number): readonly number[] => Array.from({ length: sizeOf(shapes[slot]!) }, (_, i) => i)

/** The shape of a loss: a plain number, if values and targets have the same shape. */
export const lossShape = ([x, t]: readonly Shape[]): Shape | null => sameShape(x!, t!) ? [] : null

/** Softmax of each row; subtracts the row's maximum first, so that exp cannot overflow. */
export function softmaxOf(x: Value, round: Round): Value {
  const data = rows(x).flatMap((row) => {
    const max = Math.max(...row)
    const exps = row.map(a => round(Math.exp(round(a - max))))
    const total = exps.reduce((sum, e) => round(sum + e), 0)
    return exps.map(e => round(e / total))
  })
  return { shape: x.shape, data }
}

/** The first parts of an opened softmax: each row minus its maximum, the exponentials, and their sum. */
export const exponentials: readonly Part[] = [
  { key: 'max', letter: 'm', operation: 'rowMax', args: [0] },
  { key: 'shift', letter: 's', operation: 'sub', args: [0, 'max'] },
  { key: 'exp', letter: 'u', operation: 'exp', args: ['shift'] },
  { key: 'sum', letter: 'S', operation: 'rowSum', args: ['exp'] },
]
