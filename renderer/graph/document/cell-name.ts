import { matrixOf } from '@core'

const subscriptDigits = '₀₁₂₃₄₅₆₇₈₉'
/** Indices from 1 as subscripts, as in the lessons' formulas: ₂,₃ */
const subscript = (index: readonly number[]): string => index.map(at => String(at + 1).replaceAll(/\d/g, digit => subscriptDigits[Number(digit)]!)).join(',')

/** A cell's indices as subscripts: ₂,₃ */
export function indexText(shape: readonly number[], cell: number): string {
  let rest = cell
  const index = shape.toReversed().map((n) => {
    const at = rest % n
    rest = Math.floor(rest / n)
    return at
  })
  return subscript(index.reverse())
}

/** The name of a cell: W1₄,₈, b1₃, L. */
export function cellName(node: string, cell: number, shape: readonly number[]): string {
  const short = node.split('/').at(-1) ?? node
  if (shape.length === 0) return short
  if (shape.length === 1) return short + subscript([cell])
  const [, columns] = matrixOf(shape)
  return short + subscript([Math.floor(cell / columns), cell % columns])
}
